"""More time, by decision or by an outage: the page of the matter, the list of obligations and a past day tell the same day."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from approvals.consultations import services as consultations
from assessments.reviews.models.review import Review
from assessments.sharing import services as sharing
from districts.common.enums import OpinionPurpose, Stage
from districts.plots.models import PlotOpinion
from districts.plots.selectors.board import late_conditions
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused
from greendistrict.policy.models import Setting
from obligations import services
from obligations.batch import BatchWay, BatchWish, planned
from obligations.models import Exemption
from obligations.outage_services import record_outage
from obligations.outages import OutagePeriod
from obligations.selectors import due, everything
from obligations.stored_days import STORED_DAYS
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.obligations.calendar import day, spring_festival

pytestmark = pytest.mark.django_db
ASKED, LAST, LATER = day(2, 9), day(2, 28), day(3, 20)


@pytest.fixture
def people():
    spring_festival()
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    return people


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


MATTERS = {"consult_reply": consultation, "plot_opinion": plot_opinion, "assigned_rows": share, "scores": scores}


def rows_of(kind, on):
    with clock.at(at(on.year, on.month, on.day)):
        return [row for row in due(on) if row.kind == kind]


def text_of(client, page, user, on):
    client.force_login(user)
    with clock.at(at(on.year, on.month, on.day, 9)):
        response = client.get(page)
    assert response.status_code == 200
    return response.content.decode()


def extended(people, key, on=ASKED, until=LATER):
    with clock.at(at(on.year, on.month, on.day, 10)):
        return services.decide(obligation=key, by=people.city_director, reason="来函商请", extended_to=until)


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
        assert {row.due for row in everything(ASKED) if row.kind == kind} == {LAST}
        assert {row.due for row in everything(day(2, 10)) if row.kind == kind} == {LATER}


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
        found = [[one.due for one in everything(on) if one.kind == "assigned_rows"] for on in (ASKED, day(2, 11), day(2, 12))]
    assert found == [[LAST], [day(3, 6)], [LATER]]
    with pytest.raises(Refused, match="延期后的日期须晚于原期限"):
        extended(people, row.key, day(2, 13), day(3, 6))
    with pytest.raises(IntegrityError), transaction.atomic():
        Exemption.objects.update(was=day(12, 31))


def test_more_time_for_one_expert_is_more_time_for_the_panel_once(people):
    with clock.at(at(2026, 2, 9)):
        scores(people)
        rows = rows_of("scores", ASKED)
        wish = BatchWish(BatchWay.EXTEND_TO, LATER)
        shown = {item.shown for item in planned(rows, wish, ASKED, workdays.current())}
        told = {"keys": {row.key for row in rows}, "wish": wish, "shown": shown}
        assert services.decide_many(**told, by=people.city_director, reason="会期调整") == len(rows) == 5
    assert Exemption.objects.filter(was=LAST, extended_to=LATER).count() == 5


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


def test_a_waiver_leaves_the_day_of_the_matter(people):
    with clock.at(at(2026, 2, 9)):
        share(people)
        [row] = rows_of("assigned_rows", ASKED)
        services.decide(obligation=row.key, by=people.city_director, reason="不再需要")
    [row] = rows_of("assigned_rows", ASKED)
    assert (row.waived, row.due) == (True, LAST)
