"""横向比较: one figure of all districts, and the dimensions side by side; both also as workbooks, each figure with its source."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from districts.common.enums import DistrictType, World
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.charts import Box, boxes, ceiling
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.rounding import half_up
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import Cell, day_of, list_book, mark_of
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from portal.comparison import selectors
from portal.comparison.held_figures import PLOTS, compared_in_year, compared_plots, figures_in, plot_figures
from portal.comparison.rules import PeerSpread, reads_comparison, reads_everybody
from portal.comparison.selectors import (
    PHASES,
    SCORE,
    ComparableTables,
    ComparedFigure,
    DimensionGroup,
    DistrictComparison,
    Peer,
    PeerGroup,
    PeerQuery,
)

HEADS = (
    ("城区", 34), ("城区类型", 12), ("指标", 34), ("数值", 12), ("单位", 10), ("说明", 16), ("位次", 8), ("四分位", 14), ("标杆", 8),
    ("来源", 26), ("评价标准", 20), ("状态", 12), ("阶段", 10), ("报送日期", 12), ("演示数据", 10),
)  # fmt: skip
NAMES = ("最低", "下四分位", "中位数", "上四分位", "最高")


def five(spread: PeerSpread, places: int = 2) -> list[tuple[str, Cell]]:
    """Named quartiles of a distribution; minimum and maximum only if they may be shown."""
    values = (spread.least, spread.lower, spread.median, spread.upper, spread.most)
    return [(name, half_up(value, places)) for name, value in zip(NAMES, values, strict=True) if value is not None]


def comparison_book(found: DistrictComparison, asked: PeerQuery) -> bytes:
    """Workbook of a comparison: the named districts, then the distribution of each type."""
    rows = [*_lines(found, asked), *_spreads(found, asked)]
    about = found.figure.state if found.figure.standing else asked.found.period.label
    title = f"{about}横向比较：{found.figure.label}（{len(found.lines)}个城区）"
    return list_book("横向比较", title, HEADS, rows, demo=asked.demo)


def _lines(found: DistrictComparison, asked: PeerQuery) -> Iterator[list[Cell]]:
    for group in found.groups:
        for line in group.lines:
            reading, place = line.reading, line.place
            yield [
                line.peer.name,
                group.label,
                found.figure.label,
                reading.number if reading.number is not None else reading.words,
                found.figure.unit,
                reading.note,
                place.rank if place else None,
                place.quarter if place else "",
                "标杆" if line.best else "",
                *_source(line.peer, asked, found.figure.state),
            ]


def _source(peer: Peer, asked: PeerQuery, state: str) -> list[Cell]:
    source, edition = (peer.origin, "") if peer.origin else (f"{asked.found.period.label}{peer.source}", asked.found.edition_words)
    return [source, edition, state, peer.phase, day_of(peer.frozen_at) if peer.frozen_at else None, mark_of(is_demo=peer.is_demo)]


def _spreads(found: DistrictComparison, asked: PeerQuery) -> Iterator[list[Cell]]:
    for group in found.groups:
        if group.spread:
            held = found.figure.held
            source = found.figure.held_in(asked.found.period.year) if held else f"{asked.found.period.label}{SCORE.state}的评分表"
            edition = "" if held else asked.found.edition_words
            for name, value in five(group.spread, found.figure.places):
                head: list[Cell] = [f"{group.label}{name}（{group.spread.count}个城区）", group.label, found.figure.label]
                tail: list[Cell] = ["", None, "", "", source, edition, found.figure.state, "", None, mark_of(is_demo=asked.demo)]
                yield [*head, value, found.figure.unit, *tail]


def dimension_book(groups: Sequence[DimensionGroup], asked: PeerQuery) -> bytes:
    """Workbook of the dimensions: a row per district and dimension, then the distributions."""
    rows = [row for group in groups for row in _dimension_rows(group, asked)]
    return list_book("横向比较", f"{asked.found.period.label}各方面得分", HEADS, rows, demo=asked.demo)


def _dimension_rows(group: DimensionGroup, asked: PeerQuery) -> Iterator[list[Cell]]:
    for peer, scores in group.lines:
        for title, score in zip(group.dimensions, scores, strict=True):
            said: list[Cell] = [score, "分", "" if score is not None else "没有得分", None, "", ""]
            yield [peer.name, group.label, f"{title}得分", *said, *_source(peer, asked, SCORE.state)]
    for title, spread in zip(group.dimensions, group.spreads, strict=True):
        for name, value in five(spread) if spread else ():
            head: list[Cell] = [f"{group.label}{name}（{spread.count if spread else 0}个城区）", group.label, f"{title}得分", value, "分"]
            source = f"{asked.found.period.label}{SCORE.state}的评分表"
            yield [*head, "", None, "", "", source, asked.found.edition_words, SCORE.state, "", None, mark_of(is_demo=asked.demo)]


ALL = ("", "全部")


class ComparisonFilter(forms.Form):
    """The filter. The first choice of period, edition and figure is the default."""

    period = forms.ChoiceField(label="期次", required=False)
    figure = forms.ChoiceField(label="指标", required=False)
    type = forms.ChoiceField(label="城区类型", required=False, choices=[ALL, *DistrictType.choices])
    phase = forms.ChoiceField(label="阶段", required=False, choices=[ALL, *PHASES.items()])
    edition = forms.ChoiceField(label="评价标准", required=False)
    world = forms.ChoiceField(label="真实或虚构", required=False)

    def __init__(self, data: QueryDict, *, offered: Sequence[ComparableTables], chosen: ComparableTables | None, world: str) -> None:
        super().__init__(data)
        self._choose("world", sorted(World.choices, key=lambda one: one[0] != world))
        editions = [one for one in offered if chosen and one.period == chosen.period]
        self._choose("period", {one.period.key: one.period.label for one in offered}.items())
        self._choose("edition", {str(edition.edition): edition.edition_code for edition in editions}.items())
        if len(editions) < 2 and not data.get("edition"):  # noqa: PLR2004 -- nothing to choose
            self.fields.pop("edition")

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def offer_figures(self, headed: Iterable[tuple[str, Sequence[ComparedFigure]]]) -> None:
        """Set the choices of the compared figure."""
        self.fields["figure"].choices = [(title, [(one.key, one.label) for one in some]) for title, some in headed]  # type: ignore[attr-defined]

    def without_figure(self) -> None:
        """Remove the field of the compared figure, for the page of the dimensions."""
        self.fields.pop("figure")


EXPORT = "portal.export_comparison"
NAME = "横向比较"


class ChosenComparison(NamedTuple):
    """The filter and the comparison it selects; empty if no table was received."""

    form: ComparisonFilter
    asked: PeerQuery | None
    figure: ComparedFigure


def _reader(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not reads_comparison(viewer.held):
        raise Http404
    return viewer


def _chosen(request: HttpRequest, viewer: Viewer, *, figures: bool = True) -> ChosenComparison:
    data = request.GET.copy()
    world = data.get("world") or ("demo" if viewer.user.is_demo else "real")
    offered = selectors.offered(demo=world == "demo")
    if "world" in data and data.get("period") not in {one.period.key for one in offered}:
        data.pop("period", None)  # of the other world, which was shown before
    # Tables of the requested period and edition, else the first offered.
    of_period = [one for one in offered if one.period.key == data.get("period", "")] or list(offered)[:1]
    same = [one for one in offered if of_period and one.period == of_period[0].period]
    found = next((one for one in same if str(one.edition) == data.get("edition", "")), same[0] if same else None)
    form = ComparisonFilter(data, offered=offered, chosen=found, world=world)
    figure = _figure(form, found, data.get("figure", ""), viewer.today) if figures else SCORE
    if not figures:
        form.without_figure()
    form.is_valid()
    kept = form.cleaned_data
    asked = PeerQuery(found, world == "demo", kept.get("type", ""), kept.get("phase", "")) if found else None
    return ChosenComparison(form, asked, figure)


def _figure(form: ComparisonFilter, found: ComparableTables | None, key: str, today: dt.date) -> ComparedFigure:
    if found is None:
        form.offer_figures([("得分", [SCORE])])
        return SCORE
    edition = Edition.objects.get(pk=found.edition)
    headed = [*selectors.figures_of(edition, found.stage), *figures_in(found.period), *plot_figures(today)]
    form.offer_figures(headed)
    return next((one for _, some in headed for one in some if one.key == key), SCORE)


def _compared(viewer: Viewer, asked: PeerQuery, figure: ComparedFigure) -> DistrictComparison:
    reads = {"": selectors.compared, PLOTS: compared_plots}
    return reads.get(figure.held, compared_in_year)(selectors.sight_of(viewer), asked, figure)


def _frame(request: HttpRequest, viewer: Viewer, chosen: ChosenComparison, *, export: str) -> dict[str, Any]:
    request.nav = "portal:comparison"  # type: ignore[attr-defined]  # read by the menu
    return {
        "form": chosen.form,
        "asked": chosen.asked,
        "figure": chosen.figure,
        "export": reverse(export),
        "query": request.GET.urlencode(),
        "everybody": reads_everybody(viewer.held),
    }


class GroupOnPage(NamedTuple):
    """A group with its lines that stand on the page, numbered from ``first`` in the group."""

    group: Any
    lines: Sequence[Any]
    first: int


def _paged(request: HttpRequest, groups: Sequence[PeerGroup | DimensionGroup]) -> dict[str, Any]:
    """The lines of the page asked for, by group."""
    numbers = [len(group.lines) for group in groups]
    page = Paginator(range(sum(numbers)), PAGE_ROWS).get_page(request.GET.get("page"))
    begins, ends = page.start_index() - 1, page.end_index()
    shown = []
    for group, before in zip(groups, accumulate(numbers, initial=0), strict=False):
        first = max(begins - before, 0)
        shown.append(GroupOnPage(group, group.lines[first : max(ends - before, 0)], first + 1))
    return {"page": page, "shown": shown, "total": sum(numbers)}


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """One figure of the districts, with its distribution by type."""
    viewer = _reader(request)
    chosen = _chosen(request, viewer)
    found = _compared(viewer, chosen.asked, chosen.figure) if chosen.asked else None
    groups = found.groups if found else []
    context = {
        **_frame(request, viewer, chosen, export="portal:comparison_export"),
        **_paged(request, groups),
        "found": found,
        "chart": _chart(found) if found else "",
    }
    return render(request, "portal/comparison/comparison.html", context)


def _chart(found: DistrictComparison) -> str:
    figure = found.figure
    spreads = [(group.label, group.spread) for group in found.groups if group.spread]
    tops = [spread.most if spread.most is not None else spread.upper for _, spread in spreads]
    full = figure.full or ceiling(tops)
    rows = [_box(label, spread) for label, spread in spreads]
    return boxes(rows, unit=figure.unit, title=figure.label, full=full, places=figure.places) if rows else ""


def _box(label: str, spread: PeerSpread) -> Box:
    return Box(label, spread.least, spread.lower, spread.median, spread.upper, spread.most)


@require_safe
def comparison_export(request: HttpRequest) -> HttpResponse:
    """The comparison as a workbook; the export is audited."""
    viewer = _reader(request)
    chosen = _chosen(request, viewer)
    if chosen.asked is None:
        raise Http404
    found = _compared(viewer, chosen.asked, chosen.figure)
    return list_workbook(request, comparison_book(found, chosen.asked), name=NAME, action=EXPORT, rows=len(found.lines))


def _groups(viewer: Viewer, asked: PeerQuery) -> list[DimensionGroup]:
    rules = rules_for(Edition.objects.get(pk=asked.found.edition))
    return selectors.by_dimension(selectors.sight_of(viewer), asked, rules)


@require_safe
def dimensions(request: HttpRequest) -> HttpResponse:
    """Scores of the dimensions, a row per district, with the distribution of each."""
    viewer = _reader(request)
    chosen = _chosen(request, viewer, figures=False)
    groups = _groups(viewer, chosen.asked) if chosen.asked else []
    context = {
        **_frame(request, viewer, chosen, export="portal:comparison_dimensions_export"),
        **(paged := _paged(request, groups)),
        "groups": [
            (one, _dimension_chart(one.group), list(zip(one.group.dimensions, one.group.spreads, strict=True))) for one in paged["shown"]
        ],
    }
    return render(request, "portal/comparison/dimensions.html", context)


def _dimension_chart(group: DimensionGroup) -> str:
    rows = [_box(title, spread) for title, spread in zip(group.dimensions, group.spreads, strict=True) if spread]
    return boxes(rows, unit="分", title=f"{group.label}各方面得分") if rows else ""


@require_safe
def dimensions_export(request: HttpRequest) -> HttpResponse:
    """The dimensions as a workbook; the export is audited."""
    viewer = _reader(request)
    chosen = _chosen(request, viewer, figures=False)
    if chosen.asked is None:
        raise Http404
    groups = _groups(viewer, chosen.asked)
    rows = sum(len(group.lines) for group in groups)
    return list_workbook(request, dimension_book(groups, chosen.asked), name=NAME, action=EXPORT, rows=rows)
