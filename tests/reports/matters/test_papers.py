"""Papers on single matters: what they say to whom, as the page says it, and who may ask for them; the plan of a year's duties."""

import datetime as dt
import re
from decimal import Decimal
from io import BytesIO

import openpyxl
import pypdf
import pytest
from django.urls import reverse

from approvals.acceptances.models import VisitRow
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.consultations.models import Consultation
from approvals.losses.models import LossFile
from assessments.reviews.enums import Judgement, MemberState
from assessments.reviews.letters import panel_opinion
from assessments.reviews.selectors.agenda import COMMITMENTS
from beautiful.evaluations.models import AreaEvaluation
from beautiful.frame.programme import programme
from districts.common.enums import Stage
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from obligations.selectors import falling_due
from reports.composition.blocks import Paragraph
from reports.composition.enums import Style
from reports.composition.printed import texts_of
from reports.composition.services import made_of
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import files_open_to, jobs_visible_to
from reports.jobs.sights import sight_of
from reports.matters import carbon, carbon_words, minutes, obligations_plan, opinions
from reports.matters.cases import consultations
from reports.matters.opinions import asked_table
from tests.beautiful.plans.world import FIRST, report, spring
from tests.carbon.inventories.world import filed_years
from tests.factories.acceptance import Losing, failing
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.factories.stages import make_stage
from tests.obligations.world import titled, world
from tests.refusing import refuses
from tests.reports.fitness import MAKERS_NOTES
from tests.reports.matters import worlds
from tests.reports.matters.worlds import squeezed, texts_on
from tests.signing_in import browser
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("reports", "approvals", "assessments", "beautiful", "carbon", "obligations")


def paper(kind, user, subject):
    """Everything the paper says to this person, without white space; None where the person may not ask for it."""
    job = ExportJob(kind=kind, scope=report_kinds.by_key[kind].scope, subject=str(subject), year=subject, sight=sight_of(posts_of(user)))
    said = squeezed("".join(texts_of(report_kinds.by_key[kind].compose(job, lambda _: None))))
    assert [note for note in MAKERS_NOTES if note in said] == []
    return said


REMEDIES = "行政复议与诉讼"  # a link to a page of its own


def missing(kind, user, subject, *pages, apart=()):
    """Texts of these pages that the paper does not say, but those that belong to the page alone."""
    said = paper(kind, user, subject).replace("理解：", "")
    marks = "暂定|待确认|默认值"  # of the page; a paper has no notes
    shown = [
        re.sub(marks, "", word).replace("本平台理解为", "指")
        for page in pages
        for word in texts_on(browser(user).get(page).content.decode())
    ]
    assert len(shown) > 10, shown
    return sorted({word for word in shown if word not in said} - set(map(squeezed, apart)))


def page_of(name, *args):
    return reverse(name, args=args)


def may(kind, user, subject):
    """Whether the person may ask for this paper."""
    return report_kinds.by_key[kind].matters(Viewer(user)).filter(pk=subject).exists()


def asking(kind, people, subject):
    """Seats that may ask for the paper."""
    seats = ("city_officer", "secretariat", "partner", "authority", "preparer", "reviewer", "outsider_preparer", "system_keeper")
    return {seat for seat in seats if may(kind, getattr(people, seat), subject)}


CITY = {"city_officer", "secretariat"}
OWN = {"authority", "preparer", "reviewer"}


def test_before_the_meeting_nobody_has_a_judgement_and_the_panel_is_for_overseers():
    scene = Scene().to_scoring()
    member, other, review = scene.members[0], scene.members[1], scene.review.pk
    kinds = {"panel_record": review, "review_opinion": review, "meeting_pack": review, "score_sheet": member.pk}
    assert [asking(kind, scene.people, key) for kind, key in kinds.items()] == [CITY, set(), set(), {"secretariat"}]
    assert [may("score_sheet", one.expert.user, member.pk) for one in (member, other)] == [True, False]
    page = page_of("assessments:paper_sheet", review, member.number)
    blank = {"＿＿＿＿＿＿＿＿＿＿＿＿＿＿", "□须修改□建议", "□不同＿＿分"}
    assert missing("score_sheet", scene.secretary, member.pk, page, apart=blank) == []
    scene.judge(member, scene.clause(member), Judgement.DIFFER, points="0", comment="没有佐证（虚构）", comment_kind="must")
    told = [squeezed("没有佐证（虚构）") in paper("score_sheet", user, member.pk) for user in (member.expert.user, scene.secretary)]
    assert told == [True, False]


def minutes_as_on_the_page(scene, *, is_draft, names):
    """The minutes read as their page, and name the experts after the conclusion only."""
    page, member = page_of("assessments:review_minutes", scene.review.pk), scene.members[1].expert.user
    for user in (scene.secretary, member):
        assert missing("meeting_minutes", user, scene.review.pk, page) == []
    composed = minutes.compose(Viewer(member), scene.review)
    assert (composed.style, "草稿" in paper("meeting_minutes", member, scene.review.pk)) == (Style.LETTER, is_draft)
    *_, sitting_in, signed = composed.blocks
    assert (sitting_in.text, [line.partition("：")[0] for line in signed.lines[:3]]) == (minutes.BLANK, ["主持", "记录", "签发"])
    assert (scene.members[0].expert.user.name in "".join(texts_of(composed))) is names


@AREA
def test_in_session_those_at_the_table_read_the_pack_without_names():
    scene = worlds.disputed()
    review, sitting, gone = scene.review.pk, scene.members[1], scene.members[2]
    panel, pack = page_of("assessments:review", review), page_of("assessments:review_pack", review)
    for user in (scene.secretary, sitting.expert.user):
        assert missing("meeting_pack", user, review, pack) == []
    links = ("承诺书", "催签名", "确认回避，更换")
    assert missing("panel_record", scene.secretary, review, panel, apart=links) == []
    minutes_as_on_the_page(scene, is_draft=True, names=False)
    scene.review.members.filter(pk=gone.pk).update(state=MemberState.RECUSED)
    assert asking("meeting_pack", scene.people, review) == CITY
    assert [may("meeting_pack", one.expert.user, review) for one in (sitting, gone)] == [True, False]
    told, blind = (paper("meeting_pack", user, review) for user in (scene.secretary, sitting.expert.user))
    assert [words for words in map(squeezed, COMMITMENTS) if words not in told] == []
    named = [[squeezed(member.expert.user.name) in said for member in scene.members] for said in (told, blind)]
    assert named == [[True] * len(scene.members), [False] * len(scene.members)]
    assert asking("score_sheet", scene.people, sitting.pk) == CITY
    assert not may("score_sheet", scene.members[0].expert.user, sitting.pk)


def test_after_the_conclusion_the_district_reads_opinion_and_panel_but_no_draw_and_no_sheet():
    scene = worlds.concluded()
    review, sheet, district = scene.review.pk, scene.members[0], scene.people.preparer
    for user in (scene.secretary, district, scene.members[1].expert.user):
        assert missing("review_opinion", user, review, page_of("assessments:review_opinion", review)) == []
    assert missing("panel_record", district, review, page_of("assessments:review", review)) == []
    minutes_as_on_the_page(scene, is_draft=False, names=True)
    kinds = {"review_opinion": review, "panel_record": review, "score_sheet": sheet.pk}
    assert [asking(kind, scene.people, key) for kind, key in kinds.items()] == [CITY | OWN, CITY | OWN, CITY]
    assert not may("score_sheet", sheet.expert.user, sheet.pk)
    assert ["种子校验值" in paper("panel_record", user, review) for user in (scene.people.city_officer, district)] == [True, False]


def test_stage_assessment():
    scene = worlds.rectifying()
    pages = page_of("assessments:stage", scene.stage.pk), page_of("assessments:stage_opinions", scene.stage.pk)
    [opinion] = scene.stage.review_opinions.all()
    said = (f"第{opinion.number}条{opinion.item_id}{opinion.item_title}", "须修改而没有销号的1条，全部销号后整改才能复核通过：")
    released = ("未公开", "公众看到的内容和公开记录")  # of a score that may be released at any time: no part of the paper
    for user in (scene.people.city_officer, scene.people.reviewer):
        assert missing("stage_assessment", user, scene.stage.pk, *pages, apart=(*said, *released)) == []


@AREA
def test_evaluation_after_acceptance():
    people, found = worlds.post_evaluated()
    for user in (people.city_officer, people.preparer):
        assert missing("post_evaluation", user, found.pk, page_of("assessments:post", found.pk)) == []


def test_yearly_plan():
    """A drafted one is the authority's alone."""
    people, plan = worlds.planned()
    page = page_of("districts:implementation_plan_edit", plan.pk)
    told = (
        "横轴为月份，条为计划开始至计划完成；不表示完成情况。来源：",
        "列入的工作",
        f"，日期未填全的1项不在图上。截至{cn_date(clock.today())}。",
    )
    picture = ("工作的计划起止日期", *told)  # the paper has the days in its table
    assert missing("yearly_plan", people.authority, plan.pk, page, apart=picture) == []
    assert asking("yearly_plan", people, plan.pk) == {"authority"}
    assert asking("carbon", people, plan.items.first().district_id) == OWN, "it follows the district's file"


@AREA
def test_acceptance_with_its_visit_and_its_technical_review():
    """The technical review has all of the page of the case but site visit and decision, which the report says."""
    walk = worlds.accepted()
    seen_from_outside = VisitRow.objects.filter(visit__case=walk.case, finding="").order_by("pk")[:1]
    VisitRow.objects.filter(pk__in=seen_from_outside).update(note="只从道路上查看（虚构）")
    assert squeezed("只从道路上查看（虚构）") in paper("site_visit", walk.people.city_officer, walk.case.pk), "a note without a finding"
    case, visit = page_of("approvals:case", walk.case.pk), page_of("approvals:case_visit", walk.case.pk)
    for user in (walk.people.city_officer, walk.people.preparer):
        assert missing("acceptance", user, walk.case.pk, case, visit, apart=("地点", "形式审查", "须有结论", "未核查", REMEDIES)) == []
        assert missing("site_visit", user, walk.case.pk, visit, apart=("须有结论", "未核查")) == []
    for user in (walk.people.city_officer, walk.people.secretariat):
        left = missing("technical_review", user, walk.case.pk, case, apart=("地点", REMEDIES))
        report = paper("acceptance", user, walk.case.pk)
        assert "总体情况" in left
        assert f"{cn_date(clock.today())}核对，结果已锁定" in report, "a paper is read in other years"
        assert [word for word in left if word not in report] == []
        assert "形成结论：" in report, "what came of it stands at the beginning"


@AREA
def test_technical_review_of_an_application_with_corrections_questions_and_departments():
    filing = Filing().to_reviewing().conclude("passed", 2)
    case, people, now = filing.case, filing.people, clock.now()
    PreReviewQuestion.objects.create(
        case=case, number=1, slot="plots", text="请说明地块边界（虚构）", answer="已补图（虚构）", asked_by=people.secretariat, asked_at=now
    )
    notice = case.corrections.create(round=1, issued_at=now, issued_by=people.city_officer, due=clock.today())
    notice.findings.create(text="申请表未盖章（虚构）", slot="application", answer="已盖章（虚构）")
    one = {"question": "请就能源规划提出意见（虚构）", "asked_by": people.city_officer, "asked_at": now, "due": clock.today()}
    reply = {"opinion": "remarks", "text": "建议补充分布式能源（虚构）", "answered_at": now, "answered_by": people.partner}
    Consultation.objects.create(case=case, department=people.partner.posts.first().organisation, **one, **reply)
    said = paper("technical_review", people.city_officer, case.pk)
    assert all(title in said for _, title in FORM_REVIEW)
    assert missing("technical_review", people.city_officer, case.pk, page_of("approvals:case", case.pk), apart=("扫描件",)) == []


@AREA
def test_what_is_counted_in_an_inventory_adds_up_to_its_total():
    people = cast()
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
    with clock.at(at(2024, 1, 1)):
        filed_years(people, district, (2022,))
    blocks = list(carbon.compose(Viewer(people.city_officer), district).under_headings())
    [table] = [block for _, block in blocks if getattr(block, "key", "") == "activities"]
    told = [block.text for heading, block in blocks if heading == "一、结论" and isinstance(block, Paragraph)]
    share = {row[1]: row[5] for row in table.rows}
    assert (share["林地"], share["光伏"], share["煤"]) == (None, None, None), "what is subtracted or not counted has no share"
    assert abs(sum(one for one in share.values() if one is not None) - 100) <= Decimal("0.05") * len(share)
    assert told[0].startswith(f"2022年度清单核算的碳排放总量为{table.total[4]:,.2f} tCO₂e，单位面积")
    assert "占扣减前排放量的" in told[1]
    assert "共扣减" in told[1]
    tonnes = {row[1]: row[4] for row in table.rows}
    assert (tonnes["林地"] < 0, tonnes["光伏"] < 0, tonnes["用电"] > 0, tonnes["煤"]) == (True, True, True, None)
    counted = [one for one in tonnes.values() if one is not None]
    assert table.total[0] == "合计"
    assert abs(sum(counted) - table.total[4]) <= Decimal("0.005") * (len(counted) + 1)


def test_a_carbon_report_of_nothing_concludes_nothing():
    people = cast()
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
    assert carbon_words.NOTHING in texts_of(carbon.compose(Viewer(people.city_officer), district))


@AREA
def test_carbon_and_plan_of_duties():
    people, district = worlds.verified()
    page = page_of("districts:district_detail", district.code) + "?tab=carbon"
    for user in (people.city_officer, people.preparer):
        assert missing("carbon", user, district.pk, page) == []
    assert asking("carbon", people, district.pk) >= OWN
    page = reverse("obligations:obligation_list") + f"?year={clock.today().year}"
    left = {word for word in missing("obligations_plan", people.city_officer, clock.today().year + 1, page) if not word.isdecimal()}
    assert left <= {"序号", "剩", "个工作日", "提醒", "默认值"}  # time left and reminders are for the page


@AREA
def test_evaluation_of_an_area():
    """Later reports of its tasks do not reach a concluded one; one that has not begun says so; who sees it may ask."""
    kind, areas = "area_evaluation", AreaEvaluation.objects
    with clock.at(spring(FIRST + 1)):
        world, found = worlds.area_evaluated()
        people, page = world.people, page_of("beautiful:evaluation", found.pk)
        for user in (people.city_officer, people.partner, people.authority):
            assert missing(kind, user, found.pk, page) == []
        before = paper(kind, people.city_officer, found.pk)
        report(world.own, people.authority, 4, 99)
        assert paper(kind, people.city_officer, found.pk) == before
        said = paper(kind, people.city_officer, areas.get(area="culture").pk)
    words = ("待自评", "未作出", "本计划在这一领域没有任务", "没有因评估结果调整的任务")
    assert [word for word in words if squeezed(word) not in said] == []
    job = ExportJob(
        kind=kind, scope=report_kinds.by_key[kind].scope, subject=str(found.pk), year=FIRST, sight=sight_of(posts_of(people.partner))
    )
    composed = report_kinds.by_key[kind].compose(job, lambda _: None)
    assert (programme().mark in composed.all_marks, composed.is_demo) == (True, True), "it rests on a draft and on fiction"
    assert asking(kind, people, found.pk) == {"city_officer", "partner", "authority"}
    assert asking(kind, people, areas.get(area="institution").pk) == {"city_officer", "partner"}


def test_two_people_have_two_papers_see_their_own_and_lose_them_with_their_sight():
    scene = worlds.disputed()
    asked = {"kind": "meeting_pack", "year": 2026, "subject": str(scene.review.pk)}
    sitting = scene.members[1].expert.user
    refuses("请说明由谁申请", request_report, by=None, **asked)
    first, second = request_report(by=scene.secretary, **asked), request_report(by=sitting, **asked)
    assert first != second
    assert request_report(by=sitting, **asked) == second
    assert set(jobs_visible_to(Viewer(sitting))) == set(files_open_to(Viewer(sitting))) == {second}
    assert set(jobs_visible_to(Viewer(scene.secretary))) == {first}
    assert not jobs_visible_to(Viewer(scene.people.city_officer)).exists()
    scene.review.members.filter(expert__user=sitting).update(state=MemberState.RECUSED)
    assert not files_open_to(Viewer(sitting)).exists()
    refuses("看不到", second.report.compose, second, lambda _: None)


def test_the_button_asks_and_what_is_out_of_sight_is_not_found():
    people, found = worlds.inspected()
    page = page_of("assessments:inspection", found.pk)
    for user in (people.city_officer, people.partner):
        assert missing("inspection", user, found.pk, page) == []
    url = reverse("reports:paper", args=["inspection", found.pk])
    assert f'action="{url}"' in browser(people.city_officer).get(page).content.decode()
    answer = browser(people.city_officer).post(url, {"format": "docx"})
    job = ExportJob.objects.get()
    assert answer.url == reverse("reports:job", args=[job.pk])
    assert (job.kind, job.subject, job.formats, job.label) == ("inspection", str(found.pk), ["docx"], f"{found}记录")
    assert browser(people.outsider_preparer).post(url).status_code == 404
    assert browser(people.city_officer).post(reverse("reports:paper", args=["nothing", found.pk])).status_code == 404
    assert browser(people.city_officer).post(url, {"format": "exe"}).url == reverse("reports:report_center")
    plan = browser(people.preparer).post(reverse("reports:obligations_plan", args=[2027]))
    assert ExportJob.objects.get(kind="obligations_plan").label == "2027年度应报事项计划"
    assert plan.status_code == 302


A3 = (1191, 842)  # points
A4_ACROSS, A3_ACROSS = ("landscape", 9), ("landscape", 8)  # by Excel


@AREA
def test_the_plan_lies_on_a3_and_has_the_rows_of_the_calendar(client):
    people = world()
    titled(people, "演示乙城（虚构）")
    client.force_login(people.city_officer)
    with clock.at(at(2027, 3, 20)):
        paper = obligations_plan.compose(Viewer(people.city_officer), 2027)
        shown = [
            len(client.get(reverse("obligations:duty_calendar"), {"month": f"2027-{month:02d}"}).context["lines"]) for month in range(1, 13)
        ]
        kinds = {row.kind for row in falling_due(Viewer(people.city_officer), 2027)}
        files = made_of(paper, code="", formats=("pdf", "xlsx"))
    tables = {block.key: block for _, block in paper.under_headings() if getattr(block, "key", "")}
    labels, months = [row[0] for row in tables["counts"].rows], tables["months"]
    assert "年度自查" in labels
    assert len(labels) == len(set(labels)) == len(kinds)
    assert [cell or 0 for cell in months.total[1:13]] == shown
    assert months.total[13] == sum(shown) > 0
    pages = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pypdf.PdfReader(BytesIO(files["pdf"])).pages]
    assert pages.count(A3) == 1, "months and rows on one sheet"
    assert paper.all_marks == ("演示数据",)
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    assert any("自查" in str(cell) for sheet in book for row in sheet.values for cell in row)
    papers = {sheet.title: (sheet.page_setup.orientation, sheet.page_setup.paperSize) for sheet in book}
    assert papers == {"概况": A4_ACROSS, "各类事项": A4_ACROSS, "各月到期": A3_ACROSS, "应报事项": A3_ACROSS}


def test_the_plan_asks_nobody_to_make_use_of_a_right():
    people, district = failing()
    Losing(people, district).to_hearing()
    due = LossFile.objects.get().hearing_due
    paper = obligations_plan.compose(Viewer(people.city_officer), due.year)
    [counts] = [block for _, block in paper.under_headings() if getattr(block, "key", "") == "counts"]
    assert [row[1:5] for row in counts.rows if row[0] == "陈述申辩"] == [(None, 0, 1, 0)]
    assert all(row[1] is not None for row in counts.rows if row[0] != "陈述申辩")


def test_a_plan_of_the_citys_own_duties_beside_those_of_fiction_says_so():
    people, _ = worlds.verified(())
    year = clock.today().year + 1
    assert {row.is_demo for row in falling_due(Viewer(people.city_officer), year)} == {True, False}
    assert obligations_plan.compose(Viewer(people.city_officer), year).all_marks == ("含演示数据",)


@pytest.mark.parametrize(
    ("asked", "vote", "typed", "told", "level"),
    [
        (2, "passed", {"star": 2, "star_reason": ""}, "通过，二星级（推定）（申报二星级，按申报的星级评定）", "得分达到三星级（推定）"),
        (3, "passed", {"star": 2, "star_reason": "两章偏低。"}, "通过，二星级（推定）（申报三星级，两章偏低）", "得分达到三星级（推定）"),
        (3, "failed", {"star": None, "star_reason": ""}, "不通过", "得分达到三星级（推定），结论由专家组表决，不由得分决定"),
    ],
)
def test_a_star_that_seems_to_contradict_the_score_is_explained_in_every_paper(asked, vote, typed, told, level):
    scene = Scene().to_scoring().finish_scoring()
    review = scene.review
    review.refresh_from_db()
    review.subject["star_asked"] = asked
    review.save(update_fields=["subject"])
    scene.sign_all(vote)
    step(review, "conclude", scene.secretary, conclusion=vote, **typed)
    review.refresh_from_db()
    viewer = Viewer(scene.secretary)
    papers = ["".join(texts_of(one.compose(viewer, review))) for one in (opinions, minutes)]
    pages = [browser(scene.secretary).get(page_of(f"assessments:review_{name}", review.pk)) for name in ("opinion", "minutes")]
    for said in (*papers, *(page.content.decode() for page in pages)):
        assert [words for words in (told, level) if squeezed(words) not in squeezed(said)] == []
    letter = "".join(panel_opinion(review, title="专家评审意见", rows=[]).paragraphs)
    star = f"评定星级为{told.removeprefix('通过，')}" if review.star else "评审结论为“不通过”"
    assert star in letter


def test_nothing_is_denied_of_what_is_not_there_yet_or_not_for_the_reader():
    filing = Filing().to_accepted()
    case, people = filing.case, filing.people
    stage = make_stage(people)
    assert "尚无评审意见" in paper("stage_assessment", people.city_officer, stage.pk)
    seen = {
        seat: consultations(Viewer(getattr(people, seat)), case).empty for seat in ("city_officer", "secretariat", "preparer", "partner")
    }
    assert seen == dict.fromkeys(("city_officer", "secretariat"), "没有征询部门意见。") | dict.fromkeys(
        ("preparer", "partner"), "没有向本岗位公开的部门意见。"
    )
    assert asked_table(None).empty != asked_table([]).empty
