"""The report goes out to Word and comes back section by section."""

import datetime as dt
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import KEYS, SECTIONS
from assessments.self_checks.report_word import Fate, returned
from assessments.self_checks.selectors.self_checks import all_findings, pictures_in
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.layout_text import layout_blocks, tidied
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.office.word_text import read_word
from greendistrict.documents.uploads import sweep
from reports.annual.sections import laid_out
from reports.composition.blocks import Composition, Heading
from reports.composition.docx import docx_of
from reports.composition.enums import Style
from reports.composition.html import html_of
from reports.composition.services import made_of
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.assessments import make_self_check
from tests.files import photo
from tests.steps import step

AREA = pytest.mark.area("assessments/self_checks", "greendistrict/documents")

OVERVIEW = "全年竣工道路3条。\n投入1200万元。\n\n另起一段。"
PLAN = "## （一）建设计划\n- 道路\n  - 支路\n- 绿地\n\n3. 接通管网\n4. 开园\n\n| 项目 | 长度 |\n| --- | --- |\n| 甲路 | 3km |\n| 乙路 |  |"


@pytest.fixture
def check(people):
    found = make_self_check(people)
    texts = dict.fromkeys(KEYS, "已开展。") | {"overview": OVERVIEW, "plan": PLAN}
    SelfCheck.objects.filter(pk=found.pk).update(report=texts, report_version=7)
    found.refresh_from_db()
    return found


def exported_by(client, check):
    answer = client.get(reverse("reports:self_report_word", args=[check.pk]))
    assert "filename" in answer["Content-Disposition"]
    return Document(BytesIO(answer.content))


@pytest.fixture
def exported(client, check, people):
    client.force_login(people.preparer)
    return exported_by(client, check)


def sent_back(client, check, document, name="报告.docx"):
    stream = BytesIO()
    document.save(stream)
    return client.post(url("selfcheck_report_word", check), {"document": SimpleUploadedFile(name, stream.getvalue())})


def fates(answer, *fate):
    """What became of each section; of those alone that met this fate."""
    found = {one.section.key: one.fate for one in answer.context["seen"].sections}
    return {key for key, one in found.items() if one in fate} if fate else found


def applied(client, check, answer, *keys):
    return client.post(url("selfcheck_report_word_apply", check), {"token": answer.context["token"], "take": list(keys)})


def stored(check):
    return SelfCheck.objects.values_list("report", flat=True).get(pk=check.pk)


def edit(document, before, after):
    (paragraph,) = [one for one in document.paragraphs if before in one.text]
    paragraph.runs[0].text = paragraph.text.replace(before, after)


def test_a_document_that_nobody_changed_changes_nothing(client, check, exported):
    answer = sent_back(client, check, exported)
    seen = answer.context["seen"]
    assert (set(fates(answer).values()), answer.context["token"], list(seen.strange)) == ({Fate.SAME}, "", [])
    assert not any(one.lost for one in seen.sections)


def test_what_was_changed_is_previewed_and_written_where_it_is_chosen(client, check, exported):
    for before, after in (("1200", "1500"), ("接通管网", "接通全部管网"), ("另起一段", "另起一段并说明")):
        edit(exported, before, after)
    exported.tables[0].rows[1].cells[1].text = "3.5km"
    answer = sent_back(client, check, exported)
    assert fates(answer, Fate.CHANGED) == {"overview", "plan"}
    assert lacking(answer, "<ins>1500</ins>", "<td>3.5km</td>", "| ---") == (200, ["| ---"])
    assert "3.5km" in text_of(answer).partition('class="gd-diff"')[2]
    assert stored(check) == check.report, "nothing is written before it is chosen"
    assert applied(client, check, answer, "plan").url == url("selfcheck_report", check)
    assert stored(check) == {**check.report, "plan": PLAN.replace("接通", "接通全部").replace("3km", "3.5km").replace("划\n", "划\n\n")}
    applied(client, check, answer, "overview")
    assert stored(check)["overview"] == OVERVIEW.replace("1200", "1500").replace("一段", "一段并说明"), "empty lines stay where they were"


def test_what_changed_on_both_sides_is_never_taken_by_itself(client, check, exported):
    edit(exported, "1200", "1500")
    now = {**check.report, "overview": "同事刚写的。", "mandatory": "同事刚补的。"}
    SelfCheck.objects.filter(pk=check.pk).update(report=now, report_version=8)
    answer = sent_back(client, check, exported)
    assert (fates(answer)["overview"], fates(answer)["mandatory"]) == (Fate.BOTH, Fate.KEPT)
    assert not [one for one in answer.context["seen"].sections if one.chosen]
    assert (applied(client, check, answer).status_code, stored(check)) == (302, now)


@AREA
def test_what_is_written_meanwhile_is_shown_again_with_what_was_brought(client, check, exported):
    edit(exported, "1200", "1500")
    answer = sent_back(client, check, exported)
    SelfCheck.objects.filter(pk=check.pk).update(report={**check.report, "overview": "同事刚写的。"}, report_version=8)
    refused = applied(client, check, answer, "overview")
    assert lacking(refused, "刚才有人改过", "1500") == (409, [])
    assert stored(check)["overview"] == "同事刚写的。"
    assert applied(client, check, refused, "overview").status_code == 302
    assert "1500" in stored(check)["overview"]


def test_missing_empty_unknown_and_too_long_sections_are_told(client, check, exported):
    [gone] = [one for one in exported.paragraphs if "强制性内容执行情况" in one.text]
    gone._p.getparent().remove(gone._p)
    edit(exported, "1200", "1" * 8001)
    exported.add_heading("六、附图", 1)
    exported.add_paragraph("图件说明")
    answer = sent_back(client, check, exported)
    seen = answer.context["seen"]
    assert (fates(answer)["mandatory"], fates(answer)["overview"]) == (Fate.MISSING, Fate.LONG)
    assert (seen.strange, "图件说明" in text_of(answer)) == (["六、附图 图件说明"], True)
    [mixed] = seen.offers
    assert (mixed.section.key, mixed.fate, mixed.chosen) == ("indicators", Fate.MIXED, False), "it has got the text below the lost title"


@AREA
def test_the_document_of_another_self_check_and_a_foreign_one_are_refused(client, check, exported):
    about, foreign = exported.core_properties, Document()
    about.keywords = about.keywords.replace(f"gd-report {check.pk}", f"gd-report {check.pk + 1}")
    foreign.add_paragraph("会议通知")
    for answer, words in (
        (sent_back(client, check, exported), "另一份自查的自评报告"),
        (sent_back(client, check, foreign), "没有找到自评报告的章节标题"),
        (sent_back(client, check, foreign, "报告.pdf"), "不是 Word 文档"),
        (client.post(url("selfcheck_report_word", check)), "请选择改好的 Word 文件"),
        (client.post(url("selfcheck_report_word_apply", check), {"token": "x"}), ""),
    ):
        assert lacking(answer, words) == (422, [])


def test_a_document_typed_elsewhere_is_recognised_by_its_titles(preparer, check):
    document = Document()
    document.add_paragraph("一、年度工作概况")
    document.add_paragraph("另写的概况。")
    document.add_heading("指标及方案落实情况", 2)
    answer = sent_back(preparer, check, document)
    assert (fates(answer)["overview"], fates(answer)["indicators"]) == (Fate.CHANGED, Fate.EMPTY)
    assert "无法判断平台上的文字是否在导出以后改过" in text_of(answer)


def test_nobody_else_brings_a_document_and_a_closed_report_loses_nothing(client, check, exported, people):
    edit(exported, "1200", "1500")
    answer = sent_back(client, check, exported)
    step(check, "hand_up", people.preparer)
    assert lacking(applied(client, check, answer, "overview"), "投入1500万元") == (410, []), "to be copied"
    assert sent_back(client, check, exported).status_code == 403
    client.force_login(people.city_officer)
    assert client.get(url("selfcheck_report_word", check)).status_code == 403
    assert "1200" not in "".join(one.text for one in exported_by(client, check).paragraphs), "nothing was submitted yet"


def add_to(client, check, **sent):
    """Put a picture into the report on its page."""
    data = {"section": "overview", "caption": "核心区总平面图[一]", "upload": photo(), **sent}
    return client.post(url("selfcheck_report_picture", check), {name: value for name, value in data.items() if value is not None})


@pytest.fixture
def with_picture(client, check, people):
    client.force_login(people.preparer)
    assert add_to(client, check, at="3").status_code == 302
    return Evidence.objects.get(kind="插图")


def test_a_picture_stands_where_the_caret_was_and_is_shown_and_frozen(client, check, people, with_picture):
    line = f"![核心区总平面图［一］](file:{with_picture.key})"
    assert stored(check)["overview"] == OVERVIEW.replace("条。\n", f"条。\n\n{line}\n\n") + "\n"
    page, file = url("selfcheck_report", check), reverse("documents:download", args=[with_picture.key])
    image = f'<img src="{file}" alt="核心区总平面图［一］"'
    assert image in text_of(client.get(page))
    check.refresh_from_db()
    step(check, "hand_up", people.preparer)
    step(check, "sign", people.reviewer)
    client.force_login(people.city_officer)
    assert image in text_of(client.get(page))
    shown = client.get(file)
    assert (shown.status_code, shown["Content-Type"], shown.getvalue()[:2]) == (200, "image/jpeg", b"\xff\xd8")
    [section] = [text for title, text in check.table.versions.get().content["report"] if title == SECTIONS[0].title]
    blocks = tuple(laid_out(section, "", level=3, pictures=pictures_in([section], check.district_id)))
    made = made_of(Composition("报告", (Heading("（一）年度工作概况", 2), *blocks)), code="", formats=("pdf", "docx", "xlsx", "json"))
    assert any(page.images for page in PdfReader(BytesIO(made["pdf"])).pages)
    assert "图1　核心区总平面图［一］" in [one.text for one in Document(BytesIO(made["docx"])).paragraphs]
    assert pictures_in([section], check.district_id + 1) == {}, "never another district's file"


def test_a_picture_comes_back_from_word_with_its_caption(client, check, people, with_picture):
    document = exported_by(client, check)
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "核心区总平面图［一］"
    answer = sent_back(client, check, document)
    assert set(fates(answer).values()) == {Fate.SAME}
    edit(document, "核心区总平面图", "总平面图（修订）")
    document.paragraphs[-1].add_run().add_picture(photo())
    answer = sent_back(client, check, document)
    one, last = answer.context["seen"].sections[0], answer.context["seen"].sections[-1]
    assert (one.fate, f"![总平面图（修订）［一］](file:{with_picture.key})" in one.text) == (Fate.CHANGED, True)
    assert f"![插图](file:{with_picture.key})" in last.text, "the same picture once more is no new one"
    assert not Upload.objects.exists()


def drawn(colour, size=(40, 20), kind="PNG"):
    stream = BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return BytesIO(stream.getvalue())


def add_picture(document, key, picture, caption=""):
    """A picture below the title of a section, as a person puts it there."""
    title = next(one.title for one in SECTIONS if one.key == key)
    heading = next(one for one in document.paragraphs if title.partition("、")[2] in one.text)
    place = document.add_paragraph()
    place.add_run().add_picture(picture)
    heading._p.addnext(place._p)
    if caption:
        place._p.addnext(document.add_paragraph(caption)._p)


@AREA
def test_a_picture_put_in_with_word_is_shown_first_and_stored_when_it_is_taken(client, check, people, exported):
    add_picture(exported, "overview", drawn("green"), "图 2-1　新建口袋公园")
    add_picture(exported, "plan", drawn("blue", kind="JPEG"))
    answer = sent_back(client, check, exported)
    assert fates(answer, Fate.CHANGED) == {"overview", "plan"}
    green, blue = Upload.objects.order_by("pk")
    first, second = (url("selfcheck_report_word_picture", check, one.key) for one in (green, blue))
    assert lacking(answer, f'<img src="{first}" alt="新建口袋公园"', f'<img src="{second}" alt="插图"') == (200, [])
    picture = client.get(first)
    assert (picture["Content-Type"], picture.getvalue()[:4]) == ("image/png", b"\x89PNG")
    for seat in ("consultant", "city_officer", "outsider_preparer"):
        client.force_login(getattr(people, seat))
        assert client.get(first).status_code == 404, seat
    client.force_login(people.preparer)
    files = Evidence.objects.filter(kind="插图")
    assert (files.exists(), stored(check)) == (False, check.report), "nothing is stored before it is chosen"
    again = sent_back(client, check, exported)
    assert Upload.objects.count() == 2, "the same pictures wait once"
    assert applied(client, check, again, "overview").status_code == 302
    [kept] = files
    assert (kept.title, kept.content_type, kept.owner) == ("新建口袋公园", "image/png", subject_of(check.table))
    assert f"![新建口袋公园](file:{kept.key})" in stored(check)["overview"]
    assert str(kept.key) in pictures_in(stored(check).values(), check.district_id)
    assert set(Upload.objects.all()) == {blue}
    assert fates(sent_back(client, check, exported))["overview"] == Fate.SAME, "known by its content from now on"


@AREA
def test_pictures_that_no_upload_may_be_are_told_and_the_text_comes_back(client, check, exported):
    add_picture(exported, "overview", drawn("green", kind="GIF"))
    add_picture(exported, "plan", drawn("red"))
    [part] = [one for one in exported.part.package.iter_parts() if str(one.partname).endswith(".png")]
    part._blob = b"\x89PNG\r\n\x1a\n broken"
    edit(exported, "1200", "1500")
    answer = sent_back(client, check, exported)
    lost = {one.section.key: "".join(one.lost) for one in answer.context["seen"].sections}
    assert ("gif格式" in lost["overview"], "打不开" in lost["plan"]) == (True, True)
    assert (fates(answer)["overview"], Upload.objects.exists()) == (Fate.CHANGED, False)
    assert applied(client, check, answer, "overview").status_code == 302
    assert stored(check)["overview"] == OVERVIEW.replace("1200", "1500")


def test_what_waited_too_long_is_asked_for_again(client, check, exported):
    add_picture(exported, "overview", drawn("green"))
    answer = sent_back(client, check, exported)
    sweep(clock.now() + dt.timedelta(days=8))
    assert lacking(applied(client, check, answer, "overview"), "新图片已失效，请重新上传") == (Refused.status, [])
    assert stored(check) == check.report


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"caption": ""}, "图题"),
        ({"upload": None}, "两者选一"),
        ({"upload": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}, "jpg 或 png"),
        ({"upload": SimpleUploadedFile("a.png", b"no picture")}, "a.png"),
        ({"section": "other"}, "章节"),
    ],
)
def test_a_picture_needs_a_caption_and_to_be_one(preparer, check, sent, words):
    assert lacking(add_to(preparer, check, **sent), words) == (422, [])
    assert (stored(check), Evidence.objects.filter(kind="插图").exists()) == (check.report, False)


def test_a_picture_of_the_library_is_chosen_and_a_classified_one_is_not(client, check, people, with_picture):
    chosen = {"section": "plan", "caption": "同一图", "document": with_picture.pk, "upload": None}
    assert add_to(client, check, **chosen).status_code == 302
    assert stored(check)["plan"].endswith(f"\n\n![同一图](file:{with_picture.key})\n")
    Evidence.objects.filter(pk=with_picture.pk).update(confidentiality=Confidentiality.CLASSIFIED)
    assert add_to(client, check, **chosen).status_code == 422
    assert pictures_in(stored(check).values(), check.district_id) == {}, "not printed either"
    client.force_login(people.city_officer)
    assert client.get(url("selfcheck_report_picture", check)).status_code == 403


@AREA
def test_a_picture_that_would_not_be_printed_is_a_finding(client, check, with_picture):
    page, files = url("selfcheck_check", check), Evidence.objects.filter(pk=with_picture.pk)
    assert "不会印出" not in text_of(client.get(page))
    SelfCheck.objects.filter(pk=check.pk).update(report={**stored(check), "plan": f"![别处的图](file:{uuid4()})"})
    files.update(confidentiality=Confidentiality.CLASSIFIED)
    why = ("核心区总平面图［一］”不会印出：图片标为“密级”", "别处的图”不会印出：图片文件不在本城区的材料中")
    assert lacking(client.get(page), *(f"插图“{words}" for words in why)) == (200, [])
    files.update(confidentiality=Confidentiality.INTERNAL)
    with_picture.file.storage.delete(with_picture.file.name)
    check.refresh_from_db()
    found = [one for one in all_findings(check, clock.today()) if "不会印出" in one.text]
    assert [(one.chapter, one.blocks) for one in found] == [("overview", False), ("plan", False)]
    assert pictures_in(check.report.values(), check.district_id) == {}, "and the report is printed without it"


LINES = st.sampled_from([
    "甲 乙", "<b>甲</b> 乙<i>丙<b>丁</b></i>", "- <b>点</b>", "| <i>1</i> | <b>二 |", "- 点", "  - 内点", "3. 三", "1. 一", "## （一）标题",
    "一、年度", "| 甲 | 乙 |", "| --- | --- |", "", "　缩进", "1）甲",
])  # fmt: skip


@AREA
@settings(max_examples=40)
@given(st.lists(LINES, max_size=9))
def test_any_text_comes_back_from_word_as_it_went_out(lines):
    text = "\n".join(lines)
    blocks = (Heading(SECTIONS[0].title), *laid_out(text, "", level=2))
    content = docx_of(Composition("自评报告", blocks, Style.LETTER, marks=("草稿",)), code="")
    found = returned(read_word(content).blocks, {"overview": text}, None)
    assert found.sections[0].fate == Fate.SAME, (tidied(layout_blocks(text)), found.sections[0].blocks)
    assert not found.strange


def test_bold_and_italic_words_are_printed_and_come_back_from_word(preparer, check):
    text = "全年<b>竣工</b>道路<i>3条</i>。\n\n- <b>要点</b>一\n\n| 项目 | 值 |\n| --- | --- |\n| <b>甲</b> | 1 |"
    SelfCheck.objects.filter(pk=check.pk).update(report={**check.report, "overview": text})
    line = "全年<b>竣工</b>道路<i>3条</i>。"
    assert lacking(preparer.get(url("selfcheck_report", check)), line, "<li><b>要点</b>一</li>") == (200, [])
    document = exported_by(preparer, check)
    looks = [(run.text, run.bold, run.italic) for one in document.paragraphs for run in one.runs if run.bold or run.italic]
    assert looks == [("竣工", True, None), ("3条", None, True), ("要点", True, None)]
    assert document.tables[0].cell(1, 0).paragraphs[0].runs[0].bold
    assert set(fates(sent_back(preparer, check, document)).values()) == {Fate.SAME}
    [built] = [one for one in document.paragraphs if "竣工" in one.text]
    built.runs[-1].bold = True
    answer = sent_back(preparer, check, document)
    assert answer.context["seen"].sections[0].text == text.replace("。", "<b>。</b>", 1)
    printed = html_of(Composition("报告", tuple(laid_out(text, "", level=2))), code="").text
    assert (line in printed, "<b>甲</b>" in printed) == (True, True)


def test_the_document_names_the_unit_with_place_for_its_seal_and_the_day_which_are_no_text_of_the_report(client, check, exported):
    assert [one.text for one in exported.paragraphs if one.style.name == "Subtitle"] == [
        f"申报主体（盖章）：{check.district.applicant.name}　　日期：　　　　年　　月　　日"
    ]
    assert set(fates(sent_back(client, check, exported)).values()) == {Fate.SAME}
