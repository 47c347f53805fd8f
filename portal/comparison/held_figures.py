"""Comparison by figures that are not from a score table: green indicators of plots today, carbon and operation of a year.

Compared are titled districts, with what the reader may see of the source.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from assessments.common.enums import Purpose
from carbon.inventories.lifecycle import CARBON_INVENTORY
from carbon.inventories.models import InventoryState
from carbon.inventories.selectors import counting_in, inventories_visible_to
from carbon.inventory import INTENSITY_PLACES, MASS_PLACES
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to, files_visible_to, own_keys
from districts.land.green_indicators import indicators
from districts.overview.selectors.indicator_portfolio import shares_of
from districts.plots.selectors.demands import splits_of
from greendistrict.core.days import day_in_words
from operation.ledger.selectors import LedgerRow, ledger_rows
from portal.comparison.rules import reads_everybody
from portal.comparison.selectors import (
    BUILDING,
    ComparedFigure,
    ComparisonReader,
    DistrictComparison,
    FrozenFigure,
    Peer,
    PeerQuery,
    TablePeriod,
    grouped,
)

# The nine green indicators of plots: the shares of 绿色生态指标汇总, computed from the plot lists of today.


def titled_districts(asked: PeerQuery) -> QuerySet[District]:
    """Titled districts, real or fictional, of the requested type."""
    districts = District.objects.filter(stage__in=TITLED, guideline_area=False, is_demo=asked.demo)
    return districts.filter(type=asked.type) if asked.type else districts


def with_sight(districts: QuerySet[District], sight: ComparisonReader) -> list[District]:
    """The districts annotated with ``seen`` (reader may see the district's file) and ``known`` (reader may see the district); one query."""
    seen = files_visible_to(sight.viewer).filter(pk=OuterRef("pk"))
    known = districts_visible_to(sight.viewer).filter(pk=OuterRef("pk"))
    return list(districts.defer("boundary").annotate(seen=Exists(seen), known=Exists(known)))


def own_districts(sight: ComparisonReader) -> frozenset[int]:
    """Keys of the reader's own districts; empty for readers who see all districts by name."""
    return frozenset() if reads_everybody(sight.viewer.held) else own_keys(sight.viewer)


def peer_of(district: District, about: Any, sight: ComparisonReader, mine: frozenset[int], *, page: str, origin: str, on: Any) -> Peer:
    """One peer; ``about`` holds what the reader sees: ``seen`` the source pages, ``known`` the districts."""
    return Peer(
        district.pk, district.code, district.name, district.name_pinyin, district.is_demo, district.type,
        district.stage != Stage.DEMONSTRATION, 0, 0, on, None, about.seen, about.seen or (sight.shown and about.known),
        district.pk in mine, page, origin,
    )  # fmt: skip


def by_type(
    sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure, found: Iterable[tuple[Peer, FrozenFigure]]
) -> DistrictComparison:
    """Figures of the peers in the requested phase, grouped by type and sorted by name."""
    kept = [(peer, one) for peer, one in found if not asked.phase or peer.building == (asked.phase == BUILDING)]
    return grouped(sight, figure, sorted(kept, key=lambda row: (row[0].order, row[0].district)))


PLOT_PREFIX = "plots:"
PLOTS = "地块清单"
PLACES = 1  # as the portfolio prints its shares
NOTHING_ASKED = "没有提出要求的地块"
# Column of the portfolio → heading and direction; the share of plots with a requirement has no better or worse.
SHOWN: Mapping[str, tuple[str, int]] = {
    "met": ("地块绿色生态指标：建成达到的占有要求地块", 1),
    "required": ("地块绿色生态指标：有要求的占可建设地块", 0),
}
WORDS = {"met": "建成达到", "required": "有要求"}


def plot_figures(today: dt.date) -> list[tuple[str, list[ComparedFigure]]]:
    """The figures by heading. They are offered for every period, because plot lists have no period."""
    return [
        (heading, [_figure(key, one.name, column, better, today) for key, one in indicators().items()])
        for column, (heading, better) in SHOWN.items()
    ]


def _figure(key: str, name: str, column: str, better: int, today: dt.date) -> ComparedFigure:
    label = f"{name}：{WORDS[column]}的地块占比"
    state = f"截至{day_in_words(today)}"
    return ComparedFigure(f"{PLOT_PREFIX}{column}:{key}", label, "%", better, held=PLOTS, state=state, places=PLACES, standing=True)


def compared_plots(sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    """Share of each titled district with buildable plots, by type; constant number of queries."""
    column, key = figure.key.removeprefix(PLOT_PREFIX).split(":")
    return by_type(sight, asked, figure, _shares(sight, asked, column, key))


def _shares(sight: ComparisonReader, asked: PeerQuery, column: str, key: str) -> Iterator[tuple[Peer, FrozenFigure]]:
    districts = titled_districts(asked)
    splits, mine = splits_of(districts.order_by().values("pk")), own_districts(sight)
    for district in with_sight(districts, sight):
        if district.pk in splits:
            share = next(one for one in shares_of(splits[district.pk][key]) if one.column == column)
            page = f"{reverse('districts:plot_list', args=[district.code])}?{urlencode({'indicator': key, 'demand': 'whole'})}"
            percent = share.percent
            reading = FrozenFigure(None, "", NOTHING_ASKED) if percent is None else FrozenFigure(percent, str(percent))
            yield peer_of(district, district, sight, mine, page=page, origin=PLOTS, on=None), reading


# Carbon and operation figures of a year: from valid inventories and counting ledger entries.

YEAR_PREFIX = "year:"
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
        ComparedFigure(f"{YEAR_PREFIX}{key}", one.label, one.unit, one.better, held=INVENTORY, state=FILED, places=one.places)
        for key, one in CARBON.items()
    ),
    *(ComparedFigure(f"{YEAR_PREFIX}{key}", one.label, one.unit, 0, held=LEDGER, state=ENTERED) for key, one in OPERATION.items()),
]


def figures_in(period: TablePeriod) -> list[tuple[str, list[ComparedFigure]]]:
    """Figures of the year with their heading; none if the tables have no year."""
    return [(HEADING, FIGURES)] if period.year and period.purpose == Purpose.SELF_CHECK else []


def compared_in_year(sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    """The figure of every titled district that has one, by type; a constant number of queries."""
    read = _inventories if figure.held == INVENTORY else _ledgers
    return by_type(sight, asked, figure, read(sight, asked, figure.key.removeprefix(YEAR_PREFIX)))


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
