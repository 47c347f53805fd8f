"""Files that are not taken, each with the words a person reads."""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from greendistrict.core.errors import Refused
from greendistrict.documents.office import inspection
from tests.files import docx, exif_jpeg, image, office, pdf, xlsx

LIMIT = 50 * 1024 * 1024


def look(name, content, limit=LIMIT):
    return inspection.inspect(name, BytesIO(content), len(content), limit)


def scripted():
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    return pdf(lambda document: setattr(document.Root, "OpenAction", action))


def encrypted():
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return out.getvalue()


def for_holders():
    """Locked for the holders of certificates: there is no password."""
    lock = b"/ID[<00><00>]/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4/Length 128>>"
    return pdf().replace(b"/Root", lock + b"/Root")


def bomb():
    """A part of 300 MB that takes 300 KB."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", inspection.MAIN_PART["xlsx"])
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(bytes(1024 * 1024))
    return out.getvalue()


def locked_zip():
    """The flag says encrypted, as a packed file with a password has it."""
    content = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


BROKEN_OFFICE = "“{}”不是Word文件或已损坏，请用 Office 重新保存为 docx 后上传"
OTHER_KIND = "“{}”的格式不能上传，请转成 PDF、Word（docx）、Excel（xlsx）或图片（jpg、png）"
MACRO = "“{}”含宏{}，请去除后另存为 docx 再上传，或另存为 PDF 上传"
ODD, OTHER_CONTENT = "“{}”内部结构异常，请用 Office 重新保存后上传", "“{}”的内容与扩展名 docx 不符，请用 Office 重新保存后上传"
TOO_MUCH, TOO_LARGE = "“{}”解压后过大，请精简后上传", "“{}”的像素过大，请缩小到 5000 万像素以内"
OTHER_IMAGE, NO_IMAGE = "“{}”的内容与扩展名不符，请重新导出图片后上传", "“{}”打不开，不是完好的图片"
EMPTY_PDF = "“{}”没有页面，请重新导出后上传"
OLD, LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
OLD_KIND = "“{0}”是旧格式的文件，只是扩展名为 {2}，请用 Office 打开，另存为 {1}（{2}）后上传"
BAD = [
    ("no such kind", "程序.exe", lambda: b"MZ", OTHER_KIND),
    ("no ending", "说明", lambda: b"x", OTHER_KIND),
    ("old Word", "旧.doc", lambda: b"\xd0\xcf\x11\xe0", OTHER_KIND),
    ("script as svg", "图.svg", lambda: b"<svg/>", OTHER_KIND),
    ("empty", "空.pdf", lambda: b"", "“空.pdf”是空文件，请检查后重新选择"),
    ("renamed exe", "报告.pdf", lambda: b"MZ\x90\x00" + bytes(100), "“报告.pdf”不是 PDF 文件，内容与扩展名不符"),
    ("script on opening", "报告.pdf", scripted, "“{}”含脚本，请打印（或另存）为普通 PDF 后上传"),
    ("encrypted pdf", "报告.pdf", encrypted, "“{}”设有打开密码，请去除密码后上传"),
    ("pdf encrypted otherwise", "报告.pdf", for_holders, "“{}”已加密（例如用数字证书），打不开，请解除加密后上传"),
    ("broken pdf", "报告.pdf", lambda: b"%PDF-1.7\n" + bytes(500), "“{}”已损坏，打不开，请重新导出后上传"),
    ("pdf without pages", "报告.pdf", lambda: pdf(lambda document: document.pages.__delitem__(0)), EMPTY_PDF),
    ("list of pages is empty", "报告.pdf", lambda: pdf(lambda document: document.Root.Pages.__setattr__("Kids", [])), EMPTY_PDF),
    (
        "no list of pages",
        "报告.pdf",
        lambda: pdf(lambda document: document.Root.__delitem__("/Pages")),
        "“{}”已损坏，打不开，请重新导出后上传",
    ),
    ("half a pdf", "报告.pdf", lambda: pdf()[:40], "“{}”已损坏，打不开，请重新导出后上传"),
    ("macro in Word", "方案.docx", lambda: office("docx", {"word/vbaProject.bin": "x"}), MACRO.format("{}", "（vbaProject.bin）")),
    (
        "renamed docm",
        "方案.docx",
        lambda: office("docx", main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        MACRO.format("{}", ""),
    ),
    (
        "renamed xlsm",
        "台账.xlsx",
        lambda: office("xlsx", main="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "“{}”含宏，请去除后另存为 xlsx 再上传",
    ),
    ("zip bomb", "台账.xlsx", bomb, TOO_MUCH),
    ("too many parts", "台账.xlsx", lambda: office("xlsx", {f"xl/media/{number}.bin": "" for number in range(2_001)}), TOO_MUCH),
    ("way out of the folder", "方案.docx", lambda: office("docx", {"../../etc/passwd": "x"}), ODD),
    ("absolute part", "方案.docx", lambda: office("docx", {"/etc/passwd": "x"}), ODD),
    ("any zip", "方案.docx", lambda: office("docx", main="text/plain"), OTHER_CONTENT),
    ("xlsx named docx", "方案.docx", xlsx, OTHER_CONTENT),
    ("docx with a password", "方案.docx", lambda: OLD + bytes(70_000) + LOCKED, "“{}”设有打开密码，请去除密码后上传"),
    ("xlsx with a password", "台账.xlsx", lambda: OLD + bytes(65_533) + LOCKED, "“{}”设有打开密码，请去除密码后上传"),
    ("doc named docx", "方案.docx", lambda: OLD + bytes(3000), OLD_KIND.format("{}", "Word", "docx")),
    ("xls named xlsx", "台账.xlsx", lambda: OLD + bytes(3000), OLD_KIND.format("{}", "Excel", "xlsx")),
    ("no zip", "方案.docx", lambda: b"PK nothing", BROKEN_OFFICE),
    ("locked zip", "方案.docx", locked_zip, BROKEN_OFFICE),
    ("half a docx", "方案.docx", lambda: docx()[: len(docx()) // 2], BROKEN_OFFICE),
    ("jpg renamed png", "照片.png", lambda: image("JPEG"), OTHER_IMAGE),
    ("gif renamed jpg", "照片.jpg", lambda: image("GIF"), OTHER_IMAGE),
    ("no picture", "照片.jpg", lambda: b"\xff\xd8\xff" + bytes(50), NO_IMAGE),
    ("half a png", "照片.png", lambda: image("PNG")[:-30], NO_IMAGE),
    ("huge picture", "照片.png", lambda: image("PNG", (8000, 7000), "1"), TOO_LARGE),
    ("gigantic picture", "照片.png", lambda: image("PNG", (20000, 9500), "1"), TOO_LARGE),
]


@pytest.mark.parametrize(("name", "make", "words"), [pytest.param(*row[1:], id=row[0]) for row in BAD])
def test_bad_file_is_refused_with_what_to_do(name, make, words):
    with pytest.raises(Refused) as refused:
        look(name, make())
    assert str(refused.value) == words.format(name)


def test_oversize_file_says_its_size_and_the_limit():
    with pytest.raises(Refused) as refused:
        look("报告.pdf", pdf() + bytes(3 * 1024 * 1024), limit=2 * 1024 * 1024)
    assert str(refused.value) == "“报告.pdf”有 3.0 MB，超过 2 MB，请压缩或拆分后上传"


def test_good_file_is_taken():
    for name, make in (
        ("报告.PDF", pdf), ("方案.docx", docx), ("台账.xlsx", xlsx), ("照片.jpg", lambda: image("JPEG")),
        ("照片.JPEG", lambda: image("JPEG")), ("手机照片.jpg", lambda: image("MPO")), ("截图.png", lambda: image("PNG")),
    ):  # fmt: skip
        assert look(name, make()).extension == name.rpartition(".")[2].lower().replace("jpeg", "jpg")


def test_shown_name_has_no_signs_that_mislead():
    names = {
        "报告\u202efdp.exe.pdf": "报告fdp.exe.pdf", "a\x00b\nc\x7f.pdf": "abc.pdf", "../../etc/报告.pdf": "报告.pdf",
        "C:\\Users\\x\\报告.pdf": "报告.pdf", 'a<b>"c|d?.pdf': "abcd.pdf", "\u200b\u2066 .. ": "未命名", "ㅎㅏㄴ㎡.pdf": "ㅎㅏㄴ㎡.pdf",
        "e\u0301.pdf": "é.pdf", "长" * 200 + ".pdf": "长" * 116 + ".pdf",
    }  # fmt: skip
    assert {given: inspection.display_name(given) for given in names} == names


def test_place_and_camera_are_taken_out_and_the_picture_stands_upright():
    kind = inspection.KINDS["jpg"]
    content = exif_jpeg(size=(40, 20), orientation=6)
    assert Image.open(BytesIO(content)).getexif()[0x010F] == "Demo camera"
    cleaned = inspection.strip_metadata("照片.jpg", kind, content)
    picture = Image.open(BytesIO(cleaned))
    assert dict(picture.getexif()) == {}
    assert b"Exif" not in cleaned
    assert picture.size == (20, 40)


def test_png_keeps_its_transparency_and_loses_its_texts():
    from PIL import PngImagePlugin

    note = PngImagePlugin.PngInfo()
    note.add_text("Author", "somebody")
    picture = Image.new("P", (4, 4))
    picture.putpalette([255, 0, 0, 0, 255, 0])
    out = BytesIO()
    picture.save(out, "PNG", pnginfo=note, transparency=0)
    cleaned = inspection.strip_metadata("图.png", inspection.KINDS["png"], out.getvalue())
    assert b"somebody" not in cleaned
    assert Image.open(BytesIO(cleaned)).mode == "P"  # in full colours a large one takes ten seconds of processor time
    assert Image.open(BytesIO(cleaned)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_picture_that_breaks_off_is_refused_when_it_is_cleaned():
    with pytest.raises(Refused, match="不是完好的图片"):
        inspection.strip_metadata("照片.jpg", inspection.KINDS["jpg"], image("JPEG", (400, 400))[:-500])


def test_documents_are_kept_byte_for_byte():
    content = pdf()
    assert inspection.strip_metadata("报告.pdf", inspection.KINDS["pdf"], content) is content
