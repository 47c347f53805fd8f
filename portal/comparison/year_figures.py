"""Carbon and operation figures of a year for the comparison: from valid inventories and counting ledger entries."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse

from assessments.common.enums import Purpose
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import InventoryState
from carbon.inventories.selectors import counting_in, inventories_visible_to
from carbon.inventory import INTENSITY_PLACES, MASS_PLACES
from districts.file.selectors.visibility import districts_visible_to
from operation.ledger.selectors import LedgerRow, ledger_rows
from portal.comparison.plot_figures import by_type, own_districts, peer_of, titled_districts, with_sight
from portal.comparison.selectors import ComparedFigure, ComparisonReader, DistrictComparison, FrozenFigure, Peer, PeerQuery, TablePeriod

PREFIX = "year:"
HEADING = "碳排放和运营"
INVENTORY, LEDGER = "碳排放清单", "运营台账"
FILED, ENTERED = CARBON_INVENTORY.state(InventoryState.FILED).public, "已登记"


class _CarbonFigure(NamedTuple):
    label: str
    unit: str
    better: int
    places: int = INTENSITY_PLACES


CARBON: Mapping[str, _CarbonFigure] = {
    "total": _CarbonFigure("碳排放总量", "tCO₂e", 0, MASS_PLACES),
    "per_m2_kg": _CarbonFigure("单位面积碳排放", "kgCO₂e/m²", -1),
    "per_person_t": _CarbonFigure("人均碳排放", "tCO₂e/人", -1),
    "per_wan_gdp_t": _CarbonFigure("单位地区生产总值碳排放", "tCO₂e/万元", -1),
}


class _LedgerFigure(NamedTuple):
    label: str
    unit: str
    value: Callable[[LedgerRow], Decimal | int | None]


OPERATION: Mapping[str, _LedgerFigure] = {
    "mechanisms": _LedgerFigure("应建管理机制已建立", "项", lambda row: row.mechanisms),
    "meetings": _LedgerFigure("协同会议和动态评估", "次", lambda row: row.meetings),
    "platforms": _LedgerFigure("运行的数字化平台", "个", lambda row: row.platforms),
    "trainings": _LedgerFigure("举办培训", "次", lambda row: row.trainings),
    "trained": _LedgerFigure("参加培训", "人次", lambda row: row.trained),
    "budget": _LedgerFigure("资金预算", "万元", lambda row: row.budget),
    "used": _LedgerFigure("资金使用", "万元", lambda row: row.used),
}
# Only intensities have a direction (less is better); amounts spent or held say nothing about quality.
FIGURES = [
    *(
        ComparedFigure(f"{PREFIX}{key}", one.label, one.unit, one.better, held=INVENTORY, state=FILED, places=one.places)
        for key, one in CARBON.items()
    ),
    *(ComparedFigure(f"{PREFIX}{key}", one.label, one.unit, 0, held=LEDGER, state=ENTERED) for key, one in OPERATION.items()),
]


def figures_in(period: TablePeriod) -> list[tuple[str, list[ComparedFigure]]]:
    """Figures of the year with their heading; none if the tables have no year."""
    return [(HEADING, FIGURES)] if period.year and period.purpose == Purpose.SELF_CHECK else []


def compared_in_year(sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    """The figure of every titled district that has one, by type; a constant number of queries."""
    read = _inventories if figure.held == INVENTORY else _ledgers
    return by_type(sight, asked, figure, read(sight, asked, figure.key.removeprefix(PREFIX)))


def _year(asked: PeerQuery) -> int:
    return asked.found.period.year or 0


def _inventories(sight: ComparisonReader, asked: PeerQuery, key: str) -> Iterator[tuple[Peer, FrozenFigure]]:
    seen = inventories_visible_to(sight.viewer).filter(pk=OuterRef("pk"))
    known = districts_visible_to(sight.viewer).filter(pk=OuterRef("district_id"))
    rows = counting_in(_year(asked)).filter(district__in=titled_districts(asked)).select_related("district").defer("district__boundary")
    mine = own_districts(sight)
    for row in rows.annotate(seen=Exists(seen), known=Exists(known)):
        said = (row.frozen or {})["content"][key]
        reading = FrozenFigure(Decimal(said), said) if said else FrozenFigure(None, "", "未填")
        page = reverse("carbon:inventory", args=[row.pk])
        yield peer_of(row.district, row, sight, mine, page=page, origin=f"{INVENTORY}第{row.edition}版", on=row.filed_at), reading


def _ledgers(sight: ComparisonReader, asked: PeerQuery, key: str) -> Iterator[tuple[Peer, FrozenFigure]]:
    districts, mine, year = with_sight(titled_districts(asked), sight), own_districts(sight), _year(asked)
    for district, row in zip(districts, ledger_rows(districts, year), strict=True):
        if not row.entries:
            continue
        value = OPERATION[key].value(row)
        reading = FrozenFigure(None, "", "未填") if value is None else FrozenFigure(Decimal(value), str(value))
        page = reverse("operation:ledger", args=[district.code, year])
        yield peer_of(district, district, sight, mine, page=page, origin=f"{year}年度{LEDGER}", on=None), reading
