"""Comparison by the nine green indicators of plots: the shares of 绿色生态指标汇总, computed from the plot lists of today."""

import datetime as dt
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from districts.land.green_indicators import indicators
from districts.overview.selectors.indicator_portfolio import shares_of
from districts.plots.selectors.demands import splits_of
from greendistrict.core.days import day_in_words
from portal.comparison.peer_districts import by_type, own_districts, peer_of, titled_districts, with_sight
from portal.comparison.selectors import ComparedFigure, ComparisonReader, DistrictComparison, FrozenFigure, Peer, PeerQuery

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
