"""SELF-CHECK, 八（二）: every pilot and demonstration reports each year."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.urls import reverse

from assessments.calendar import self_check_windows
from assessments.intake import owes
from assessments.models import SelfCheck
from greendistrict.obligations.duties import Obligation, Yearly
from greendistrict.obligations.titled import owed_by, titled_districts
from greendistrict.obligations.use import first_day_in_use

RULE, CITE = "SELF-CHECK", "八（二）"
RECORDS = "self-check"
FILED = ("countersigning", "filed", "received")


def yearly(today: dt.date) -> list[Yearly]:
    """Self-checks of the last and the running year."""
    return _duties((today.year - 1, today.year))


def _duties(reported: Iterable[int]) -> list[Yearly]:
    since = first_day_in_use()
    dues = {year: window.due for year, window in sorted(self_check_windows(reported).items())}
    pages = ("assessments:selfcheck", reverse("assessments:selfcheck_list"))
    return [Yearly(RULE, CITE, f"{year}年度自查", RECORDS, RECORDS, year, due, *pages) for year, due in dues.items() if due >= since]


def collect(today: dt.date, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Self-checks of the last and the running year."""
    return owed((today.year - 1, today.year), only)


def owed(reported: Iterable[int], only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Self-checks of the years reported on that fell due since the portal is in use (earlier ones read 无记录).

    Districts whose applicant does not work in the portal owe nothing here.
    """
    duties = _duties(reported)
    found = SelfCheck.objects.filter(year__in=[duty.year for duty in duties], **({} if only is None else {"district__in": only}))
    checks = {(check.district_id, check.year): check for check in found.only("pk", "district_id", "year", "status", "filed_at")}
    for district in titled_districts(only):
        for duty in duties:
            if owes(district.stage, district.held_since, duty.year):
                check = checks.get((district.pk, duty.year))
                filed = check.filed_at if check is not None and check.status in FILED else None
                yield owed_by(district, duty, check.pk if check else None, filed)
