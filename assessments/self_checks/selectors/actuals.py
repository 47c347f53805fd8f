"""Achieved values by year, from a district's received self-checks."""

from typing import Any

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from greendistrict.accounts.models import User


def received_values(user: User, district: District, *, edition: str) -> dict[int, dict[str, Any]]:
    """Year → item id → stored value, from the versions that count of self-checks in sight under this edition.

    Values of another edition are left out: the same number may stand for another clause there.
    """
    tables = self_checks_visible_to(user).filter(district=district, status=SelfCheckState.RECEIVED).values("table_id")
    versions = TableVersion.objects.filter(table_id__in=tables, counts=True, content__edition__code=edition)
    return {
        year: {row["item_id"]: row["value"] for row in rows}
        for year, rows in versions.values_list("content__year", "content__rows").order_by("content__year")
    }
