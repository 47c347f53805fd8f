"""Extensions by decision or outage: matter page, list of obligations and past days show the same due date."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.cases.bindings import NewFinding
from approvals.consultations import services as consultations
from approvals.publicity import services as notices
from approvals.record_requests.models import RecordRequest, RequestedRecord
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.services.meeting_records import lapse_overdue
from assessments.sharing import services as sharing
from districts.common.enums import OpinionPurpose, Stage
from districts.overview.selectors.authority_progress import watched
from districts.plots.models import PlotOpinion
from districts.plots.selectors.board import late_conditions
from districts.yearly_plans.models import ImplementationPlan
from districts.yearly_plans.selectors import plan_tasks
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.policy.duty_table import ROWS, is_waivable
from obligations import services
from obligations.batch import NO_WAIVER, BatchWay, BatchWish, planned
from obligations.models import Exemption
from obligations.outages import OutagePeriod
from obligations.selectors import due, everything
from obligations.services import STORED_DAYS, record_outage
from portal.todo.selectors import tasks_of
from reports.composition.blocks import Pairs
from reports.matters.yearly_plans import compose
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import day
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("obligations", "approvals", "assessments", "districts")
ASKED, LAST, LATER = day(2, 9), day(2, 28), day(3, 20)


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def consultation(people):
    case = Filing(people).to_accepted().case
    [asked] = consultations.consult(case=case, departments=[people.partner_body], question="请提意见", by=people.city_officer)
    return reverse("approvals:consultation", args=[asked.pk]), people.partner


def plot_opinion(people):
    plot = PlotFactory(district=make_district(people, stage=Stage.PILOT))
    about = {"purpose": OpinionPurpose.DESIGN, "department": "区水务局", "asked_on": ASKED, "due_on": LAST}
    PlotOpinion.objects.create(plot=plot, organisation=people.bureau_body, **about)
    return reverse("districts:plot_control", args=[plot.district.code, plot.pk]), people.preparer


def share(people):
    table = make_self_check(people, filled=False, district=make_district(people, stage=Stage.PILOT)).table
    given = sharing.give_out(table=table, items=("7.2.13",), by=people.preparer, organisation=people.bureau_body, due_on=LAST)
    return reverse("assessments:share", args=[given.pk]), people.bureau


def scores(people):
    scene = Scene(people=people).to_scoring()
    Review.objects.update(score_due=LAST)
    return reverse("assessments:review", args=[scene.review.pk]), people.secretariat


def evaluation(people):
    district = make_district(people, stage=Stage.DEMONSTRATION)
    draw = SampleDraw.objects.create(year=2026, is_demo=True, secret_digest="a" * 64, secret="b" * 64, committed_at=clock.now())
    opened = PostEvaluation.objects.create(district=district, draw=draw, year=2026, due=LAST, opened_at=clock.now())
    return reverse("assessments:post", args=[opened.pk]), people.preparer


def record_request(people):
    district = make_district(people, stage=Stage.PILOT)
    asked = RecordRequest.objects.create(district=district, due=LAST, asked_by=people.city_officer, asked_at=clock.now())
    RequestedRecord.objects.create(request=asked, key="area:", words="没有登记片区范围")
    return reverse("portal:record_request", args=[asked.pk]), people.preparer


MATTERS = {
    "consult_reply": consultation,
    "plot_opinion": plot_opinion,
    "assigned_rows": share,
    "scores": scores,
    "post_material": evaluation,
    "record_request": record_request,
}


def rows_of(kind, on):
    with clock.at(at(on.year, on.month, on.day)):
        return [row for row in due(Viewer(None, as_of=on)) if row.kind == kind]


def text_of(client, page, user, on):
    client.force_login(user)
    with clock.at(at(on.year, on.month, on.day, 9)):
        response = client.get(page)
    assert response.status_code == 200
    return response.content.decode()


def extended(people, key, on=ASKED, until=LATER):
    with clock.at(at(on.year, on.month, on.day, 10)):
        return waived_or_extended(key, people, "来函商请", until)


@pytest.mark.parametrize("kind", MATTERS)
def test_a_decision_moves_the_day_of_the_matter_with_that_of_the_list(people, client, kind):
    with clock.at(at(2026, 2, 9)):
        page, user = MATTERS[kind](people)
    first = rows_of(kind, ASKED)
    assert {row.due for row in first} == {LAST}
    assert day_in_words(LAST) in text_of(client, page, user, ASKED)
    extended(people, first[0].key, day(2, 10))
    moved = rows_of(kind, day(2, 10))
    assert {row.due for row in moved} == {LATER}
    assert {row.how.extended for row in moved} == {"2026年2月10日审定，由2026年2月28日延至2026年3月20日"}
    text = text_of(client, page, user, day(2, 10))
    assert day_in_words(LATER) in text
    assert day_in_words(LAST) not in text
    with clock.at(at(2026, 2, 11)):
        assert {row.due for row in everything(Viewer(None, as_of=ASKED)) if row.kind == kind} == {LAST}
        assert {row.due for row in everything(Viewer(None, as_of=day(2, 10))) if row.kind == kind} == {LATER}


@pytest.mark.parametrize("kind", MATTERS)
def test_an_outage_moves_the_day_of_the_matter_with_that_of_the_list(people, client, kind):
    with clock.at(at(2026, 2, 9)):
        page, user = MATTERS[kind](people)
    period = OutagePeriod(at(2026, 2, 28, 9), at(2026, 2, 28, 15))
    with clock.at(at(2026, 3, 2, 9)):
        record_outage(period=period, reason="机房停电", by=people.system_keeper)
    rows = rows_of(kind, day(3, 2))
    assert {row.due for row in rows} == {day(3, 2)}
    assert {row.how.extended for row in rows} == {"平台停运，按规则顺延：机房停电，由2026年2月28日顺延至2026年3月2日"}
    assert day_in_words(day(3, 2)) in text_of(client, page, user, day(3, 2))


def test_each_kind_whose_day_is_stored_is_tried_here():
    assert set(MATTERS) == set(STORED_DAYS)


def test_several_extensions_of_one_day_are_told_as_each_day_had_them(people):
    with clock.at(at(2026, 2, 9)):
        share(people)
    [row] = rows_of("assigned_rows", ASKED)
    extended(people, row.key, day(2, 10), day(3, 6))
    extended(people, row.key, day(2, 12), LATER)
    with clock.at(at(2026, 2, 13)):
        found = [
            [one.due for one in everything(Viewer(None, as_of=on)) if one.kind == "assigned_rows"] for on in (ASKED, day(2, 11), day(2, 12))
        ]
    assert found == [[LAST], [day(3, 6)], [LATER]]
    refuses("延期后的日期须晚于原期限", extended, people, row.key, day(2, 13), day(3, 6))
    with pytest.raises(IntegrityError), transaction.atomic():
        Exemption.objects.update(was=day(12, 31))
    extended(people, row.key, day(2, 13), None)
    assert [(one.waived, one.due) for one in rows_of("assigned_rows", day(2, 13))] == [(True, LATER)]  # a waiver leaves the day


def test_more_time_for_one_expert_is_more_time_for_the_panel_once(people):
    with clock.at(at(2026, 2, 9)):
        scores(people)
        rows = rows_of("scores", ASKED)
        wish = BatchWish(BatchWay.EXTEND_TO, LATER)
        shown = {item.shown for item in planned(rows, wish, ASKED, workdays.current())}
        told = {"keys": {row.key for row in rows}, "wish": wish, "shown": shown}
        assert services.decide_many(**told, by=people.city_director, reason="会期调整") == len(rows) == 5
    assert Exemption.objects.filter(was=LAST, extended_to=LATER).count() == 5


def invitation(people):
    scene = Scene(people=people).to_inviting()
    return reverse("assessments:review", args=[scene.review.pk]), people.secretariat


@AREA
@pytest.mark.parametrize(("kind", "begin"), [("scores", scores), ("invitation", invitation)])
def test_the_director_extends_and_never_waives_what_an_expert_owes_without_reading_who_it_is(people, client, kind, begin):
    with clock.at(at(2026, 2, 9)):
        begin(people)
    names = {member.expert.user.name for member in PanelMember.objects.select_related("expert__user")}
    [row, *others] = rows_of(kind, ASKED)
    pages = [
        reverse("obligations:obligation_list") + f"?kind={kind}",
        *(reverse(f"obligations:obligation_{page}", args=[row.key]) for page in ("detail", "decide")),
    ]
    with clock.at(at(ASKED.year, ASKED.month, ASKED.day)):
        client.force_login(people.city_director)
        answers = [client.get(page) for page in pages]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert answers[0].context["total"] == len(names) == 5
        assert [pages[2] in answer.content.decode() for answer in answers[:2]] == [True, True]
        assert "免报或延期" not in answers[1].content.decode()
        assert f"专家{PanelMember.objects.get(pk=row.record).number}" in answers[1].content.decode()
        assert not [name for name in names for answer in answers if name in answer.content.decode()]
        assert client.get(reverse("obligations:obligation_reminders", args=[row.key])).status_code == 404
        waived = client.post(pages[2], {"extended_to": "", "reason": "不再需要"})  # never, by whichever way
        assert ("extended_to" in waived.context["form"].errors, NO_WAIVER in waived.content.decode()) == (True, True)
        assert {item.out for item in planned([row, *others], BatchWish(BatchWay.WAIVE), ASKED, workdays.current())} == {NO_WAIVER}
        refuses(NO_WAIVER, services.decide, obligation=row.key, by=people.city_director, reason="不再需要")
        client.post(pages[2], {"extended_to": LATER.isoformat(), "reason": "会期调整"})
        client.force_login(people.city_officer)
        seen = [client.get(page) for page in pages[1:]]  # every seat of the city reads it without the name, one decides
        assert [answer.status_code for answer in seen] == [200, 404]
        assert not [name for name in names if name in seen[0].content.decode()]
        assert client.get(reverse("obligations:obligation_list")).status_code == 200
    assert {one.due for one in rows_of(kind, ASKED) if kind == "scores" or one.key == row.key} == {LATER}
    assert kind == "scores" or {one.due for one in rows_of(kind, ASKED) if one in others} == {row.due}
    assert {row.key.partition(":")[0] for row in ROWS if not is_waivable(row.key)} == {
        "invitation",
        "scores",
        "signatures",
        "record_request",
    }


@AREA
def test_more_time_for_the_receipt_of_a_case_is_on_desk_list_and_page(people, client):
    """Its obligation, the task of the officer, the case list and the page of the case tell one day; after a correction the usual one."""
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_sent()
    key = next(row.key for row in everything(Viewer(None, as_of=ASKED)) if row.kind == "accept_case")
    extended(people, key, until=day(4, 30))

    def told(on):
        with clock.at(at(on.year, on.month, on.day, 11)):
            [row] = [row for row in due(Viewer(None, as_of=on)) if row.kind == "accept_case" and row.is_open]
            [task] = [task for task in tasks_of(Viewer(people.city_officer)) if task.kind == "case"]
            client.force_login(people.city_officer)
            left = workdays.current().left(on, row.due)
            page = client.get(reverse("approvals:case", args=[filing.case.pk])).context["due"]
            line = client.get(reverse("approvals:case_list")).context["shown"].lines
            return row.due, task.due, page == left, f"{left}" in line

    assert told(day(2, 10)) == (day(4, 30), day(4, 30), True, True)
    with clock.at(at(2026, 3, 2)):
        filing.do("correct", "city_officer", findings=(NewFinding("申请表未盖章", slot="application"),))
        filing.answer_all().do("answer", "reviewer")
    due_now, task, *same = told(day(3, 3))
    assert (due_now == task != day(4, 30), same) == (True, [True, True])


def test_more_time_for_the_answer_to_an_objection_moves_the_task(people):
    with clock.at(at(2026, 2, 9)):
        notice = Filing(people).to_notice().case.notices.get()
        notices.file_objection(notice=notice, text="地块数不符", name="演示居民")
        [row] = [row for row in due(Viewer(None, as_of=ASKED)) if row.kind == "objection_reply"]
        assert row.due == LAST
    extended(people, row.key, day(2, 10))
    with clock.at(at(2026, 2, 10, 11)):
        [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "notice"]
        assert [one.due for one in due(Viewer(None, as_of=day(2, 10))) if one.key == row.key] == [task.due] == [LATER]


def term_on_paper(plan, people):
    [page] = compose(Viewer(people.authority), plan).blocks
    [facts] = [block for block in page.blocks if isinstance(block, Pairs)]
    return dict(facts.rows)["期限"]


@AREA
def test_more_time_for_a_yearly_plan_is_on_desk_board_page_and_paper(people, client):
    body = people.authority_body.pk
    with clock.at(at(2026, 11, 20)):
        plan = ImplementationPlan.objects.create(authority_id=body, year=2027, is_demo=True)
        before = day_in_words(dt.date(2026, 12, 31))
        assert term_on_paper(plan, people) == f"{before}（遇休息日顺延）（拟）"  # a paper has no notes of the portal
    later, key = dt.date(2027, 1, 29), f"plan_yearly:{body}:2027"
    extended(people, key, dt.date(2026, 11, 20), later)
    with clock.at(at(2026, 11, 21)):
        [row] = [row for row in due(Viewer(None)) if row.key == key]
        [task] = [task for task in plan_tasks(Viewer(people.authority)) if "2027" in task.subject]
        [line] = [line for line in watched(dt.date(2026, 11, 21), demo=True).rows if line.authority.pk == body]
        assert row.due == task.due == later
        assert line.plans[1].words == "未上报，1月29日截止"
        words = f"{day_in_words(later)}（已延期）"
        assert term_on_paper(plan, people) == words
    page = text_of(client, reverse("districts:implementation_plan_edit", args=[plan.pk]), people.authority, dt.date(2026, 11, 21))
    assert "（已延期）" in page
    assert before not in page


def test_a_waived_yearly_plan_is_asked_for_nowhere(people):
    body = people.authority_body.pk
    extended(people, f"plan_yearly:{body}:2027", dt.date(2026, 11, 20), None)
    with clock.at(at(2026, 11, 21)):
        assert plan_tasks(Viewer(people.authority)) == []
        [line] = [line for line in watched(dt.date(2026, 11, 21), demo=True).rows if line.authority.pk == body]
    assert line.plans[1].words == "免报"


@AREA
def test_more_time_for_an_invitation_is_the_experts_too(people, client):
    with clock.at(at(2026, 2, 13)):
        scene = Scene(people=people).to_inviting()
        member = scene.review.members.select_related("expert__user").first()
    expert, usual = member.expert.user, day(2, 25)
    extended(people, f"invitation:seat-{member.pk}", day(2, 14))
    with clock.at(at(2026, 2, 27)):
        assert [row.due for row in due(Viewer(None)) if row.key == f"invitation:seat-{member.pk}"] == [LATER]
        assert [task.due for task in tasks_of(Viewer(expert)) if task.due] == [LATER]
        client.force_login(expert)
        page = client.get(reverse("assessments:review_invitation", args=[scene.review.pk])).content.decode()
        assert day_in_words(LATER) in page
        assert day_in_words(usual) not in page
        assert lapse_overdue(clock.today()) == 4  # the others
    member.refresh_from_db()
    assert member.state == "invited"
    with clock.at(at(2026, 3, 23)):
        assert lapse_overdue(clock.today()) == 1


def test_a_plot_with_more_time_is_late_on_no_board(people):
    with clock.at(at(2026, 2, 9)):
        plot_opinion(people)
    plot = PlotOpinion.objects.get().plot
    [row] = rows_of("plot_opinion", ASKED)

    def late(on):
        return type(plot).objects.filter(late_conditions(plot.district, on)["opinion"]).exists()

    assert late(day(3, 2))
    extended(people, row.key)
    assert not late(day(3, 2))
