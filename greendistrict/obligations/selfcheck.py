"""SELF-CHECK, 八（二）: every pilot and demonstration reports each year."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from assessments.calendar import self_check_due
from assessments.models import SelfCheck
from greendistrict.core import clock
from greendistrict.obligations.duties import Obligation
from greendistrict.obligations.titled import Titled, titled_districts
from greendistrict.obligations.use import first_day_in_use

RULE, CITE = "SELF-CHECK", "八（二）"
FILED = ("countersigning", "filed", "received")


def collect(today: dt.date) -> Iterable[Obligation]:
    """Self-checks of the last and the running year."""
    return owed((today.year - 1, today.year))


def owed(reported: Iterable[int]) -> Iterable[Obligation]:
    """Self-checks of the years reported on that fell due since the portal is in use (earlier ones read 无记录).

    Districts whose applicant does not work in the portal owe nothing here.
    """
    since = first_day_in_use()
    dues = {year: self_check_due(year) for year in reported}
    years = [year for year, due in dues.items() if due >= since]
    filed = {
        (check.district_id, check.year): check
        for check in SelfCheck.objects.filter(year__in=years).only("pk", "district_id", "year", "status", "filed_at")
    }
    unopened = reverse("assessments:selfcheck_list")
    for district in titled_districts():
        for year in years:
            if district.held_since is None or district.held_since.year <= year:
                yield _obligation(district, year, dues[year], filed.get((district.pk, year)), unopened)


def _obligation(district: Titled, year: int, due: dt.date, check: SelfCheck | None, unopened: str) -> Obligation:
    return Obligation(
        key=f"self-check:{district.pk}:{year}",
        rule=RULE,
        cite=CITE,
        title=f"{year}年度自查",
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=district.applicant,
        to="市住房城乡建设管理委",
        due=due,
        link=reverse("assessments:selfcheck", args=[check.pk]) if check else unopened,
        met_on=check.filed_at.astimezone(clock.SHANGHAI).date() if check and check.status in FILED and check.filed_at else None,
        authority_ids=tuple(district.leading),
        is_demo=district.is_demo,
    )
