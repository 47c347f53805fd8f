"""One clock: lists, pages and desks name the day that obligations know, the same for every seat of the city."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.casework.selectors.queue import row_values, seen_by
from approvals.publicity import services as announcements
from assessments.post_evaluations.models import SampleDraw
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.policy.duty_table import CITY
from obligations.open_counts import overdue_count
from obligations.selectors import everything, obligations_visible_to
from portal.desk.selectors import desk_of
from reports.closings.services import open_due
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.factories.titles import title_as_copied

AREA = pytest.mark.area("obligations", "approvals", "assessments", "portal")
STATES = ("to_sent", "to_accepted", "to_correcting", "to_reviewing", "to_reviewed", "to_checking", "to_deciding", "to_decided")
SEATS = ("city_officer", "city_checker", "city_director", "city_legal", "secretariat")


@pytest.fixture
def people(cast_of_2026):
    return cast_of_2026


def first_days(viewer, rows):
    """Earliest day of what is open on the pages of a case and of its review, from the list of obligations."""
    pages = {reverse("approvals:case", args=[row.pk]): row for row in rows}
    pages |= {reverse("assessments:review", args=[row.review]): row for row in rows if row.review}
    found = {}
    for owed in obligations_visible_to(viewer):
        if owed.is_open and owed.link in pages:
            pk = pages[owed.link].pk
            found[pk] = min(owed.due, found.get(pk, owed.due))
    return found


@AREA
@pytest.mark.parametrize(
    "reach", ["to_sent", "to_accepted", "to_correcting", "to_reviewing", "to_reviewed", "to_checking", "to_deciding", "to_decided"]
)
def test_the_list_and_the_page_of_cases_show_the_first_day_that_is_owed(client, people, reach):
    with clock.at(at(2026, 2, 9)):
        filing = getattr(Filing(people), reach)()
    with clock.at(at(2026, 2, 12)):
        for seat in SEATS:
            user = getattr(people, seat)
            viewer, calendar = Viewer(user), workdays.current()
            rows = seen_by(viewer, row_values(Case.objects.all()))
            days = first_days(viewer, rows)
            assert [row.left for row in rows] == [calendar.left(clock.today(), days[row.pk]) if row.pk in days else None for row in rows]
            if seat == "city_officer":
                assert rows[0].left is not None
                client.force_login(user)
                context = client.get(reverse("approvals:case", args=[filing.case.pk])).context
                assert (context["due"], {duty.due for duty, _ in context["open_duties"]} >= set(days.values())) == (rows[0].left, True)


@AREA
def test_every_seat_of_the_city_counts_experts_that_are_late_and_reads_no_name(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_scoring()
    late = scene.review.score_due + dt.timedelta(days=10)
    with clock.at(dt.datetime.combine(late, dt.time(10), tzinfo=clock.SHANGHAI)):
        counts = {seat: overdue_count(Viewer(getattr(people, seat))) for seat in SEATS}
        assert len(set(counts.values())) == 1, counts
        names = [member.expert.user.name for member in scene.members]
        for seat in SEATS:
            rows = [row for row in obligations_visible_to(Viewer(getattr(people, seat))) if row.kind == "scores"]
            assert len(rows) == len(names)
            assert not [name for name in names for row in rows if name in f"{row.title}{row.organisation}"]


def shown(user, title):
    """Days that the desk of a person shows beside the tasks of a title."""
    return [task.due for task in desk_of(Viewer(user)).todo.first() if task.title == title]


@AREA
def test_a_batch_waits_for_approval_until_its_announcements_are_due(people):
    with clock.at(at(2026, 2, 9)):
        filing = Filing(people).to_decided()
        announcements.create_batch(by=people.city_officer, cases=[filing.case], demo=True)
        [owed] = [row for row in obligations_visible_to(Viewer(people.city_officer)) if row.kind == "announce"]
        assert shown(people.city_director, "公告批次待审定") == [owed.due]


@AREA
def test_who_holds_a_meeting_and_who_signs_sees_the_days_of_both(people):
    with clock.at(at(2026, 2, 9)):
        scene = Scene(people=people).to_scoring()
        for member in scene.members:
            scene.hand_in(member)
        days = {row.kind: row.due for row in obligations_visible_to(Viewer(people.secretariat)) if row.is_open}
        assert shown(people.secretariat, "召开评审会") == [days["meeting"]]
        scene.finish_scoring()
        days = {row.kind: row.due for row in obligations_visible_to(Viewer(people.secretariat)) if row.is_open}
        assert {tuple(shown(member.expert.user, "评审会签到")) for member in scene.members} == {(days["signatures"],)}


@AREA
def test_a_year_waits_to_be_closed_until_its_data_are_due_to_be_frozen(people):
    with clock.at(at(2026, 2, 9)):
        make_self_check(people, year=2025)
        title_as_copied(District.objects.get())
    with clock.at(at(2026, 6, 3)):
        open_due(clock.today())
        [owed] = [row for row in obligations_visible_to(Viewer(people.city_director)) if row.key == "snapshot:2025"]
        assert shown(people.city_director, "年度关账") == [owed.due]


def test_what_the_office_never_entered_about_real_districts_is_not_late(people):
    """A draw that is still to come is listed; past ones count from the first that was entered."""
    make_district(None, stage=Stage.DEMONSTRATION, titled_on=dt.date(2026, 2, 2), is_demo=False, sources=["https://example.invalid"])
    make_self_check(people, year=2026)

    def states(on):
        with clock.at(at(on.year, on.month, on.day)):
            found = [row for row in everything(Viewer(None, as_of=on)) if row.organisation == CITY and row.district_id is None]
            return {(row.kind, row.year): (row.is_demo, row.state(on).value) for row in found}

    found = states(dt.date(2028, 3, 1))
    assert [found["post_draw", year] for year in (2026, 2027, 2028)] == [(False, "none"), (False, "none"), (False, "due")]
    assert {row for (kind, year), row in found.items() if kind in {"snapshot", "yearly_report"} and year == 2026} == {(True, "overdue")}
    assert not [row for row in found.values() if row == (False, "overdue")]
    told = {"secret_digest": "a" * 64, "secret": "b" * 64, "committed_at": at(2027, 2, 1), "drawn_at": at(2027, 2, 10)}
    SampleDraw.objects.create(year=2026, is_demo=False, **told)
    found = states(dt.date(2028, 3, 1))
    assert [found.get(("post_draw", year)) for year in (2026, 2027, 2028)] == [None, (False, "overdue"), (False, "due")]
