"""Files made in a review tell nobody who made them: not by name, not by what programs write into them."""

import zipfile
from io import BytesIO

import openpyxl
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin

from assessments.reviews.models import ScoreFile
from assessments.reviews.services import scoring
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Closed, NotAllowed
from greendistrict.documents.office.anonymous import anonymous, jpeg_without_notes
from greendistrict.documents.office.inspection import KINDS, MAIN_PART
from greendistrict.documents.selectors import evidence_by_key
from tests.assessments.browsing import browser, lacking, url
from tests.factories.reviews import Scene
from tests.factories.workbooks import saved
from tests.refusing import refuses

WHO = ("周演示", "Zhou Yanshi", "演示设计院", "zhou.yanshi", "2026-11-05")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def photo(form="JPEG"):
    """A photograph with artist, owner, comment, time and place."""
    picture, out = Image.new("RGB", (40, 20), "green"), BytesIO()
    if form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Author", WHO[1])
        notes.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta><dc:creator>{WHO[0]}</dc:creator></x:xmpmeta>")
        picture.save(out, "PNG", pnginfo=notes)
        return out.getvalue()
    exif = picture.getexif()
    exif[0x013B], exif[0x9C9D], exif[0x0132] = WHO[1], WHO[0].encode("utf-16le"), "2026:11:05 09:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(out, "JPEG", exif=exif, comment=f"taken by {WHO[1]}".encode())
    return out.getvalue()


def paper():
    """A PDF as WeasyPrint writes it, marked up by a named person, with a photograph of his in it."""
    import weasyprint

    head = f"<title>意见</title><meta name=author content='{WHO[0]}'><meta name=dcterms.created content='{WHO[4]}'>"
    html = f"<html><head>{head}</head><p>7.2.7 须修改"
    out = BytesIO()
    with pikepdf.open(BytesIO(weasyprint.HTML(string=html).write_pdf())) as pdf:
        pdf.docinfo["/Creator"], pdf.docinfo["/Company"] = WHO[3], WHO[2]
        with pdf.open_metadata() as notes:
            notes["dc:creator"], notes["xmp:CreatorTool"] = [WHO[0]], WHO[2]
        camera = pikepdf.Stream(pdf, photo(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=40, Height=20)
        camera.ColorSpace, camera.BitsPerComponent, camera.Filter = pikepdf.Name.DeviceRGB, 8, pikepdf.Name.DCTDecode
        page = pdf.pages[0]
        page.obj.Resources.XObject = pikepdf.Dictionary(Im0=camera)
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=WHO[0], Contents="须补充依据", M="D:20261105"
        )
        page.obj.Annots = pdf.make_indirect([pdf.make_indirect(note)])
        page.obj.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(LastModified="D:20261105", Private=WHO[3]))
        pdf.save(out)
    return out.getvalue()


def letter():
    """A Word file with author, company, tracked change, comment and a photograph."""
    change = f'<w:ins w:id="1" w:author="{WHO[0]}" w:date="2026-11-05T09:00:00Z"><w:r><w:t>须修改</w:t></w:r></w:ins>'
    comment = f'<w:comment w:id="1" w:author="{WHO[0]}" w:initials="{WHO[1]}"><w:p/></w:comment>'
    reader = f'<w15:person w15:author="{WHO[0]}"><w15:presenceInfo w15:providerId="AD" w15:userId="{WHO[3]}"/></w15:person>'
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN_PART["docx"]}"/></Types>',
        "word/document.xml": f"<w:document {W}><w:body>{change}</w:body></w:document>",
        "word/comments.xml": f"<w:comments {W}>{comment}</w:comments>",
        "word/people.xml": f'<w15:people xmlns:w15="x">{reader}</w15:people>',
        "docProps/core.xml": f"<x><dc:creator>{WHO[0]}</dc:creator><cp:lastModifiedBy>{WHO[1]}</cp:lastModifiedBy></x>",
        "docProps/app.xml": f"<Properties><Company>{WHO[2]}</Company><Manager>{WHO[1]}</Manager></Properties>",
        "docProps/custom.xml": f"<Properties><property>{WHO[3]}</property></Properties>",
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 5, 9, 0, 0)), text)
        archive.writestr("word/media/image1.jpeg", photo())
    return out.getvalue()


def sheet():
    """A workbook as openpyxl writes it, by a named person, with a note, and with the folder it was last saved in."""
    book, out = openpyxl.Workbook(), BytesIO()
    book.properties.creator = book.properties.lastModifiedBy = WHO[0]
    book.properties.company = WHO[2]
    book.active["A1"] = "须修改"
    book.active["A1"].comment = Comment("请补充", WHO[1])
    folder = b'<x15ac:absPath xmlns:x15ac="x" url="C:\\Users\\zhou.yanshi\\"/><sheets>'
    with zipfile.ZipFile(BytesIO(saved(book))) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            target.writestr(entry.filename, text.replace(b"<sheets>", folder) if entry.filename == "xl/workbook.xml" else text)
    return out.getvalue()


MADE = {"pdf": paper, "docx": letter, "xlsx": sheet, "jpg": photo, "png": lambda: photo("PNG")}


def everything(content):
    """Every byte that a reader could see: parts of packages unpacked, streams and strings of a PDF as well."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return b"".join([str(archive.infolist()).encode(), *(archive.read(one) for one in archive.namelist())])
    if content.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(content)) as pdf:
            parts = [one.read_raw_bytes() if isinstance(one, pikepdf.Stream) else b"" for one in pdf.objects]
            words = [str(value).encode() for one in pdf.objects if isinstance(one, pikepdf.Dictionary) for value in one.values()]
            return b"".join([*(repr(one).encode() for one in pdf.objects), *parts, *words])
    return content


def told(content):
    found = everything(content)
    return [word for word in WHO if any(word.encode(code) in found for code in ("utf-8", "utf-16le", "utf-16be"))]


@pytest.mark.parametrize("ending", MADE)
def test_a_real_file_with_an_author_tells_nothing_any_more(ending):
    content = MADE[ending]()
    assert told(content), "the file does tell somebody at first"
    clean = anonymous(f"周演示意见.{ending}", KINDS[ending], content)
    assert told(clean) == []


def test_the_content_stays():
    with pikepdf.open(BytesIO(anonymous("a.pdf", KINDS["pdf"], paper()))) as pdf:
        assert str(pdf.pages[0].obj.Annots[0].Contents) == "须补充依据"
        assert Image.open(BytesIO(pdf.pages[0].obj.Resources.XObject.Im0.read_raw_bytes())).size == (40, 20)
    cell = openpyxl.load_workbook(BytesIO(anonymous("a.xlsx", KINDS["xlsx"], sheet()))).active["A1"]
    assert (cell.value, cell.comment.text) == ("须修改", "请补充")
    with zipfile.ZipFile(BytesIO(anonymous("a.docx", KINDS["docx"], letter()))) as archive:
        assert ("须修改" in archive.read("word/document.xml").decode(), archive.testzip()) == (True, None)


def test_a_picture_in_a_package_keeps_its_pixels():
    before, after = photo(), jpeg_without_notes(photo())
    assert Image.open(BytesIO(before)).tobytes() == Image.open(BytesIO(after)).tobytes()
    assert not Image.open(BytesIO(after)).getexif()
    assert jpeg_without_notes(b"no picture") == b"no picture"


@pytest.mark.django_db
def test_name_and_content_of_an_attachment_are_those_of_a_seat():
    scene = Scene().to_scoring()
    member = scene.members[0]
    item, client = scene.clause(member), browser(member.expert.user)
    address = url("review_files", scene.review, item)

    def sent(**typed):
        return client.post(address, typed).status_code

    upload = {"upload": SimpleUploadedFile("周演示的意见.docx", letter()), "upload-confidentiality": "public"}
    assert client.post(address, upload).status_code == 302
    document = ScoreFile.objects.get().document
    told_of = f"{member} {item} 附件1"
    assert (document.confidentiality, document.original_name, document.title) == ("public", f"{told_of}.docx", told_of)
    with document.file.open("rb") as file:
        assert told(file.read()) == []
    page = client.get(url("review_clause", scene.review, item))
    assert lacking(page, "附件1.docx", 'name="upload-confidentiality"', "周演示") == (200, ["周演示"])
    assert [sent(upload=SimpleUploadedFile("x.exe", b"MZ")), sent(), sent(remove=str(ScoreFile.objects.get().pk))] == [422, 422, 302]
    assert not ScoreFile.objects.exists()


@pytest.mark.django_db
def test_an_expert_attaches_nothing_classified_and_is_told_why_beside_the_file():
    scene = Scene().to_scoring()
    member = scene.members[0]
    address = url("review_files", scene.review, scene.clause(member))
    classified = {"upload": SimpleUploadedFile("意见.docx", letter()), "upload-confidentiality": "classified"}
    refused = browser(member.expert.user).post(address, classified)
    assert (refused.status_code, "密级材料只由归属单位" in refused.content.decode()) == (422, True)


@pytest.mark.django_db
def test_only_the_own_hand_attaches_and_only_the_table_reads():
    scene, content = Scene().to_scoring(), paper()
    own, other = scene.members[:2]

    def attach(by=own):
        upload = SimpleUploadedFile("意见.pdf", content)
        return scoring.attach_file(member=own, item_id=scene.clause(own), upload=upload, by=by.expert.user)

    file, people = attach(), scene.people.everybody

    def readers():
        return {name for name, user in people.items() if user.pk != own.expert.user_id and evidence_by_key(Viewer(user), file.document.key)}

    refuses(NotAllowed, scoring.detach_file, member=other, item_id=scene.clause(other), key=file.pk, by=other.expert.user)
    refuses(NotAllowed, attach, by=other)
    assert (evidence_by_key(Viewer(own.expert.user), file.document.key) is None, readers()) == (False, set())
    for _ in range(4):
        attach()
    refuses("最多", attach)
    scene.finish_scoring()
    refuses(Closed, attach)
    assert {"secretariat", "city_officer", "city_checker", "city_director"} <= readers()
    assert "preparer" not in readers()
    assert evidence_by_key(Viewer(other.expert.user), file.document.key) is not None
