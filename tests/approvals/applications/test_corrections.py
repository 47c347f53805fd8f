"""补正 and 预评审: one notice with everything, answers with files, the clock that stands still; the review and values of a draft."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from approvals.acceptances import services as acceptances
from approvals.applications.services import cases, drafts, prereview
from approvals.cases import services as materials
from approvals.cases.bindings import NewFinding, unbound
from approvals.cases.checklist import SLOTS_BY_KIND
from approvals.cases.models.cases import Case, CaseDocument, Correction, Submission
from approvals.cases.models.correspondence import CorrectionOpening, FindingFile, PreReviewQuestion
from approvals.cases.selectors.cases import handling_due
from approvals.cases.selectors.materials import completeness_of, materials_of, older_versions
from approvals.cases.terms import merged
from approvals.casework.selectors.tasks import tasks_for
from approvals.common.enums import CaseKind
from assessments.common.services import judged_parties
from assessments.tables.models import TableVersion
from districts.common.enums import ProjectState
from districts.plots.models import Plot, PlotIndicator
from districts.projects.models import KeyProject
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy import parameters
from indicators.editions.models import Clause
from tests.approvals.casework.tampering import panel_of
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import Filing, make_ready_district, pdf, published_edition, step
from tests.factories.stages import confirm
from tests.refusing import refuses
from tests.steps import reaches
from tests.steps import step as taken

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals", "assessments")


@AREA
def test_two_rounds_then_no_more_once_the_city_has_confirmed_the_number():
    filing = Filing().to_correcting(NewFinding("未盖章", slot="application"), NewFinding("口径不明", item_id="4.2.1"))
    case = filing.case
    first = Correction.objects.get()
    assert (case.status, case.table.status, first.round) == ("correcting", "returned", 1)
    assert first.due == workdays.current().add(clock.today(), 15)
    assert [finding.bound_label for finding in first.findings.all()] == ["试点申报表", "条文4.2.1"]

    with pytest.raises(Refused) as refused:
        step("answer", case=case, by=filing.people.reviewer)
    assert "还有2条补正内容没有答复" in [refusal.text for refusal in refused.value.refusals]

    filing.answer_all()
    refuses(NotAllowed, step, "answer", case=filing.case, by=filing.people.preparer)
    filing.do("answer", "reviewer")
    first.refresh_from_db()
    assert (filing.case.status, filing.case.table.status) == ("sent", "submitted")
    assert first.answered_at is not None
    assert TableVersion.objects.filter(table=case.table).count() == Submission.objects.filter(case=case).count() == 2

    filing.do("correct", "city_officer", findings=[NewFinding("仍未盖章", slot="application")])
    filing.answer_all().do("answer", "reviewer")
    filing.do("correct", "city_officer", findings=[NewFinding("仍未盖章", slot="application")])
    filing.answer_all().do("answer", "reviewer")
    confirm(filing.people, "supplement.rounds")
    refuses("补正已3次，参数为最多2次", filing.do, "correct", "city_officer", findings=[NewFinding("仍未盖章", slot="application")])


def test_a_finding_is_bound_to_a_slot_or_a_clause_of_the_locked_edition():
    filing = Filing().to_sent()
    wrong = [
        NewFinding("无处可依"), NewFinding("", slot="application"), NewFinding("条文不对", item_id="99.9.9"), NewFinding("?", slot="x"),
        NewFinding("两处", slot="application", item_id="4.2.1"),
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        step("correct", case=filing.case, by=filing.people.city_officer, findings=wrong)
    assert [refusal.text for refusal in refused.value.refusals] == [
        "第1条须对应一项材料或一条条文", "第2条没有写明问题", "第3条对应的材料或条文不存在：99.9.9", "第4条对应的材料或条文不存在：x",
        "第5条须对应一项材料或一条条文",
    ]  # fmt: skip
    refuses("请列出需要补正的内容", step, "correct", case=filing.case, by=filing.people.city_officer, findings=[])
    assert filing.fresh().status == "sent"


def test_nothing_unbound_gets_through_whatever_is_typed():
    case = Filing().to_sent().case
    known = set(Clause.objects.filter(edition=case.table.edition).values_list("item_id", flat=True))
    slots = {slot.key for slot in SLOTS_BY_KIND["SQ"]} | {"district", "plan", "plot-list", "key-project-list", "work-list"}
    texts, words = st.sampled_from(["", " ", "问题"]), st.sampled_from(["", "application", "plots", "district", "nothing"])
    clauses = st.sampled_from(["", "4.2.1", "99.9.9", *sorted(known)[:2]])

    @given(st.lists(st.builds(NewFinding, texts, words, clauses), max_size=3))
    def holds(findings):
        whole = [one.text.strip() and (one.slot in slots, one.item_id in known) == (not one.item_id, not one.slot) for one in findings]
        assert (not unbound(case, findings)) == all(whole)

    holds()


def test_the_clock_stops_while_the_applicant_holds_the_case():
    filing = Filing().to_sent()
    calendar, settings, today = workdays.current(), parameters.load(), clock.today()
    before = handling_due(filing.case, settings, calendar, today)
    assert before == calendar.add(today, 10)
    filing.do("correct", "city_officer", findings=[NewFinding("未盖章", slot="application")])
    later = clock.now() - dt.timedelta(days=14)
    Correction.objects.update(issued_at=later)
    filing.answer_all().do("answer", "reviewer")
    waited = calendar.between(later.date(), today)
    assert handling_due(filing.case, settings, calendar, today) == calendar.add(today, 10 + waited)


def test_answers_belong_to_the_applicant_and_a_stale_form_is_told():
    filing = Filing().to_correcting()
    refuses(NotAllowed, filing.do, cases.save_answers, "city_officer", answers={})
    refuses(NotAllowed, filing.do, cases.save_answers, "outsider_preparer", answers={})
    old = filing.case.version
    filing.answer_all()
    with pytest.raises(Stale) as stale:
        cases.save_answers(case=filing.case, by=filing.people.preparer, answers={}, version=old)
    assert stale.value.current.version == filing.case.version


def test_must_rules_hold_again_when_the_correction_is_submitted():
    filing = Filing().to_correcting()
    filing.district.key_projects.all().delete()
    filing.answer_all()
    with pytest.raises(Refused) as refused:
        filing.do("answer", "reviewer")
    assert [refusal.rule for refusal in refused.value.refusals] == ["APPLY-KEY-PROJECTS"]
    assert filing.fresh().status == "correcting"


def page(name, case, *more):
    return reverse(f"approvals:{name}", args=[case.pk, *more])


def test_every_kind_of_case_has_a_checklist_with_known_formats():
    assert set(SLOTS_BY_KIND) == set(CaseKind.values)
    for slots in SLOTS_BY_KIND.values():
        assert len({slot.key for slot in slots}) == len(slots)
        assert all(slot.formats for slot in slots if slot.origin == "file")
        assert any(not slot.optional for slot in slots)


def test_a_slot_takes_its_formats_and_keeps_older_versions():
    filing = Filing()
    case, preparer = filing.case, filing.people.preparer
    case.documents.all().delete()
    with pytest.raises(Refused, match="试点申报表”的格式为PDF、JPG、PNG"):
        materials.add_document(case=case, slot="application", upload=SimpleUploadedFile("表.docx", b"x"), title="", by=preparer)
    refuses("从其他登记中取得", materials.add_document, case=case, slot="table", upload=pdf(), title="", by=preparer)
    first = materials.add_document(case=case, slot="application", upload=pdf(), title="申请表", by=preparer)
    old = first.document
    for _ in range(2):
        materials.replace_document(document=CaseDocument.objects.get(pk=first.pk), upload=pdf(), by=preparer)
    lines = materials_of(case)
    held = completeness_of(lines)
    document = CaseDocument.objects.get(pk=first.pk).document
    assert (document.version, document.title) == (3, "申请表")
    assert [file.version for file in older_versions(lines)[document.pk]] == [2, 1]
    assert older_versions(lines)[document.pk][-1] == old
    assert (held.wanted, held.is_whole, [line.slot.key for line in held.missing][:2]) == (7, False, ["diagnosis", "key-projects"])
    refuses(NotAllowed, materials.replace_document, document=first, upload=pdf(), by=filing.people.outsider_preparer)


def test_answers_and_files_are_typed_on_one_page_and_lie_in_their_slot(client):
    filing = Filing().to_correcting(NewFinding("未盖章", slot="application"), NewFinding("口径不明", item_id="4.2.1"))
    found = filing.case.corrections.get().findings.order_by("pk")
    filing.case.documents.all().delete()
    client.force_login(filing.people.preparer)
    typed = {f"answer-{row.pk}": "已补" for row in found}
    typed |= dict(zip([f"file-{row.pk}" for row in found], [pdf("申请表.pdf"), pdf("说明.pdf")], strict=True))
    assert client.post(page("case_answer", filing.case), {"version": filing.fresh().version, **typed}).status_code == 302
    assert [(row.answer, row.files.get().document.title) for row in found.all()] == [("已补", "申请表.pdf"), ("已补", "说明.pdf")]
    assert "申请表.pdf" in client.get(page("case_answer", filing.case)).content.decode()
    assert ([row.slot for row in filing.case.documents.all()], FindingFile.objects.count()) == (["application"], 2)


def test_only_the_director_opens_a_second_round_wider_once_and_with_a_reason():
    filing = Filing().to_correcting()
    filing.answer_all().do("answer", "reviewer")
    new = [NewFinding("新问题", slot="plots")]
    with pytest.raises(Refused, match="不在第一次补正告知的范围内") as refused:
        filing.do("correct", "city_officer", findings=new)
    assert "放开范围" in refused.value.refusals[0].remedy
    refuses(NotAllowed, cases.open_wider, case=filing.case, by=filing.people.city_officer, reason="材料更换")
    refuses("请填写理由", cases.open_wider, case=filing.case, by=filing.people.city_director, reason=" ")
    filing.do(cases.open_wider, "city_director", reason="权属材料在第一次补正后才更换")
    refuses("尚未使用", cases.open_wider, case=filing.case, by=filing.people.city_director, reason="再放开")
    filing.do("correct", "city_officer", findings=new)
    assert CorrectionOpening.objects.get().used_by.round == 2
    assert cases.opening_of(filing.case) is None


def test_questions_before_the_review_are_answered_one_by_one():
    filing = Filing().to_accepted().check_form()
    people, asked = filing.people, [NewFinding("能源方案未说明来源", slot="plan"), NewFinding("取值口径", item_id="4.2.1")]
    refuses(NotAllowed, prereview.ask_questions, case=filing.case, by=people.city_director, questions=asked)
    with pytest.raises(Refused, match="须对应一项材料或一条条文"):
        prereview.ask_questions(case=filing.case, by=people.secretariat, questions=[NewFinding("无处可依")])
    filing.do(prereview.ask_questions, "secretariat", questions=asked)
    assert "预评审提出2个问题" in str(reaches(people, filing.case, "ask_questions"))
    first, second = PreReviewQuestion.objects.all()
    refuses("预评审还有2个问题没有答复", filing.do, "open_review", "secretariat")
    assert [task.title for task in tasks_for(Viewer(people.preparer))] == ["预评审问题待答复2个"]
    refuses(NotAllowed, prereview.answer_questions, case=filing.case, by=people.authority, answers={first.pk: "见第3页"})
    filing.do(prereview.answer_questions, "preparer", answers={first.pk: "见第3页"})
    filing.do(prereview.answer_questions, "reviewer", answers={first.pk: "改口", second.pk: "按面积"})
    reaches(people, filing.case, "answer_questions")
    first.refresh_from_db()
    assert (first.answer, filing.case.questions.filter(answered_at=None).count()) == ("见第3页", 0)
    assert tasks_for(Viewer(people.preparer)) == []
    filing.do("open_review", "secretariat")


def test_the_clock_stands_still_while_questions_wait():
    filing = Filing().to_accepted()
    calendar, settings, today = workdays.current(), parameters.load(), clock.today()
    before = handling_due(filing.case, settings, calendar, today)
    filing.do(prereview.ask_questions, "secretariat", questions=[NewFinding("取值口径", item_id="4.2.1")])
    later = calendar.add(today, 4)
    filing.fresh()
    assert handling_due(filing.case, settings, calendar, later) == calendar.add(before, 4)


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))


@given(st.lists(st.tuples(days, days).map(lambda pair: (min(pair), max(pair))), max_size=6))
def test_joined_spans_cover_the_same_days_once(spans):
    def covered(some):
        return {first + dt.timedelta(days=step) for first, last in some for step in range((last - first).days + 1)}

    joined = merged(spans)
    assert covered(joined) == covered(spans)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(joined))


def test_questions_are_typed_and_answered_on_one_page(client):
    filing = Filing().to_accepted()
    people, case = filing.people, filing.case
    client.force_login(people.preparer)
    for name, *more, status in (("case_blank", "boundary", 404), ("case_questions", 404), ("case_blank", "plots", 200)):
        assert client.get(page(name, case, *more)).status_code == status, name
    client.force_login(people.secretariat)
    case.refresh_from_db()
    typed = {"version": case.version, "slot-1": "plan", "text-1": "能源方案未说明来源"}
    assert client.post(page("case_questions", case), typed).status_code == 302
    assert client.post(page("case_questions", case), {**typed, "slot-1": ""}).status_code == 422
    question = PreReviewQuestion.objects.get()
    client.force_login(people.preparer)
    assert "能源方案未说明来源" in client.get(page("case_questions", case)).content.decode()
    case.refresh_from_db()
    assert client.post(page("case_questions", case), {"version": case.version, f"answer-{question.pk}": "见第3页"}).status_code == 302
    client.force_login(people.secretariat)
    assert "1个问题已答复" in client.get(page("case", case)).content.decode()


@AREA
def test_the_printed_form_of_a_submitted_case_is_what_was_submitted(client):
    filing = Filing()
    people, case, url = filing.people, filing.case, page("case_print", filing.case)
    client.force_login(people.preparer)

    def printed():
        return client.get(url).content.decode()

    filing.to_accepted()
    filing.district.key_projects.create(name="后来的项目（虚构）", category="能源")
    filing.district.plots.all().delete()
    Case.objects.filter(pk=case.pk).update(star_asked=1)
    html = printed()
    assert ("后来的项目" in html, "演示能源站（虚构）" in html) == (False, True)
    plots = case.submissions.get().content["form"]["plots"]
    assert plots
    assert all(row["number"] in html for row in plots)
    Case.objects.filter(pk=case.pk).update(status="correcting")
    assert "后来的项目" in printed(), "the applicant mends it: today's lists"


def test_a_form_submitted_before_forms_were_kept_says_of_which_day_its_lists_are(client):
    filing = Filing().to_accepted()
    kept = filing.case.submissions.get()
    kept.content.pop("form")
    kept.save(update_fields=["content"])
    client.force_login(filing.people.city_officer)
    html = client.get(page("case_print", filing.case)).content.decode()
    assert "这一件提交时没有留存清单" in html
    assert "演示能源站（虚构）" in html


def test_every_party_of_the_case_is_handed_to_the_conflict_rules():
    filing = Filing().to_reviewing()
    people = filing.people
    named = {party["organisation_id"]: party["role"] for party in judged_parties(filing.case.district, filing.case.applicant)}
    assert named == {
        people.applicant_body.pk: "申报主体", people.consultant_body.pk: "咨询单位", people.authority_body.pk: "实施主体",
        people.bureau_body.pk: "区级部门",
    }  # fmt: skip
    subject = filing.case.review.subject
    assert (subject["number"], subject["star_asked"]) == (filing.case.number, 2)
    assert {party["organisation_id"] for party in subject["parties"]} == set(named)


@AREA
def test_an_expert_of_the_consultant_is_never_drawn():
    scene = panel_of(Filing().to_reviewing())
    scene.experts[0].employments.create(organisation=scene.people.consultant_body, valid_from="2020-01-01")
    scene.to_inviting()
    line = next(one for one in scene.review.draws.get().pool if one["id"] == scene.experts[0].pk)
    assert any("咨询单位" in reason for reason in line["reasons"])


@AREA
def test_the_panels_conclusion_moves_the_case_by_itself():
    scene = panel_of(Filing().to_reviewing())
    scene.to_meeting()
    scene.sign_all()
    taken(scene.review, "conclude", scene.secretary, conclusion="passed", star=2, star_reason="")
    case = Case.objects.get()
    assert (case.status, case.star_found, case.review.conclusion) == ("reviewed", 2, "passed")


@AREA
def test_a_withdrawn_case_stays_withdrawn_when_its_review_ends():
    filing = Filing().to_reviewing()
    filing.do("withdraw", "reviewer", reason="调整范围")
    filing.conclude()
    assert filing.fresh().status == "withdrawn"


def brought(table):
    rows = table.rows.filter(prefill__source="land").select_related("prefill")
    return {row.item_id: (row.value, row.version, row.prefill.label) for row in rows}


def day(on):
    return f"（{on.year}年{on.month}月{on.day}日）"


def test_an_application_begins_with_the_designed_values_of_its_plots(people):
    district = make_ready_district(people)
    Plot.objects.update(floor_area=Decimal(10_000))
    PlotIndicator.objects.bulk_create(PlotIndicator(plot=plot, key="star", designed="二星级") for plot in district.plots.all())
    case = drafts.start_application(district=district, by=people.preparer, edition=published_edition())
    assert brought(case.table) == {"7.2.1": ({"a": "20", "b": "20"}, 0, f"20个地块的设计值{day(clock.today())}")}


def test_an_acceptance_begins_with_its_projects_and_built_plots(people):
    district = make_pilot(people)
    met = {"started_on": dt.date(2025, 1, 1), "finished_on": dt.date(2026, 6, 1), "state": ProjectState.IN_USE}
    KeyProject.objects.update(**met)
    case = acceptances.start_acceptance(district=district, by=people.preparer)
    assert brought(case.table) == {"4.2.19": ({"a": "2", "b": "2"}, 0, f"2个近期重点项目的计划与实际日期{day(clock.today())}")}
