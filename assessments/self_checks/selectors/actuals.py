"""Achieved values by year, from a district's received self-checks."""

from collections.abc import Mapping
from typing import Any

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.selectors.self_checks import self_checks_visible_to
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer


def received_values(viewer: Viewer, district: District, *, edition: str) -> dict[int, dict[str, Any]]:
    """Year → item id → stored value, from received versions of visible self-checks under this edition.

    Values under another edition are left out, because the same number may denote another clause there.
    """
    return received_by_district(viewer, {district.pk: edition}).get(district.pk, {})


def received_by_district(viewer: Viewer, editions: Mapping[int, str]) -> dict[int, dict[int, dict[str, Any]]]:
    """As ``received_values`` for several districts, each with the code of its edition; one query."""
    tables = self_checks_visible_to(viewer).filter(district__in=editions, status=SelfCheckState.RECEIVED).values("table_id")
    versions = TableVersion.objects.filter(table_id__in=tables, counts=True).order_by("content__year")
    found: dict[int, dict[int, dict[str, Any]]] = {}
    names = ("table__self_check__district", "content__edition__code", "content__year", "content__rows")
    for district, edition, year, rows in versions.values_list(*names):
        if edition == editions[district]:
            found.setdefault(district, {})[year] = {row["item_id"]: row["value"] for row in rows}
    return found
