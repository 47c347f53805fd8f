"""The two reference days of a year: stocks as of the snapshot day, flows as received by the last day of receipt."""

import datetime as dt

from django.db.models import F, Q

from approvals.casework.selectors.titles_on_day import snapshot_day
from greendistrict.core import clock, memoisation
from greendistrict.policy import parameters
from greendistrict.policy.dates import nominal_date
from reports.closings.enums import ClosingState
from reports.closings.models import ClosingEdition, YearClosing

CLOSES = "snapshot.closes"


def closes_day(year: int) -> dt.date:
    """Last day of receipt for flows of ``year`` (setting ``snapshot.closes``)."""
    return nominal_date(parameters.load().text(CLOSES), year)


def edition_in_force(year: int) -> ClosingEdition | None:
    """Edition of a closed year; None before the first closing, and while a correction is prepared or its edition is created."""
    return memoisation.once(_edition_in_force, year)


def _edition_in_force(year: int) -> ClosingEdition | None:
    closed = ClosingEdition.objects.filter(closing__year=year, closing__status=ClosingState.CLOSED)
    return closed.filter(number=F("closing__edition")).exclude(digest="").first()  # it gets its digest once it is whole


def receipts_day(year: int) -> dt.date:
    """Last day of receipt valid for ``year``: of its edition in force, of the correction being prepared, else by the setting."""
    edition = edition_in_force(year)
    if edition is not None:
        return edition.closes_on
    return memoisation.once(_stated_day, year) or closes_day(year)


def _stated_day(year: int) -> dt.date | None:
    return YearClosing.objects.filter(year=year).values_list("closes_on", flat=True).first()


def received_in_time(year: int, field: str = "received_at") -> Q:
    """Condition on flows of ``year``: received by the last day of receipt, inclusive."""
    return Q(**{f"{field}__lt": clock.end_of(receipts_day(year))})


def stock_day(year: int, today: dt.date) -> dt.date:
    """Snapshot day valid for ``year``: of its edition in force, else by the setting (today if that is in the future)."""
    edition = edition_in_force(year)
    return snapshot_day(year, today) if edition is None else edition.snapshot_day
