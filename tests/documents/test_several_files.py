"""Several files at once: every place that takes a file takes several, or says here why it is one; pictures of one paper become one PDF."""

import ast
import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from PIL import Image

from approvals.cases.models.cases import CaseDocument
from greendistrict.core.forms import per_file
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.kept_files import MOST as MOST_KEPT
from greendistrict.documents.kept_files import drop
from greendistrict.documents.models import Evidence, KeptFile
from greendistrict.documents.office.photographed import MOST
from greendistrict.documents.printable import printable
from greendistrict.documents.services import store_bytes
from greendistrict.documents.upload_levels import chosen_for
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import KeyProjectFactory, make_district
from tests.files import docx, exif_jpeg, image

APPS = (
    "approvals", "assessments", "beautiful", "carbon", "districts", "greendistrict", "indicators", "operation", "outreach", "portal",
    "reports",
)  # fmt: skip
PAPER = "one paper, with its number, day or conclusion typed beside it: its photographed pages become one PDF"
VERSION = "the next version of one file, which keeps its place and its older versions"
PART = "one part of a plan or report, which has versions: its photographed pages become one PDF"
TABLE = "one table, which is previewed before it is written"
# What takes one file alone, by module and class (or function), and why.
ONE = {
    "approvals/acceptances/forms.py CloseVisitForm": PAPER,
    "approvals/amendments/forms.py PublishAmendmentForm": PAPER,
    "approvals/applications/forms.py DecisionForm": PAPER,
    "approvals/applications/forms.py DecisionNumberForm": PAPER,
    "approvals/applications/forms.py EndorsementForm": PAPER,
    "approvals/applications/forms.py VersionForm": VERSION,
    "approvals/bulk/views.py ScanForm": PAPER,
    "approvals/changes/change_kinds/plots.py PlotCaseForm": PAPER,
    "approvals/consultations/views.py OpinionOfDepartmentForm": PAPER,
    "approvals/corrections/forms.py RecordedTitleForm": PAPER,
    "approvals/losses/forms.py DiscussionForm": PAPER,
    "approvals/losses/forms.py IntentForm": PAPER,
    "approvals/losses/forms.py LegalForm": PAPER,
    "approvals/losses/forms.py RecordAssessmentForm": PAPER,
    "approvals/losses/forms.py ServeForm": PAPER,
    "approvals/policy_life/views.py PolicyDocumentForm": PAPER,
    "approvals/publicity/forms.py AnnouncementForm": PAPER,
    "approvals/remedies/forms.py FirstInstanceForm": PAPER,
    "approvals/remedies/forms.py OutcomeForm": PAPER,
    "approvals/requests/forms.py ProxyEntryForm": PAPER,
    "assessments/evidence/forms.py ReplaceForm": VERSION,
    "assessments/opinions/forms.py OpinionReplyForm": PAPER,
    "assessments/reviews/forms.py SheetForm": PAPER,
    "assessments/self_checks/forms.py PictureForm": "one picture with its caption and place in the text",
    "assessments/self_checks/forms.py WordForm": TABLE,
    "carbon/inventories/forms.py InventoryUpload": TABLE,
    "carbon/metering/forms.py ReadingFileForm": TABLE,
    "districts/boundaries/forms.py file_field": "one boundary, or one set of shapes, compared with what stands before it is stored",
    "districts/plot_changes/forms.py GroundForm": PAPER,
    "districts/plots/forms.py BackfillForm": PAPER,
    "districts/plots/forms.py CheckForm": PAPER,
    "districts/plots/forms.py DesignOpinionForm": PAPER,
    "districts/plots/forms.py ProofFields": PAPER,
    "districts/profile/forms.py ProfileForm": PAPER,
    "districts/projects/forms.py ProjectPlanForm": PART,
    "districts/special_plans/forms.py ApprovalForm": PAPER,
    "districts/special_plans/forms.py PlanForm": PART,
    "districts/special_plans/forms.py SectionForm": PART,
    "districts/supervision/views.py SupervisionForm": PAPER,
    "districts/yearly_plans/views.py PlanDocumentForm": PART,
    "greendistrict/documents/workbooks/forms.py WorkbookForm": TABLE,
    "indicators/editions/forms.py EditionUpload": TABLE,
    "indicators/editions/forms.py ValuesUpload": TABLE,
    "indicators/entry/forms.py ClausesForm": TABLE,
    "outreach/disclosures/forms.py LetterScanForm": PAPER,
    "outreach/stories/forms.py StoryPhotoForm": "one picture, which the text typed beside it describes for who cannot see it",
    "portal/adapters/forms.py BringForm": "one file is one exchange",
    "portal/gallery/views.py GalleryForm": "shows the component",
    "portal/public/views.py CheckedFileForm": "one paper is verified",
}
INPUTS = {
    "assessments/evidence/_evidence_files.html": VERSION,
    "assessments/reviews/_review_desk.html": "the file of one opinion",
    "assessments/reviews/paper_type.html": "the signed sheet of one expert",
}
FIELDS = {"EvidenceField", "EvidenceFilesField", "KeptFileField", "forms.FileField"}


def asked():
    """Each place of the code that asks for files, with the kind of its field."""
    for path in sorted(found for app in APPS for found in Path(settings.BASE_DIR, app).rglob("*.py")):
        for owner in ast.parse(path.read_text(encoding="utf-8")).body:
            calls = [ast.unparse(one.func) for one in ast.walk(owner) if isinstance(one, ast.Call)]
            yield from ((f"{path.relative_to(settings.BASE_DIR)} {getattr(owner, 'name', '')}", call) for call in calls if call in FIELDS)


def test_each_place_takes_several_or_says_why_it_takes_one():
    places = list(asked())
    assert {where for where, kind in places if kind != "EvidenceFilesField"} == set(ONE)
    assert {where for where, kind in places if kind == "EvidenceFilesField"}, "no place takes several"


def test_inputs_that_templates_write_themselves_take_several_or_say_why():
    folder = Path(settings.BASE_DIR, "templates")
    texts = {f"{path.relative_to(folder)}": path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    inputs = [(name, one) for name, text in texts.items() for one in re.findall(r'<input[^>]*type="file".*?>', text, re.DOTALL)]
    assert {name for name, one in inputs if not re.search(r"\bmultiple\b", one)} == set(INPUTS)


class ScanForm(forms.Form):
    scan = EvidenceField(label="扫描件")


def jpg(name, size=(40, 20), **more):
    return SimpleUploadedFile(name, exif_jpeg(size, **more), content_type="image/jpeg")


def given(*files, level=""):
    return ScanForm({"scan-confidentiality": level}, MultiValueDict({"scan": list(files)}))


def pages_of(paper):
    with pikepdf.open(BytesIO(paper.read())) as document:
        return [(round(page.mediabox[2]), round(page.mediabox[3])) for page in document.pages]


def test_pictures_of_one_paper_are_its_pages_in_their_order():
    pictures = [
        jpg("合同1.jpg", (40, 20)),
        SimpleUploadedFile("合同2.png", image("PNG", (20, 40), "RGBA")),
        jpg("3.jpg", (40, 20), orientation=6),
    ]
    form = given(*pictures, level=Confidentiality.CLASSIFIED)
    assert form.is_valid(), form.errors
    paper = form.cleaned_data["scan"]
    assert (paper.name, chosen_for(paper)) == ("合同1等3张.pdf", Confidentiality.CLASSIFIED)
    content = paper.read()
    paper.seek(0)
    assert b"Demo camera" not in content, "what the camera wrote goes"
    assert pages_of(paper) == [(842, 421), (421, 842), (421, 842)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_kind_become_pages(mode):
    out = BytesIO()
    Image.new(mode, (20, 30)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    form = given(SimpleUploadedFile("一.jpg" if mode == "CMYK" else "一.png", out.getvalue()), jpg("二.jpg"))
    assert form.is_valid(), form.errors
    assert len(pages_of(form.cleaned_data["scan"])) == 2


def fine_grey(grey):
    out = BytesIO()
    Image.new("I;16", (60, 40), grey).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("grey", [0x4000, 0x8000, 0xC000])
def test_a_scan_of_fine_greys_keeps_them(grey):
    form = given(SimpleUploadedFile("一.png", fine_grey(grey)), jpg("二.jpg"))
    assert form.is_valid(), form.errors
    with pypdfium2.PdfDocument(form.cleaned_data["scan"].read()) as document:
        page = document[0].render(scale=1).to_pil().convert("L")
    assert abs(page.getpixel((page.width // 2, page.height // 2)) - grey // 256) < 4


@pytest.mark.django_db
def test_a_report_prints_a_scan_of_fine_greys(media):
    content = fine_grey(0x8000)
    picture = store_bytes(owner=make_district(), content=content, name="一.png", content_type="image/png", kind="照片", title="一")
    with Image.open(BytesIO(printable(picture))) as shown:
        assert abs(shown.getpixel((5, 5))[0] - 0x80) < 4


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (lambda: [pdf("一.pdf"), pdf("二.pdf")], "这里放一份文件"),
        (lambda: [jpg("一.jpg"), pdf("二.pdf")], "这里放一份文件"),
        (lambda: [jpg("一.jpg"), SimpleUploadedFile("二.jpg", b"no picture")], "“二.jpg”打不开"),
        (lambda: [jpg("一.jpg"), SimpleUploadedFile("二.jpg", b"")], "空"),
        (lambda: [jpg(f"{number}.jpg") for number in range(MOST + 1)], f"最多{MOST}张照片"),
        (list, "必填"),
    ],
)
def test_what_is_not_the_pages_of_one_paper_is_refused(files, words):
    form = given(*files())
    assert not form.is_valid()
    assert words in str(form.errors["scan"])


def test_one_file_stays_as_it_is():
    one = pdf("决定.pdf")
    form = given(one)
    assert form.is_valid()
    assert form.cleaned_data["scan"] is one


@pytest.fixture
def filing(media):
    filing = Filing()
    filing.case.documents.all().delete()
    return filing


def send(client, filing, *files, **more):
    client.force_login(filing.people.preparer)
    return client.post(
        reverse("approvals:case_files", args=[filing.case.pk]), {"slot": "diagnosis", "upload": list(files), "title": "", **more}
    )


def titles():
    return list(CaseDocument.objects.order_by("pk").values_list("document__title", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_slot_of_a_case_takes_several_at_once(client, filing, count):
    answer = send(client, filing, *(pdf(f"诊断{number}.pdf") for number in range(count)), title="生态诊断")
    assert answer.status_code == 302, answer.content.decode()
    assert titles() == (["生态诊断"] if count == 1 else [f"诊断{number}.pdf" for number in range(count)])


@pytest.mark.django_db
def test_who_may_not_add_files_is_told_so_whatever_stands_in_the_form(client, filing):
    client.force_login(filing.people.reviewer)
    address = reverse("approvals:case_files", args=[filing.case.pk])
    answers = [client.post(address, data) for data in ({}, {"slot": "diagnosis", "upload": pdf(), "title": ""}, {"title": "长" * 300})]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert {"gd-errors" in answer.content.decode() for answer in answers} == {False}, "nothing is said of a form that nobody reads"
    assert titles() == []


@pytest.mark.django_db
def test_who_may_not_replace_a_file_is_told_so_before_it_is_read(client, filing):
    send(client, filing, pdf("诊断.pdf"))
    address = reverse("approvals:case_file_version", args=[filing.case.pk, CaseDocument.objects.get().pk])
    client.force_login(filing.people.reviewer)
    sent = [{}, {"upload": pdf()}, {"upload": [pdf("一.pdf"), pdf("二.pdf")]}]
    assert [client.post(address, data).status_code for data in sent] == [403, 403, 403]


def test_a_form_with_room_for_several_files_is_kept_without_one():
    typed = {"said": "已完成", "title": "记录"}
    assert list(per_file({**typed, "upload": []})) == [{**typed, "upload": None}]
    assert list(per_file({**typed, "upload": ["一"]})) == [{**typed, "upload": "一"}]
    assert [one["title"] for one in per_file({**typed, "upload": ["一", "二", "三"]})] == ["", "", ""]
    assert list(per_file(typed)) == [typed]


@pytest.mark.django_db
def test_one_that_is_refused_keeps_all_out_and_says_which(client, filing):
    before = Evidence.objects.count()
    answer = send(client, filing, pdf("好.pdf"), SimpleUploadedFile("坏.pdf", b"x"))
    assert (answer.status_code, "“坏.pdf”不是 PDF 文件" in answer.content.decode()) == (409, True)
    assert (titles(), Evidence.objects.count()) == ([], before)


@pytest.mark.django_db
def test_one_of_a_format_that_the_slot_does_not_take_is_named_at_the_field(client, filing):
    page = send(client, filing, pdf("好.pdf"), SimpleUploadedFile("坏.xlsx", b"x")).content.decode()
    assert "“坏.xlsx”不能放入，“生态诊断等前期工作成果”的格式为PDF、DOCX" in page
    assert 'href="#id_upload"' in page
    assert titles() == []


@pytest.mark.django_db
def test_several_are_kept_with_a_form_that_is_refused_and_dropped_one_by_one(client, filing):
    text = send(client, filing, pdf("一.pdf"), pdf("二.pdf"), slot="").content.decode()
    kept = {row.name: str(row.key) for row in KeptFile.objects.all()}
    assert [name for name in ("一.pdf", "二.pdf") if f"已选文件：{name}" in text] == ["一.pdf", "二.pdf"]
    answer = send(client, filing, **{"upload-kept": list(kept.values()), "upload-kept-drop": kept["一.pdf"]})
    assert answer.status_code == 302, answer.content.decode()
    assert (titles(), KeptFile.objects.count()) == (["二.pdf"], 0)


@pytest.mark.django_db
def test_more_files_than_a_field_takes_are_told_at_the_field(client, filing):
    answer = send(client, filing, *(pdf(f"{number}.pdf") for number in range(101)), title="诊断附件")
    page = answer.content.decode()
    assert (answer.status_code, "一次最多选50个文件，这次选了101个" in page, "诊断附件" in page) == (422, True, True)
    assert (titles(), KeptFile.objects.count()) == ([], 0)
    assert send(client, filing, *(pdf(f"{number}.pdf") for number in range(50))).status_code == 302
    assert len(titles()) == 50


@pytest.mark.django_db
def test_a_form_of_more_files_than_a_person_keeps_comes_back_with_all_of_them(client, filing, settings):
    settings.GD_UPLOAD_MAX_BYTES = 2000
    files = [pdf(f"{number}.pdf") for number in range(MOST_KEPT + 5)]
    assert files[0].size < 2000 < MOST_KEPT * files[0].size
    send(client, filing, pdf("早先.pdf"), slot="")
    text = send(client, filing, *files, slot="").content.decode()
    assert KeptFile.objects.count() == text.count("已选文件") == len(files), "the file of another form went, none of this one"
    keys = [str(key) for key in KeptFile.objects.values_list("key", flat=True)]
    again = send(client, filing, **{"slot": "", "upload-kept": keys}).content.decode()
    assert again.count("已选文件") == KeptFile.objects.count() == len(files)
    assert send(client, filing, **{"upload-kept": keys}).status_code == 302
    assert titles() == [f"{number}.pdf" for number in range(len(files))]


@pytest.mark.django_db
def test_a_form_is_refused_while_one_of_its_kept_files_is_gone(client, filing):
    send(client, filing, pdf("一.pdf"), pdf("二.pdf"), slot="")
    first, second = KeptFile.objects.order_by("pk")
    drop(first)
    keys = [str(first.key), str(second.key)]
    answer = send(client, filing, title="诊断附件", **{"upload-kept": keys})
    text = answer.content.decode()
    assert (answer.status_code, "暂存的文件有1个已不在" in text, "已选文件" in text) == (422, True, False)
    assert ("诊断附件" in text, titles()) == (True, [])
    for left_out in ({"upload-kept-drop": keys[0]}, {"upload": pdf("三.pdf")}):
        files = left_out.pop("upload", None)
        assert send(client, filing, *filter(None, [files]), **{"upload-kept": keys, **left_out}).status_code == 302
    assert titles() == ["二.pdf", "三.pdf"]
    assert send(client, filing, **{"upload-kept": keys}).status_code == 422, "sent again from a page of before"


@pytest.mark.django_db
def test_a_file_that_cannot_be_kept_is_named_and_none_of_its_field_seems_to_be_there(client, filing, settings):
    settings.GD_UPLOAD_MAX_BYTES = 2000
    text = send(client, filing, pdf("小.pdf"), SimpleUploadedFile("大.pdf", b"%PDF-" + b"x" * 2000), slot="").content.decode()
    assert ("没有暂存：大.pdf。请重新选择这一栏的全部文件" in text, "已选文件" in text) == (True, False)


@pytest.mark.django_db
def test_photos_of_a_project_come_in_together(client, people, media):
    project = KeyProjectFactory(district=make_district(people), name="能源站")
    client.force_login(people.preparer)
    address = reverse("districts:key_project", args=[project.district.code, project.pk])
    assert client.post(address, {"upload": [jpg("一.jpg"), jpg("二.jpg")], "title": "基坑（虚构）"}).status_code == 302
    assert list(Evidence.objects.values_list("title", flat=True)) == ["基坑（虚构）"] * 2
    assert client.post(address, {"upload": [jpg("三.jpg"), SimpleUploadedFile("表.docx", docx())], "title": ""}).status_code == 422
    assert Evidence.objects.count() == 2
