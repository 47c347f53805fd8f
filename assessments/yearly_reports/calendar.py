"""Last days of the yearly reports, by kind and year."""

import datetime as dt
from collections.abc import Iterable

from assessments.yearly_reports.kinds import REPORT_SPECS
from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date


def report_dues(years: Iterable[int]) -> dict[tuple[str, int], dt.date]:
    """Last days of the reports by (kind, year reported on); settings and calendar are read once."""
    wanted = set(years)
    if not wanted:
        return {}
    held, calendar = parameters.load(), workdays.current()
    return {
        (kind, year): due_date(held.text(form.setting), year=year, calendar=calendar)
        for kind, form in REPORT_SPECS.items()
        for year in wanted
    }
