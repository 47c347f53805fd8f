"""Comparison by the nine green indicators of plots: the shares of 绿色生态指标汇总, computed from the plot lists of today.

Also here: Peers for figures that are not from a score table: titled districts, with what the reader may see of the source.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_visible_to, files_visible_to, own_keys
from districts.land.green_indicators import indicators
from districts.overview.selectors.indicator_portfolio import shares_of
from districts.plots.selectors.demands import splits_of
from greendistrict.core.days import day_in_words
from portal.comparison.rules import reads_everybody
from portal.comparison.selectors import (
    BUILDING,
    ComparedFigure,
    ComparisonReader,
    DistrictComparison,
    FrozenFigure,
    Peer,
    PeerQuery,
    grouped,
)


def titled_districts(asked: PeerQuery) -> QuerySet[District]:
    """Titled districts, real or fictional, of the requested type."""
    found = District.objects.filter(stage__in=TITLED, guideline_area=False, is_demo=asked.demo)
    return found.filter(type=asked.type) if asked.type else found


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


PREFIX = "plots:"
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
    return ComparedFigure(f"{PREFIX}{column}:{key}", label, "%", better, held=PLOTS, state=state, places=PLACES, standing=True)


def compared_plots(sight: ComparisonReader, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    """Share of each titled district with buildable plots, by type; constant number of queries."""
    column, key = figure.key.removeprefix(PREFIX).split(":")
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
