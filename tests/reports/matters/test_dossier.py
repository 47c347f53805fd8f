"""材料汇编: every attachment in sight once, pages stamped and bookmarked; what cannot be merged is listed and refuses nothing."""

import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from approvals.cases.models.cases import CaseDocument
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from reports.composition.printed import texts_of
from reports.matters import dossier
from reports.matters.bound_files import CLASSIFIED, MISSING, NOT_A_PDF, DossierFile
from reports.matters.pdf_pages import BROKEN, BROKEN_IMAGE, ENCRYPTED, JPEG, PNG, SIGNED
from reports.matters.volume import bind, entries_of
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import Accepting
from tests.factories.approvals import Filing
from tests.files import docx, exif_jpeg, image, pdf
from tests.reports.matters.worlds import squeezed, texts_on
from tests.signing_in import browser

AREA = pytest.mark.area("reports", "greendistrict/documents", "approvals")

PDF, WORD = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_GROWTH_KB = 60_000
# Heads of a table without rows, lines to sign on the printed form.
FORM_ONLY, VERSION_ONLY = ["主要设施", "填报人：签发人：单位盖章", "年月日", "建成日期", "设施名称"], []


def attachment(number, content, kind=PDF, group="专业规划"):
    return DossierFile(number, group, f"材料{number}", f"{number}.pdf", kind, 1, number * 16, lambda: BytesIO(content))


def turned(angle):
    return pdf(lambda document: document.pages[0].obj.__setattr__("Rotate", angle))


def linked(document):
    """A page with a link to a named place, as contents have them."""
    page = document.pages[0]
    place = pikepdf.Array([page.obj, pikepdf.Name.Fit])
    document.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=[pikepdf.String("place"), place]))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], Dest=pikepdf.String("place"))
    page.obj.Annots = pikepdf.Array([document.make_indirect(note)])


def encrypted(user=""):
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="o", user=user))
    return out.getvalue()


def loaded(document):
    """A page with an embedded file of the document, one of the page, a script, and a signature field."""
    document.attachments["台账.xlsx"] = b"secret-one"
    file = pikepdf.AttachedFileSpec(document, b"secret-two", filename="现场.jpg")
    notes = [
        pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=file.obj),
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"),
        ),
    ]  # fmt: skip
    document.pages[0].obj.Annots = document.make_indirect(pikepdf.Array(notes))
    signature = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=pikepdf.String("x")))
    field = document.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=signature))
    document.Root.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=[field])


def composed(document, pages):
    """Make it the composed pages, the last with a bookmark."""
    for _ in range(pages - 1):
        document.add_blank_page()
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("二、材料目录", pages - 1))


def bound(attachments, tmp_path, front=1):
    """The volume, and its entries."""
    (tmp_path / "front.pdf").write_bytes(pdf(lambda document: composed(document, front)))
    entries = entries_of(attachments, tmp_path)
    bind(entries, front=tmp_path / "front.pdf", out=tmp_path / "volume.pdf", mark="SQ-2026-0007", title="演示材料汇编")
    return entries, tmp_path / "volume.pdf"


def texts(content):
    with pypdfium2.PdfDocument(content) as document:
        return [squeezed(page.get_textpage().get_text_range()) for page in document]


def test_pages_are_stamped_in_order_whatever_their_rotation(tmp_path):
    files = [attachment(f"1-{place}", turned(angle)) for place, angle in enumerate((0, 90, 180, 270), start=1)]
    _, path = bound(files, tmp_path, front=2)
    assert texts(path) == ["", "", *(f"SQ-2026-00071-{place}{place}/4" for place in range(1, 5))]
    with pypdfium2.PdfDocument(path) as document:
        for number in range(2, 6):
            shown = document[number].render(scale=1).to_pil().convert("L")
            foot = shown.crop((shown.width // 2, shown.height - 30, shown.width, shown.height))
            assert foot.getextrema()[0] < 128, number  # the stamp lies at the foot of the page as it is shown


def test_bookmarks_lead_to_each_attachment_and_numbers_are_those_stamped(tmp_path):
    files = [attachment("1-1", pdf()), attachment("1-2", pdf()), attachment("2-1", pdf(), group="批复")]
    _, path = bound(files, tmp_path, front=3)
    with pikepdf.open(path) as volume, volume.open_outline() as outline:
        heads = [item.title for item in outline.root]
        kids = [child.title for item in outline.root for child in item.children]
        assert str(volume.Root.PageLabels.Nums[2]) == "3"
        places = [volume.pages.index(pikepdf.Page(child.destination[0])) for item in outline.root for child in item.children]
        assert volume.pages.index(pikepdf.Page(outline.root[0].destination[0])) == 2
    assert heads == ["二、材料目录", "专业规划", "批复"]
    assert kids == ["1-1 材料1-1", "1-2 材料1-2", "2-1 材料2-1"]
    assert places == [3, 4, 5]


def test_what_cannot_be_merged_is_said_and_images_are_pages(tmp_path):
    def gone():
        raise FileNotFoundError

    jpeg = exif_jpeg(orientation=6)
    contents = [
        (encrypted("u"), PDF), (b"%PDF-1.7 broken", PDF), (docx(), WORD), (image("PNG", mode="RGBA"), PNG), (jpeg, JPEG),
        (jpeg[: len(jpeg) // 2], JPEG), (image("JPEG"), JPEG),
    ]  # fmt: skip
    files = [attachment(str(number), *content) for number, content in enumerate(contents, start=1)]
    files += [replace(attachment("8", pdf()), is_classified=True), replace(attachment("9", b""), open=gone)]
    entries, path = bound(files, tmp_path)
    refused = [ENCRYPTED, BROKEN, NOT_A_PDF, "", "", BROKEN_IMAGE, "", CLASSIFIED]
    refused.append(MISSING)
    assert [entry.remark for entry in entries] == refused
    assert [entry.pages for entry in entries] == ["", "", "", "1", "2", "", "3", "", ""]
    with pikepdf.open(path) as volume:
        sizes = [tuple(float(side) for side in page.mediabox[2:]) for page in volume.pages[1:]]
    assert [wide > high for wide, high in sizes] == [True, False, True]  # the second was taken upright


@AREA
def test_links_inside_an_attachment_lead_to_its_own_pages(tmp_path):
    _, path = bound([attachment("1", pdf(linked)), attachment("2", pdf(linked))], tmp_path)
    with pikepdf.open(path) as volume:
        names = pikepdf.NameTree(volume.Root.Names.Dests)
        places = [names[str(page.Annots[0].Dest)] for page in volume.pages[1:]]
        assert [volume.pages.index(pikepdf.Page(place["/D"][0])) for place in places] == [1, 2]


def test_embedded_files_and_actions_are_left_out_and_listed(tmp_path):
    [entry], path = bound([attachment("1", pdf(loaded))], tmp_path)
    assert entry.remark == f"{SIGNED}；内嵌文件未并入：台账.xlsx、现场.jpg"
    with pikepdf.open(path) as volume:
        assert not volume.attachments
        kept = b"".join(thing.read_bytes() for thing in volume.objects if isinstance(thing, pikepdf.Stream))
        everything = repr(list(volume.objects))
    assert b"secret" not in kept
    assert not re.search("JavaScript|EmbeddedFile|AcroForm", everything)


@AREA
def test_memory_does_not_grow_with_the_pages(tmp_path):
    """1,000 pages of 60 KB against 100, each in a process of its own."""
    grown = [_peak(tmp_path, files) for files in (4, 40)]
    assert grown[1] - grown[0] < MOST_GROWTH_KB, grown


def _peak(tmp_path, files):
    """Peak memory in KB of binding so many files of 25 pages."""
    script = (
        "import os, resource, sys\nfrom io import BytesIO\nfrom pathlib import Path\nimport pikepdf\n"
        "from reports.matters.bound_files import DossierFile\nfrom reports.matters.volume import bind, entries_of\n"
        "folder, files = Path(sys.argv[1]), int(sys.argv[2])\nsource = folder / 'source.pdf'\n"
        "with pikepdf.new() as pdf:\n"
        "    for _ in range(25):\n"
        "        page = pdf.add_blank_page()\n        page.obj.Contents = pdf.make_stream(os.urandom(60_000))\n"
        "    pdf.save(source)\n"
        "found = [DossierFile(str(n), '组', '材料', 'a.pdf', 'application/pdf', 1, '0', lambda: source.open('rb')) for n in range(files)]\n"
        "entries = entries_of(found, folder)\n"
        "bind(entries, front=source, out=folder / 'volume.pdf', mark='X', title='x')\n"
        "assert sum(entry.made.pages for entry in entries) == 25 * files\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    folder = tmp_path / str(files)
    folder.mkdir()
    made = subprocess.run([sys.executable, "-c", script, str(folder), str(files)], capture_output=True, text=True, check=True)
    return int(made.stdout)


@pytest.mark.django_db
class TestCase:
    @AREA
    def test_it_holds_every_file_in_sight_lists_the_rest_and_has_bookmarks(self):
        walk = Accepting().to_accepted()
        case, preparer = walk.case, Viewer(walk.people.preparer)
        for number, (content, kind) in enumerate(((pdf(), PDF), (docx(), WORD), (pdf(), PDF))):
            title = f"附{number}"
            file = store_bytes(owner=case, content=content, name=f"{title}.pdf", content_type=kind, kind="其他", title=title)
            CaseDocument.objects.create(case=case, slot="other", document=file)
        Evidence.objects.filter(pk=file.pk).update(owner="assessments.review:0")  # which the applicant may not open
        attachments = dossier.attachments_of(preparer, case)
        made = dossier.files_of(preparer, case, attachments, "c0ffee00-0000-4000-8000-000000000000", lambda _: None)
        pages = texts(made["pdf"])
        said = "".join(pages)
        assert [squeezed(line.slot.title) in said for line in dossier.materials_of(case)].count(False) == 0
        assert NOT_A_PDF in said
        assert [one.sha256[:16] in said for one in attachments] == [True] * len(attachments)
        assert [title in said for title in ("附0", "附1", "附2")] == [True, True, False]
        with pikepdf.open(BytesIO(made["pdf"])) as volume, volume.open_outline() as outline:
            heads = [item.title for item in outline.root]
            places = [volume.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root]
        assert heads[:4] == ["一、申报情况", "二、材料目录", "三、终期验收申请表", "四、评分表"]
        assert places == sorted(places)
        assert [heads[place][2:] in pages[places[place]] for place in range(4)] == [True] * 4

    def test_the_filled_form_and_the_submitted_score_table_stand_in_front_as_on_their_pages(self):
        filing = Filing().to_accepted()
        case, preparer = filing.case, filing.people.preparer
        said = squeezed("".join(texts_of(dossier.compose(Viewer(preparer), case, []))))
        version = case.table.versions.get()
        pages = {
            reverse("approvals:case_print", args=[case.pk]): FORM_ONLY,
            reverse("assessments:table_version", args=[case.table.pk, version.number]): VERSION_ONLY,
        }
        for page, apart in pages.items():
            shown = texts_on(browser(preparer).get(page).content.decode())
            assert len(shown) > 40
            left = sorted({word for word in shown if word not in said})
            assert left == apart

    @AREA
    def test_of_a_change_its_contents_stand_in_front(self):
        asked = Asked().to_checking()
        said = "".join(texts_of(dossier.compose(Viewer(asked.people.preparer), asked.case, [])))
        assert all(line[name] in said for line in asked.case.change.lines for name in ("what", "before", "after"))
        assert asked.case.change.lines
        assert "四、评分表" not in said
