"""Duties of thousands of districts: what they owe on one day, and a month of the calendar."""

from django.urls import reverse

from greendistrict.core import clock
from obligations.selectors import everything, falling_due
from tools.bench import seeding
from tools.bench.duty_limits import yearly_lines
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.paths import Visit, pages, queries_of, seen
from tools.bench.seeding import Seeded

MOST, QUERIES = 12, 27
TITLED = (2, 3)  # of so many districts that the bench makes, so many hold a title


def owed_on_a_day(seeded: Seeded, districts: int, effort: Effort) -> BenchRow:
    """Everything owed today by so many districts, beside reading districts and records and writing the yearly lines down."""
    seeding.more_districts(seeded, districts)
    today = clock.today()
    timing = by_turns(lambda: lambda: everything(today), lambda: lambda: yearly_lines([today.year - 1, today.year]), effort)
    return cost_of(f"owed on a day, {districts:,} districts", timing, MOST, notes={"rows": len(everything(today))})


def month_page(visit: Visit, titled: int) -> BenchRow:
    """The month in which the yearly duties of so many titled districts fall due, for an officer of the city, beside a plain page of it."""
    part, whole = TITLED
    seeding.more_districts(visit.seeded, titled * whole // part)
    user, today = visit.seeded.officer, clock.today()
    month = f"{today.year + 1}-03"
    ours = f"{reverse('obligations:duty_calendar')}?month={month}"
    timing = pages(visit, user, ours, f"/limit/calendar/?month={month}")
    due = [row for row in falling_due(user, today, today.year + 1) if f"{row.due:%Y-%m}" == month]
    if len(due) < titled:
        msg = f"the calendar shows {len(due)} duties of {titled} districts"
        raise BenchError(msg)
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    name = f"calendar, a month of {titled:,} titled districts"
    return cost_of(name, timing, MOST, queries=cost, most_queries=QUERIES, **seen(visit, user, ours), notes={"rows": len(due)})
