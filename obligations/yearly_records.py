"""Self-checks and yearly reports that districts have begun, read in one statement."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import CharField, Value

from assessments.self_checks.models import SIGNED_STATES, SelfCheck
from assessments.yearly_reports.lifecycle import HANDED_IN
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import memoisation
from obligations.duties import Record

SELF_CHECK = "self_check"


def begun(kind: str, years: Collection[int], only: Collection[int] | None) -> Mapping[tuple[int, int], Record]:
    """Records of a kind (``SELF_CHECK`` or a yearly report) by district and year; may include other years.

    Read once for all kinds, and again only for years not read before.
    """
    years_read, records = memoisation.once(_begun, memoisation.as_key(only))
    if missing := set(years) - years_read:
        years_read.update(missing)
        where: dict[str, Any] = {"year__in": sorted(missing)} | ({} if only is None else {"district__in": only})
        checks = SelfCheck.objects.filter(**where).order_by()
        reports = YearlyReport.objects.filter(**where).order_by()
        columns = ("pk", "status", "filed_at")
        of_checks = checks.values_list("district_id", "year", Value(SELF_CHECK, CharField()), *columns)
        of_reports = reports.values_list("district_id", "year", "kind", *columns)
        for district, year, of, pk, status, filed in of_checks.union(of_reports, all=True):
            handed_in = filed if status in (SIGNED_STATES if of == SELF_CHECK else HANDED_IN) else None
            records.setdefault(of, {})[district, year] = Record(pk, status, handed_in)
    return records.get(kind, {})


def _begun(_only: Collection[int] | None) -> tuple[set[int], dict[str, dict[tuple[int, int], Record]]]:
    """The years read so far, and their records by kind, district and year."""
    return set(), {}
