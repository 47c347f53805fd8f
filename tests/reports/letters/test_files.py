"""A letter on the page, as PDF and as Word document: the same words; kept as it was asked for; long ones go over pages."""

import datetime as dt
import re
from io import BytesIO
from itertools import count

import docx
import pikepdf
import pypdfium2
import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags

from approvals.amendments.services import propose_amendment
from approvals.cases.letters.examination import notices_of
from approvals.publicity.letters import batch_letter
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, papers
from greendistrict.workflow.letters import Draft, Letter, as_data, drafts_of, letter_from, letter_sources, slug_of
from reports.composition.printed import texts_of
from reports.composition.services import made_of
from reports.jobs import services
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.letters.models import LetterCopy
from reports.letters.services import LETTER, became_of, composition_of, keep_letter
from tests import pdf_texts
from tests.factories.approvals import Filing
from tests.reports.fitness import unfit
from tests.reports.letters.test_words import KINDS
from tests.reports.letters.world import every_letter
from tests.steps import step

pytestmark = pytest.mark.django_db
CODE = "ABCD-EFGH-JKLM-NPQR-STUV"
CODES = "查验码[0-9A-Z]{4}(-[0-9A-Z]{4})+"
LINES = tuple((str(number), "地块清单", f"第{number}块地的出让合同缺少附图，请补充并加盖公章。") for number in range(1, 61))


def plain(text):
    """Text without blanks, line ends and the running marks of the pages."""
    return re.sub(r"\s", "", text)


def in_word(content):
    return plain("".join(part.text or "" for part in docx.Document(BytesIO(content)).element.body.iter() if part.tag.endswith("}t")))


def in_pdf(content):
    """Text of all pages; what stands on each of them (marks, page number, code) is taken out, so that a sentence may go over pages."""
    furniture = re.compile(rf"演示数据|参考稿|内部资料|—\d+—|{CODES}")
    return "".join(furniture.sub("", page) for page in pdf_texts.squeezed(content))


def lacking(paper, **places):
    """Words of the paper that one of the places does not show."""
    wanted = [plain(text) for text in texts_of(paper) if text not in paper.all_marks]
    return [f"{place}: {text}" for place, found in places.items() for text in wanted if text not in found]


# What does not fit on one page with closer lines either: facts, quoted article, table, rights, demands and annexes in full.
TWO_PAGES = {"事先告知书", "决定书", "报送函", "整改通知书"}


@pytest.mark.area("reports/letters", "reports/composition", "approvals")
def test_every_kind_is_reached_from_its_matter_and_its_files_say_what_the_page_says(client):
    wrong, pages = {}, {}

    def visit(name, matter, draft, user):
        kind = name.rpartition(":")[2]
        if kind not in pages:
            client.force_login(user)
            wrong[kind], pages[kind] = downloaded(client, matter, draft)

    every_letter(visit)
    assert set(pages) == KINDS
    assert {kind: said for kind, said in wrong.items() if said} == {}
    assert {kind: count for kind, count in pages.items() if count > 1} == dict.fromkeys(TWO_PAGES, 2)


def downloaded(client, matter, draft):
    """What is wrong on the way from the page of the matter to both files of its letter, and the pages of the PDF."""
    source, here, letter = (
        letter_sources.by_key[slug_of(matter)],
        [slug_of(matter), matter.pk, draft.key],
        draft.write().spaced(clock.today()),
    )
    address, files = reverse("reports:letter", args=here), reverse("reports:letter_files", args=here)
    wrong = [] if address in client.get(source.page(matter), follow=True).content.decode() else ["the page of the matter has no link"]
    wrong += [] if letter_from(as_data(letter)).paragraphs == letter.paragraphs else ["it is kept otherwise than it was written"]
    shown = client.get(address).content.decode()
    made = {form: file_of(client, files, form) for form in ("pdf", "docx")}
    front, *others = pdf_texts.squeezed(made["pdf"])
    head = ["参考稿", "演示数据" if source.is_demo(matter) else "参考稿", letter.title, letter.number_line, letter.to]
    close = [letter.issuer_line, letter.day_line]
    wrong += [f"not on page one: {text}" for text in head if plain(text) not in front]
    wrong += [f"not on the last page: {text}" for text in close if plain(text) not in (others or [front])[-1]]
    paper = composition_of(letter, is_demo=source.is_demo(matter))
    page = plain(strip_tags(shown).replace("&#x27;", "'"))
    wrong += lacking(paper, page=page, pdf=in_pdf(made["pdf"]), docx=in_word(made["docx"]))
    wrong += unfit(made["pdf"], paper)
    if letter.blanks and f"待填{letter.blanks}处" not in shown:
        wrong.append(f"{letter.blanks} blanks are not told of")
    return wrong, 1 + len(others)


def file_of(client, address, form):
    """The file that is asked for on the page of a letter."""
    job = ExportJob.objects.get(pk=int(client.post(address, {"format": form})["Location"].rstrip("/").rpartition("/")[2]))
    services.run(job.pk)
    with job.files.get().document.file.open("rb") as file:
        return file.read()


@pytest.mark.area("reports/letters", "reports/composition")
def test_a_long_letter_goes_over_pages_with_its_head_repeated_and_its_close_whole():
    letter = Letter(
        "演示城区（虚构）绿色生态城区试点申报材料补正告知书", "演示管委会", ("你单位报送的材料收悉，需要补正的内容一次告知如下。",),
        heads=("序号", "对应的材料或条文", "需要补正的内容"), lines=LINES, closing=("请于2026年12月1日（含当日）前补正。",),
        annexes=("清单", "样表"), by="市住房城乡建设管理委", contact="联系人：演示，联系电话：021", copied_to=("甲", "乙"),
    )  # fmt: skip
    paper = composition_of(letter, is_demo=True)
    made = made_of(paper, code=CODE, formats=("pdf", "docx"))
    pages = pdf_texts.squeezed(made["pdf"])
    assert len(pages) >= 3
    assert all("需要补正的内容" in page for page in pages[:3])
    assert all(words in pages[-1] for words in ("市住房城乡建设管理委（印章）", "抄送：甲，乙。", "（联系人：演示，联系电话：021）"))
    shown = strip_tags(render_to_string("reports/letters/_letter.html", {"letter": letter, "is_demo": True}))
    assert lacking(paper, page=plain(shown.replace("&#x27;", "'")), docx=in_word(made["docx"])) == []


def places_of(content, *words):
    """How high above the foot of the last page each of the words stands, in points; None for what it lacks."""
    with pypdfium2.PdfDocument(content) as document:
        signs = document[len(document) - 1].get_textpage()
        text = signs.get_text_range()
        return [signs.get_charbox(text.index(word))[1] if word in text else None for word in words]


@pytest.mark.area("reports/letters", "reports/composition")
@pytest.mark.parametrize("long", [False, True])
def test_copies_stand_at_the_foot_of_the_last_page_however_much_is_on_it(long):
    about = {
        "to": "演示管委会",
        "by": "市住房城乡建设管理委",
        "copied_to": ("甲", "乙"),
        "paragraphs": ("材料收悉。" * (400 if long else 1),),
    }
    foots = []
    for title in ("受理通知书", "报送材料的函"):
        paper = composition_of(Letter(title=title, **about), is_demo=True)
        made = made_of(paper, code=CODE, formats=("pdf", "docx"))
        signed, copied, printed = places_of(made["pdf"], "市住房城乡建设管理委", "抄送", "日印发")
        assert signed > copied > 35 * 72 / 25.4 - 12
        foots.append((copied < 160, printed is not None, "日印发" in in_word(made["docx"]), unfit(made["pdf"], paper)))
        frames = docx.Document(BytesIO(made["docx"])).element.body.xpath(".//w:framePr[@w:yAlign='bottom']")
        assert len(frames) == 2 - (title == "报送材料的函")
    assert foots == [(True, True, True, []), (True, False, False, [])]


def test_a_certificate_stands_in_a_frame_and_other_letters_keep_their_digest():
    letter = Letter("示范证书", "", ("授予称号。",), number="编号：SF-1", by="市住房城乡建设管理委", is_framed=True, is_public=True)
    assert letter_from(as_data(letter)) == letter
    assert "is_framed" not in as_data(Letter("函", "甲", ()))
    paper = composition_of(letter, is_demo=False)
    made = made_of(paper, code=CODE, formats=("pdf", "docx"))
    assert unfit(made["pdf"], paper) == []
    with pikepdf.open(BytesIO(made["pdf"])) as document:
        drawn = [str(operator) for page in document.pages for _, operator in pikepdf.parse_content_stream(page)]
    assert drawn.count("re") + drawn.count("m") >= len(("top", "right", "bottom", "left"))
    assert docx.Document(BytesIO(made["docx"])).element.body.xpath(".//w:pgBorders")


def test_files_are_asked_for_on_the_page_and_keep_the_text_of_that_moment(client):
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    here = ["case", case.pk, "acceptance"]
    client.force_login(people.reviewer)
    shown = client.get(reverse("reports:letter", args=here)).content.decode()
    files = reverse("reports:letter_files", args=here)
    assert all(words in shown for words in ("下载PDF", "下载Word", files))
    answer = client.post(files, {"format": "docx"})
    job, copy = ExportJob.objects.get(kind="letter"), LetterCopy.objects.get()
    assert answer["Location"] == reverse("reports:job", args=[job.pk])
    type(case.district).objects.filter(pk=case.district_id).update(name="改名后的演示城区（虚构）")
    services.run(job.pk)
    [made] = job.files.select_related("document")
    with made.document.file.open("rb") as file:
        text = in_word(file.read())
    assert plain(copy.title) in text
    assert "改名后的" not in text
    assert (made.format, made.document.title.endswith("（DOCX）"), case.number in text) == ("docx", True, True)
    assert client.get(answer["Location"]).status_code == 200
    client.post(files, {"format": "docx"})
    assert LetterCopy.objects.count() == 2, "another text is another letter"
    assert client.post(files, {"format": "xlsx"}).status_code == 409
    client.force_login(people.outsider_preparer)
    assert client.post(files, {"format": "pdf"}).status_code == 404
    assert client.get(answer["Location"]).status_code == 404


def test_a_letter_whose_wording_changed_stands_in_the_place_of_the_one_kept_before(client):
    """And the other way round when it reads as before again; a text of which no file was made replaces nothing."""

    def kept(text):
        draft = Draft("notice", "演示通知", lambda: Letter("演示通知（虚构）", "", (text,), by="演示单位（虚构）"))
        with clock.at(clock.now() + dt.timedelta(seconds=next(seconds))):
            return keep_letter(source=letter_sources.by_key["case"], matter=filing.case, draft=draft, by=filing.people.city_officer)

    def made(copy):
        with clock.at(clock.now() + dt.timedelta(seconds=next(seconds))):
            job = request_report(kind=LETTER, year=2026, by=None, subject=str(copy.pk), formats=("docx",))
            services.run(job.pk)
        return job

    def states(*jobs):
        pages = [client.get(reverse("portal:verify"), {"code": papers.code_of(job)}).content.decode() for job in jobs]
        return ["已被更新版本替代" in page for page in pages]

    seconds, filing = count(1), Filing().to_accepted()
    first = made(kept("第一稿。"))
    other = kept("第二稿。")
    assert states(first) == [False]
    second = made(other)
    assert states(first, second) == [True, False]
    made(kept("第一稿。"))
    assert states(first, second) == [False, True]


@pytest.mark.parametrize(("is_public", "level"), [(True, "public"), (False, "internal")])
def test_a_published_letter_is_public_and_any_other_internal(client, is_public, level):
    """The job, its file and the public answer to its 查验码 say the same."""
    content = as_data(Letter("演示公示（虚构）", "", ("现予公示。",), by="演示单位（虚构）", is_public=is_public))
    copy = LetterCopy.objects.create(
        source="case", matter=1, key="notice-1", title=content["title"], content=content, digest="0" * 64, written_at=clock.now()
    )  # fmt: skip
    job = request_report(kind=LETTER, year=2026, by=None, subject=str(copy.pk), formats=("docx",))
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.confidentiality, job.files.get().document.confidentiality) == (level, level)
    found = client.get(reverse("portal:verify"), {"code": papers.code_of(job)}).content.decode()
    assert ("演示公示（虚构）" in found, "<dt>密级</dt>" in found) == (True, is_public)


def kept_letter(people, key):
    """A letter of the announcement as it reads now, with its file."""
    batch = Announcement.objects.get()
    draft = next(one for one in drafts_of(batch, Viewer(people.city_officer)) if one.key == key)
    copy = keep_letter(source=letter_sources.by_key["announcement"], matter=batch, draft=draft, by=people.city_officer)
    job = request_report(kind=LETTER, year=2026, by=None, subject=str(copy.pk), formats=("docx",))
    services.run(job.pk)
    job.refresh_from_db()
    return job


def amend(people, subject, after, number):
    row = propose_amendment(batch=Announcement.objects.get(), by=people.city_officer, subject=subject, after=after, reason="笔误（虚构）")
    step(row, "approve", people.city_director)
    step(row, "publish", people.city_officer, number=number, published_on=clock.today())
    return row


@pytest.mark.area("reports/letters", "reports/composition", "approvals")
def test_a_letter_kept_before_a_correction_tells_of_it_and_one_kept_after_does_not(client):
    people = Filing().to_announced().people
    old = Announcement.objects.get().number
    before = kept_letter(people, "announcement")
    assert became_of(before) == ""
    row = amend(people, "number", "演沪建公告〔2026〕12号", "演沪建公告〔2026〕71号")
    after, paper = kept_letter(people, "announcement"), kept_letter(people, f"amendment-{row.pk}")
    told = f"由“{old}”更正为“演沪建公告〔2026〕12号”（演沪建公告〔2026〕71号）"
    assert told in became_of(before)
    assert [became_of(after), became_of(paper)] == ["", ""]
    page = client.get(reverse("portal:verify"), {"code": papers.code_of(before)}).content.decode()
    assert told in page
    assert "已被更新版本替代" in page
    assert told not in client.get(reverse("portal:verify"), {"code": papers.code_of(after)}).content.decode()
    amend(people, "withdraw", "", "演沪建公告〔2026〕72号")
    assert [words.count("（演沪建公告") for words in map(became_of, (before, after, paper))] == [2, 1, 0]
    assert "撤回（演沪建公告〔2026〕72号）" in became_of(after)


def test_notices_and_published_announcements_are_public():
    filing = Filing().to_announced()
    [notice] = notices_of(filing.case)
    batch = Announcement.objects.get()
    assert (notice.write(filing.case).is_public, batch_letter(batch).is_public) == (True, True)
    batch.status = AnnouncementState.DRAFT
    assert not batch_letter(batch).is_public


@pytest.mark.parametrize("times", [1, 2])
def test_a_certificate_of_much_text_stays_on_one_page_with_its_seal(times):
    words = "根据《关于推进本市绿色生态城区建设的指导意见》第八部分第（一）项的规定，授予演示城区（虚构）“上海市绿色生态城区试点”称号。" * 2
    letter = Letter("上海市绿色生态城区试点证书", "", (words,) * times, number="编号：CH-1", by="市住房城乡建设管理委", is_framed=True)
    made = made_of(composition_of(letter, is_demo=True), code=CODE, formats=("pdf",))
    with pikepdf.open(BytesIO(made["pdf"])) as document:
        assert len(document.pages) == 1
