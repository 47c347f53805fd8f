import datetime as dt
import pickle

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.core import request_id, workdays
from greendistrict.core.days import months_later
from greendistrict.core.models import CalendarDay, CalendarYear
from greendistrict.core.templatetags.gd import due_tag
from greendistrict.core.workdays import SpecialDay, WorkCalendar, digest

# 国庆节 2024: 1-7 October off, Sunday 29 September and Saturday 12 October worked.
OCTOBER = {dt.date(2024, 10, day): False for day in range(1, 8)} | {dt.date(2024, 9, 29): True, dt.date(2024, 10, 12): True}
CALENDAR = WorkCalendar(OCTOBER, frozenset({2024}))

days = st.dates(dt.date(2024, 1, 1), dt.date(2025, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=40).map(WorkCalendar)


@pytest.fixture(autouse=True)
def _fresh():
    workdays.reset()
    yield
    workdays.reset()


@pytest.mark.parametrize(
    ("day", "working"),
    [("2024-09-29", True), ("2024-09-28", False), ("2024-10-07", False), ("2024-10-08", True), ("2024-10-12", True), ("2024-10-13", False)],
)
def test_holidays_and_exchanged_days_are_known(day, working):
    assert CALENDAR.is_working(dt.date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2024-09-27", 1, "2024-09-29"), ("2024-09-30", 1, "2024-10-08"), ("2024-09-30", 5, "2024-10-12"),
        ("2024-10-08", -1, "2024-09-30"), ("2024-10-05", 0, "2024-10-05"), ("2024-10-05", -2, "2024-09-29"),
    ],
)  # fmt: skip
def test_adding_working_days(start, count, end):
    assert CALENDAR.add(dt.date.fromisoformat(start), count) == dt.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("day", "months", "reached"),
    [
        ("2026-01-15", 1, "2026-02-15"), ("2026-01-31", 1, "2026-02-28"), ("2027-12-31", 2, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"), ("2028-02-29", 48, "2032-02-29"), ("2026-12-01", 0, "2026-12-01"),
        ("2026-01-31", -2, "2025-11-30"), ("2026-12-31", -12, "2025-12-31"),
    ],
)  # fmt: skip
def test_the_day_of_another_month_is_the_same_or_the_last(day, months, reached):
    assert months_later(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(reached)


def test_a_due_date_on_a_rest_day_rolls_forward():
    assert CALENDAR.roll_forward(dt.date(2024, 10, 1)) == dt.date(2024, 10, 8)
    assert CALENDAR.roll_forward(dt.date(2024, 9, 29)) == dt.date(2024, 9, 29)


def test_years_without_arrangement_are_provisional():
    assert not CALENDAR.is_provisional(2024)
    assert CALENDAR.is_provisional(2027)
    assert not CALENDAR.is_working(dt.date(2027, 10, 1))
    assert CALENDAR.is_working(dt.date(2027, 10, 4))  # which days are off in exchange is not known


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, "01-01 02-05 02-08 04-05 06-09 09-15 10-01"),
        (2028, "01-25 01-26 01-27 01-28 04-04 05-01 05-02 10-02 10-03"),
    ],
)
def test_statutory_holidays_are_no_working_days_before_the_arrangement_is_published(year, days):
    named = {dt.date.fromisoformat(f"{year}-{day}") for day in days.split()}
    every = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert {day for day in every if day.weekday() < workdays.SATURDAY and not CALENDAR.is_working(day)} == named


def test_a_carbon_report_does_not_fall_due_on_labour_day():
    assert CALENDAR.roll_forward(dt.date(2028, 4, 30)) == dt.date(2028, 5, 3)


def test_every_year_of_the_lunar_table_has_its_holidays():
    found = {year: workdays.statutory_holidays(year) for year in range(2024, 2102)}
    assert {year for year, days in found.items() if not days} == {2024, 2101}
    assert {len(days) for days in found.values()} <= {0, 12, 13}  # 中秋节 may lie in 国庆节


def test_the_arrangements_of_2025_and_2026_give_the_computed_holidays_off():
    import chinese_calendar

    for day in workdays.statutory_holidays(2025) | workdays.statutory_holidays(2026):
        assert chinese_calendar.is_holiday(day), day


@pytest.mark.django_db
def test_the_last_day_of_a_term_is_marked_until_its_year_is_arranged():
    assert workdays.term_in_words(dt.date(2027, 1, 4)) == "2027年1月4日（暂定）"
    workdays.replace_year(year=2027, days=[SpecialDay(dt.date(2027, 1, 1), working=False, name="元旦")], source="国办发明电")
    assert workdays.term_in_words(dt.date(2027, 1, 4)) == "2027年1月4日"


@pytest.mark.django_db
def test_a_request_shows_its_own_calendar_even_if_an_earlier_one_had_the_same_id():
    """Whoever calls may name the id of the request, and the same thread answers the next one."""
    day, shown = dt.date(2027, 1, 4), []
    for _ in range(2):
        with request_id.bound(b"request-42".decode()):
            shown.append(workdays.term_in_words(day))
        workdays.replace_year(year=2027, days=[SpecialDay(dt.date(2027, 1, 1), working=False, name="元旦")], source="国办发明电")
    assert shown == ["2027年1月4日（暂定）", "2027年1月4日"]


def test_a_calendar_cannot_be_changed_from_outside():
    source = {dt.date(2024, 5, 1): False}
    calendar = WorkCalendar(source)
    source[dt.date(2024, 5, 2)] = False
    assert calendar.is_working(dt.date(2024, 5, 2))
    with pytest.raises(TypeError):
        calendar.special[dt.date(2024, 5, 2)] = False


@given(calendars, days, st.integers(0, 60))
def test_between_undoes_add(calendar, day, count):
    assert calendar.between(day, calendar.add(day, count)) == count


@given(calendars, days, st.integers(-60, 60))
def test_adding_back_returns_from_a_working_day(calendar, day, count):
    start = calendar.roll_forward(day)
    assert calendar.add(calendar.add(start, count), -count) == start


@given(calendars, days, days)
def test_between_counts_days_one_by_one(calendar, start, end):
    low, high = sorted((start, end))
    counted = sum(calendar.is_working(low + dt.timedelta(days=n)) for n in range(1, (high - low).days + 1))
    assert calendar.between(low, high) == counted
    assert calendar.between(high, low) == -counted


@given(calendars, days, days, days)
def test_spans_add_up(calendar, first, second, third):
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)


@given(calendars, days)
def test_rolling_forward_ends_on_a_working_day_and_moves_none(calendar, day):
    rolled = calendar.roll_forward(day)
    assert calendar.is_working(rolled)
    assert rolled >= day
    assert calendar.roll_forward(rolled) == rolled


@given(
    st.lists(
        st.builds(SpecialDay, days, st.booleans(), st.sampled_from(["春节", "国庆节"])),
        min_size=1,
        max_size=4,
        unique_by=lambda day: day.date,
    )
)
def test_an_arrangement_has_one_mark_in_any_order_and_another_when_a_day_changes(arranged):
    other = SpecialDay(arranged[0].date, working=not arranged[0].working, name=arranged[0].name)
    mark = digest(arranged)
    assert mark == digest(reversed(arranged))
    assert len({mark, digest(arranged[1:]), digest([other, *arranged[1:]])}) == 3
    assert len(bytes.fromhex(mark)) == 32


@pytest.mark.django_db
def test_import_seeds_all_years_once():
    call_command("import_holidays")
    rows = set(CalendarDay.objects.values_list("date", "working", "name"))
    assert list(CalendarYear.objects.values_list("year", flat=True)) == list(range(2004, 2027))
    assert (dt.date(2024, 10, 12), True, "国庆节调休上班") in rows
    call_command("import_holidays")
    assert set(CalendarDay.objects.values_list("date", "working", "name")) == rows


@pytest.mark.django_db
def test_the_seeded_calendar_equals_the_package():
    import chinese_calendar

    call_command("import_holidays")
    calendar = workdays.current()
    day = dt.date(2004, 1, 1)
    while day.year < 2027:
        assert calendar.is_working(day) == chinese_calendar.is_workday(day), day
        day += dt.timedelta(days=1)
    assert not calendar.is_provisional(2026)
    assert calendar.is_provisional(2027)


@pytest.mark.django_db
def test_the_current_calendar_follows_the_table(django_assert_num_queries):
    may = [SpecialDay(dt.date(2027, 5, 3), working=False, name="劳动节")]
    assert workdays.current().is_working(dt.date(2027, 5, 3))
    assert workdays.replace_year(year=2027, days=may, source="国办发明电")
    assert not workdays.current().is_working(dt.date(2027, 5, 3))
    assert not workdays.replace_year(year=2027, days=may, source="国办发明电")
    with django_assert_num_queries(1):
        workdays.current()


@pytest.mark.django_db
def test_days_of_another_year_are_refused():
    with pytest.raises(ValueError, match="2026-12-31"):
        workdays.replace_year(year=2027, days=[SpecialDay(dt.date(2026, 12, 31), working=False, name="元旦")], source="x")


@pytest.mark.parametrize(
    ("today", "due", "working", "words"),
    [
        ("2024-10-14", "2024-10-18", 4, "剩<b>4</b>个工作日"),
        ("2024-10-18", "2024-10-20", 0, "剩<b>2</b>天，均为休息日"),
        ("2024-10-20", "2024-10-20", 0, "今日到期"),
        ("2024-10-18", "2024-10-18", 0, "今日到期"),
        ("2024-10-19", "2024-10-18", 0, "已逾期"),
        ("2024-10-21", "2024-10-18", -1, "逾期<b>1</b>个工作日"),
    ],
)
def test_rest_days_do_not_make_a_day_today(today, due, working, words):
    left = CALENDAR.left(dt.date.fromisoformat(today), dt.date.fromisoformat(due))
    assert left == working
    assert words in due_tag(left)
    assert pickle.loads(pickle.dumps(left)).calendar == left.calendar  # noqa: S301 -- our own


def test_what_is_left_is_kept_apart_by_pieces_that_are_written_once():
    friday, saturday, sunday = (dt.date(2024, 10, day) for day in (18, 19, 20))
    assert len({CALENDAR.left(sunday, sunday), CALENDAR.left(friday, sunday), CALENDAR.left(saturday, sunday)}) == 3
