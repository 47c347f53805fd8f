"""Month calendar: the month, the list, visibility, and the page of one obligation with its derivation."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.workdays import WorkCalendar
from obligations import services
from obligations.duties import ObligationState
from obligations.forms import GROUPS
from obligations.month_calendar import month_asked, moved, weeks_of
from obligations.selectors import due, falling_due, in_sight
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing
from tests.factories.received import at
from tests.obligations.world import titled

URL = "obligations:duty_calendar"
DAY = dt.date(2027, 3, 20)
pytestmark = pytest.mark.django_db


def opened(client, day=DAY, **query):
    with clock.at(at(day.year, day.month, day.day)):
        answer = client.get(reverse(URL), query)
    assert answer.status_code == 200
    return answer


def lines(client, **query):
    return [row.key for _, row, *_ in opened(client, **query).context["lines"]]


def test_a_month_that_cannot_be_read_is_the_present_one():
    assert month_asked("2028-02", DAY) == dt.date(2028, 2, 1)
    assert {month_asked(text, DAY) for text in ("", "2027-13", "0000-01", "9999-12", "２０２８-０２")} == {dt.date(2027, 3, 1)}


def test_months_are_turned_over_the_ends_of_years():
    assert [moved(dt.date(2027, 1, 1), step) for step in (-12, -1, 0, 12)] == ["2026-01", "2026-12", "2027-01", "2028-01"]


def test_rest_days_and_days_worked_in_exchange_are_marked():
    special = {dt.date(2027, 2, 6): False, dt.date(2027, 2, 8): False, dt.date(2027, 2, 20): True}
    working, names = WorkCalendar(special, frozenset({2027})), {dt.date(2027, 2, 8): "春节"}
    weeks = weeks_of(dt.date(2027, 2, 1), (), today=DAY, working=working, names=names)
    days = {day.date: day for week in weeks for day in week}
    assert [days[dt.date(2027, 2, number)].mark for number in (5, 6, 8, 20, 21)] == ["", "休", "休", "班", "休"]
    assert days[dt.date(2027, 2, 8)].name == "春节"
    assert {len(week) for week in weeks} == {7}


def test_the_month_shows_what_the_selector_says_of_it(officer, people):
    titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 3, 20)):
        wanted = falling_due(Viewer(people.city_officer).at(DAY), 2027)
    shown = opened(officer).context
    assert sorted(row.key for _, row, *_ in shown["lines"]) == sorted(row.key for row in wanted if row.due.month == 3)
    groups = {day.date: day.groups for week in shown["weeks"] for day in week if day.groups}
    assert sum(group.number for found in groups.values() for group in found) == shown["number"] == len(shown["lines"]) > 0
    pressed = next(group for group in groups[dt.date(2027, 3, 31)] if group.kind == "self_check")
    assert len(lines(officer, month="2027-03", due="2027-03-31", kind=pressed.kind)) == pressed.number == 2
    still_open = {group.kind: group.open for group in groups[dt.date(2027, 3, 31)]}
    assert (still_open["self_check"], still_open["operation_report"]) == (2, 0)


def test_more_time_over_the_end_of_a_year_moves_a_duty_to_come_into_the_other_calendar(people):
    key = f"self_check:{District.objects.get(code='jia').pk}:2028"
    with clock.at(at(2027, 3, 20)):
        before = [key in {row.key for row in falling_due(Viewer(people.city_officer).at(DAY), year)} for year in (2029, 2030)]
        services.decide(obligation=key, by=people.city_director, reason="试", extended_to=dt.date(2030, 1, 11))
        after = [key in {row.key for row in falling_due(Viewer(people.city_officer).at(DAY), year)} for year in (2029, 2030)]
    assert (before, after) == ([True, False], [False, True])


def test_a_month_to_come_and_one_without_anything(officer):
    assert {"operation_report", "self_check"} <= {key.partition(":")[0] for key in lines(officer, month="2028-03")}
    assert lines(officer, month="2027-08") == []


def test_conditions_stand_in_the_address_and_stay_with_the_month(officer, people):
    titled(people, "演示乙城（虚构）")
    of_body = {"kind": "operation_report", "authority": people.authority_body.pk}
    for asked, left in (({}, 2), ({"q": "乙城"}, 1), (of_body, 2), (of_body | {"state": "met"}, 2), (of_body | {"state": "overdue"}, 0)):
        assert len(lines(officer, month="2027-03", **{"kind": "self_check", **asked})) == left, asked
    page = opened(officer, month="2027-12", kind="self_check", q="乙城").context
    assert page["next_month"] == "?kind=self_check&q=%E4%B9%99%E5%9F%8E&month=2028-01"
    assert page["previous_year"].endswith("month=2026-12")


def test_each_state_that_is_offered_can_be_asked_for_and_no_other(officer):
    offered = [key for key, _ in opened(officer, month="2027-03").context["form"].fields["state"].choices if key]
    assert offered == list(GROUPS)
    for state in offered:
        assert opened(officer, month="2027-03", state=state).context["form"].is_valid(), state
    page = opened(officer, month="2027-03", state=ObligationState.NONE.value).context  # on no list: nothing was ever due in the portal
    assert list(page["form"].errors) == ["state"]


def test_the_list_is_put_together_by_district_kind_authority_and_person(officer, people):
    titled(people, "演示乙城（虚构）")
    for by, wanted in {
        "district": {"演示甲城（虚构）", "演示乙城（虚构）"}, "kind": {"年度自查", "运营工作报告"},
        "authority": {people.authority_body.name}, "person": {people.preparer.name, people.reviewer.name},
    }.items():  # fmt: skip
        groups = [group for group, *_ in opened(officer, month="2027-03", by=by).context["lines"]]
        assert (groups, set(groups)) == (sorted(groups), wanted)


def test_a_chief_reads_what_one_of_the_people_has_to_do(client, people):
    second = make_user("preparer", people.outsider_body)
    client.force_login(people.reviewer)
    mine = lines(client, month="2027-03", person=people.preparer.pk)
    assert mine == lines(client, month="2027-03") != []
    assert second.name not in opened(client, month="2027-03").content.decode()


def test_there_is_no_page_of_what_nobody_owes(officer):
    for key, status in ((f"operation_report:{District.objects.get(code='jia').pk}:2027", 200), ("self_check:0:2027", 404), ("x", 404)):
        with clock.at(at(2027, 3, 20)):
            assert officer.get(reverse("obligations:obligation_detail", args=[key])).status_code == status, key


def test_the_calendar_and_a_page_show_nothing_that_the_list_hides(client):
    """Inner steps of the city and seats of a panel are read by whom they concern, also as things to come."""
    people = Filing().to_accepted().people
    today, hidden_from = clock.today(), set()
    everything_owed = {row.key for row in due(Viewer(None, as_of=today))}
    for seat, user in people.everybody.items():
        hidden = everything_owed - {row.key for row in in_sight(Viewer(user).at(today))}
        shown = {row.key for year in (today.year, today.year + 1) for row in falling_due(Viewer(user).at(today), year)}
        assert not hidden & shown, (seat, hidden & shown)
        client.force_login(user)
        for key in sorted(hidden)[:3]:
            assert client.get(reverse("obligations:obligation_detail", args=[key])).status_code == 404, (seat, key)
        hidden_from |= {seat} if hidden else set()
    assert {"preparer", "authority", "expert1"} <= hidden_from
