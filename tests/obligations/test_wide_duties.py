"""Duties other than yearly filings of a district: visibility, stand-ins for future records, watched items."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.inspections.models import Inspection
from districts.file.models.district import District
from districts.projects.models import KeyProject, Work
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.models import JobRun
from greendistrict.policy.duty_table import OF_DISTRICT
from greendistrict.workflow.models import TransitionRecord
from obligations import expected_records
from obligations.duties import ObligationState
from obligations.open_counts import owed_in_sight
from obligations.selectors import due, everything, falling_due, keepers_due, obligations_visible_to, watched
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import PlotFactory, make_district
from tests.factories.received import at
from tests.factories.titles import give_title
from tests.obligations import wide
from tests.obligations.world import SEES

AREA = pytest.mark.area("obligations")

DAY, FILED = dt.date(2027, 3, 31), dt.date(2026, 9, 11)


def kinds_of(rows):
    return {row.kind for row in rows}


@pytest.fixture
def stand_in():
    """A source of records that a later capability brings, taken away again after the test."""
    made = []

    def register(key, days):
        expected_records.register(key, lambda on, years: {one: day for one, day in days.items() if day <= on and one[1] in years})
        made.append(key)

    yield register
    for key in made:
        del expected_records._sources.by_key[key]


def test_a_row_takes_effect_with_the_record_it_hangs_on(people, stand_in):
    key, year, last = "exchange", 2027, dt.date(2027, 12, 31)
    after = last + dt.timedelta(days=1)

    def state_on(day):
        [row] = [row for row in everything(Viewer(None, as_of=day)) if (row.kind, row.year) == (key, year)]
        assert row.due == last
        return row.state(day)

    with clock.at(at(2030, 1, 1)):
        assert (state_on(last), key in kinds_of(due(Viewer(None, as_of=last)))) == (ObligationState.NONE, False)
        stand_in(key, {(0, year): after})
        assert (state_on(last), state_on(after)) == (ObligationState.DUE, ObligationState.LATE)
        assert key in kinds_of(due(Viewer(None, as_of=last)))


def planned(people, entered, day, **more):
    about = {"mode": "onsite", "basis": "年度计划（虚构）", "team": "甲（虚构）", "opened_at": at(entered.year, entered.month, entered.day)}
    district = District.objects.get(code="jia")
    return Inspection.objects.create(district=district, planned_on=day, **{"inspected_on": day, **about, **more})


def told(day, kind, user=None):
    """(title, due day, state) of what is owed of a kind, by the list of somebody or of everything, asked much later."""
    with clock.at(at(2030, 1, 1)):
        rows = everything(Viewer(None, as_of=day)) if user is None else obligations_visible_to(Viewer(user).at(day))
        return [(row.title, row.due, row.state(day).value) for row in rows if row.kind == kind]


def test_a_plan_of_inspections_is_owed_each_year_once_one_was_planned_here(people):
    year, due = "2027年监督检查计划", dt.date(2027, 2, 1)  # 01-31 is a Sunday
    assert told(due, "inspection_plan") == [(year, due, "none")]
    planned(people, dt.date(2026, 1, 20), dt.date(2026, 6, 10))
    assert told(dt.date(2026, 1, 20), "inspection_plan") == [("2026年监督检查计划", dt.date(2026, 2, 2), "met")]
    assert told(dt.date(2027, 2, 2), "inspection_plan", people.city_officer) == [(year, due, "overdue")]
    planned(people, dt.date(2027, 2, 3), dt.date(2027, 5, 10))
    assert (year, due, "late") in told(dt.date(2027, 2, 3), "inspection_plan")
    with clock.at(at(2027, 12, 3)):  # the plan of a begun year counts what was done in time, also more than a year ago
        of_year = [(row.title, row.state(clock.today()).value) for row in falling_due(Viewer(people.city_officer), 2026)]
        assert ("2026年监督检查计划", "met") in of_year
    Inspection.objects.filter(planned_on__year=2026).delete()
    assert told(dt.date(2027, 2, 3), "inspection_plan") == [(year, due, "late")]  # of 2026 nothing was kept here


def test_a_planned_inspection_is_owed_by_its_day_until_it_was_held(people):
    visit = planned(people, dt.date(2027, 1, 20), dt.date(2027, 5, 15))
    due = dt.date(2027, 5, 17)  # 05-15 is a Saturday
    assert told(dt.date(2027, 1, 19), "inspection_visit") == []
    assert told(dt.date(2027, 5, 17), "inspection_visit") == [("监督检查", due, "due")]
    assert told(dt.date(2027, 5, 18), "inspection_visit", people.city_officer) == [("监督检查", due, "overdue")]
    assert told(dt.date(2027, 5, 18), "inspection_visit", people.preparer) == []  # it reads of it once it is issued
    Inspection.objects.filter(pk=visit.pk).update(summary="查看（虚构）", inspected_on=dt.date(2027, 5, 18))
    assert told(dt.date(2027, 5, 17), "inspection_visit") == [("监督检查", due, "due")]
    assert told(dt.date(2027, 5, 18), "inspection_visit") == [("监督检查", due, "late")]
    about = {"machine": "inspection", "subject": f"assessments.inspection:{visit.pk}", "label": "作废", "action": "discard"}
    TransitionRecord.objects.create(**about, source="draft", target="discarded", at=at(2027, 4, 1))
    assert [len(told(dt.date(2027, *day), "inspection_visit")) for day in ((3, 31), (4, 1))] == [1, 0]


def test_the_keepers_duties_are_on_the_page_of_operations_alone(people):
    JobRun.objects.create(name="reminder-sweep", failed_at=at(2027, 3, 30), succeeded_at=at(2027, 3, 29))
    JobRun.objects.create(name="outbox-drain", failed_at=at(2027, 3, 29), succeeded_at=at(2027, 3, 30))
    rows = keepers_due(Viewer(None, as_of=DAY))
    assert [(row.kind, row.key) for row in rows if row.kind == "job_failed"] == [("job_failed", "job_failed:reminder-sweep")]
    assert "holidays_missing" in kinds_of(rows)
    assert not kinds_of(rows) & kinds_of(due(Viewer(None, as_of=DAY)))
    for user in people.everybody.values():
        assert not kinds_of(rows) & kinds_of(obligations_visible_to(Viewer(user).at(DAY)))


def test_bodies_see_their_own_and_the_city_sees_all(people):
    other = make_organisation(OrganisationKind.AUTHORITY, name="演示丁区人民政府（虚构）")
    outside = make_organisation(OrganisationKind.AUTHORITY, name="演示戊区人民政府（虚构）")
    stranger, day = make_user("authority", other), dt.date(2026, 2, 1)
    mine, theirs, city = (
        {row.organisation_id for row in obligations_visible_to(Viewer(user).at(day)) if row.kind == "body_designated"}
        for user in (people.authority, stranger, people.city_officer)
    )
    assert (mine, theirs, city) == ({people.authority_body.pk}, {other.pk}, {people.authority_body.pk, other.pk})
    assert {row.organisation_id for row in obligations_visible_to(Viewer(stranger).at(day))} == {other.pk}
    none = [row for row in everything(Viewer(None, as_of=day)) if row.organisation_id == outside.pk]
    assert {row.state(day) for row in none} == {ObligationState.NONE}
    assert not obligations_visible_to(Viewer(people.expert1).at(day))


def test_what_a_body_met_in_time_stays_in_its_year(people):
    """For the city and for the body itself, in the year under way and in those after it."""
    plan = ImplementationPlan.objects.get(authority=people.authority_body, year=2027)
    ImplementationPlan.objects.filter(pk=plan.pk).update(status="filed", filed_on=FILED)
    for day in (dt.date(2026, 11, 20), dt.date(2027, 1, 11), dt.date(2028, 2, 1)):
        for user in (people.city_officer, people.authority):
            with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
                found = [row.met_on for row in falling_due(Viewer(user), 2026) if (row.kind, row.record) == ("plan_yearly", plan.pk)]
            assert found == [FILED], (day, user)


@AREA
@pytest.mark.parametrize("seat", ["city_officer", "partner", "authority", "preparer", "secretariat"])
@pytest.mark.parametrize("day", [dt.date(2026, 2, 20), dt.date(2027, 1, 15), dt.date(2028, 4, 10)])
def test_the_desk_counts_the_wide_duties_as_the_list_shows_them(people, seat, day):
    wide.evaluated(people)
    wide.key_area(people)
    give_title(make_district(people, name="演示老城（虚构）"), granted_on=dt.date(2024, 2, 29))
    make_organisation(OrganisationKind.AUTHORITY, name="演示丁区人民政府（虚构）")
    user = getattr(people, seat)
    with clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI)):
        rows = obligations_visible_to(Viewer(user).at(day))
        owed = owed_in_sight(Viewer(user).at(day))
    assert owed.overdue() == sum(row.is_overdue(day) for row in rows)
    assert sum(entry.number for entry in owed.open_counts) == sum(row.is_open for row in rows)


def test_what_is_watched_is_no_breach_and_on_no_list(people):
    district = District.objects.get()
    PlotFactory(district=district, planned_start=dt.date(2027, 2, 1), buildable=True)
    PlotFactory(district=district, planned_start=dt.date(2027, 1, 4), started_on=dt.date(2027, 4, 2), buildable=True)
    KeyProject.objects.create(district=district, name="学校", planned_finish=dt.date(2027, 3, 1), finished_on=dt.date(2027, 2, 20))
    Work.objects.create(district=district, name="甲路", planned_finish=dt.date(2027, 3, 15))
    found = {row.kind: row for row in watched(Viewer(None, as_of=DAY))}
    assert {kind: (row.title, row.due) for kind, row in found.items()} == {
        "plot_late": ("2个地块晚于计划", dt.date(2027, 1, 4)),
        "work_late": ("1项市政设施晚于计划", dt.date(2027, 3, 15)),
    }
    assert all(row.is_watch and row.kind not in OF_DISTRICT for row in found.values())
    assert not kinds_of(found.values()) & kinds_of(due(Viewer(None, as_of=DAY)))
    assert {row.title for row in watched(Viewer(None, as_of=dt.date(2027, 4, 2)), [district.pk]) if row.kind == "plot_late"} == {
        "1个地块晚于计划"
    }


@AREA
def test_watches_stand_in_the_month_of_their_day_and_on_the_page_of_their_district(client, people):
    """Of whom they concern alone, beside what is owed and in no number of it; conditions that a watch cannot meet leave them out."""
    district = District.objects.get()
    PlotFactory(district=district, planned_start=dt.date(2027, 2, 1), buildable=True)
    page, month = reverse("districts:district_detail", args=[district.code]), reverse("obligations:duty_calendar")
    with clock.at(at(2027, 3, 31)):
        for seat, user in people.everybody.items():
            client.force_login(user)
            answers = [client.get(page), client.get(month, {"month": "2027-02"}), client.get(reverse("obligations:watch_list"))]
            shown, listed = [[row.kind for row in one.context["watches"]] for one in answers[:2] if one.status_code == 200], answers[2]
            assert shown == [["plot_late"] if seat in SEES else []] * len(shown), seat
            total = listed.context["total"] if listed.status_code == 200 else None
            assert total == (None if "keeper" in seat else int(seat in SEES)), seat
        client.force_login(people.preparer)
        asked = {"month": "2027-02"}
        shown = client.get(month, asked)
        assert all("1个地块晚于计划" in one.content.decode() for one in (shown, client.get(page)))
        number = sum((row.due.year, row.due.month) == (2027, 2) for row in falling_due(Viewer(people.preparer), 2027))
        assert shown.context["number"] == number
        for more, count in (({"state": "due"}, 0), ({"due": "2027-02-02"}, 0), ({"due": "2027-02-01"}, 1), ({"kind": "self_check"}, 0),
                            ({"month": "2027-03"}, 0)):  # fmt: skip
            assert len(client.get(month, asked | more).context["watches"]) == count, more
        opened = client.get(reverse("obligations:watch_list"), {"district": district.pk, "kind": "plot_late"})
    text = opened.content.decode()
    assert (opened.context["total"], "最早的计划日期2027年2月1日" in text, page in text, ">逾期</" in text) == (1, True, True, False)
