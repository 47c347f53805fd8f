"""Duties of thousands of districts: those due on one day, and a month of the calendar."""

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from obligations.selectors import everything, falling_due
from tools.bench import seeding
from tools.bench.duty_limits import yearly_lines
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of
from tools.bench.paths import Visit, pages, queries_of, seen
from tools.bench.seeding import Seeded

MOST, QUERIES = 12, 28
TITLED = (2, 3)  # ratio of titled to all districts in the benchmark's data


def owed_on_a_day(seeded: Seeded, districts: int, effort: Effort) -> BenchRow:
    """All duties open today of so many districts, compared with reading districts and records and listing the yearly duties."""
    seeding.more_districts(seeded, districts)
    today = clock.today()
    timing = by_turns(lambda: lambda: everything(Viewer(None)), lambda: lambda: yearly_lines([today.year - 1, today.year]), effort)
    return cost_of(f"owed on a day, {districts:,} districts", timing, MOST, notes={"rows": len(everything(Viewer(None)))})


def month_page(visit: Visit, titled: int) -> BenchRow:
    """The calendar month in which the yearly duties of so many titled districts are due, for a city officer, compared with a plain page."""
    part, whole = TITLED
    seeding.more_districts(visit.seeded, titled * whole // part)
    user, today = visit.seeded.officer, clock.today()
    month = f"{today.year + 1}-03"
    ours = f"{reverse('obligations:duty_calendar')}?month={month}"
    timing = pages(visit, user, ours, f"/limit/calendar/?month={month}")
    due = [row for row in falling_due(Viewer(user).at(today), today.year + 1) if f"{row.due:%Y-%m}" == month]
    if len(due) < titled:
        msg = f"the calendar shows {len(due)} duties of {titled} districts"
        raise BenchError(msg)
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    name = f"calendar, a month of {titled:,} titled districts"
    return cost_of(name, timing, MOST, queries=cost, most_queries=QUERIES, **seen(visit, user, ours), notes={"rows": len(due)})
