"""绿色生态指标汇总: page and workbook."""

from collections.abc import Iterator
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.common.enums import World
from districts.file.selectors.visibility import files_visible_to
from districts.land.green_indicators import Indicator, indicators
from districts.overview.forms import PortfolioFilter
from districts.overview.selectors.indicator_portfolio import COLUMNS, PortfolioLine, of_one_world, percent_of, portfolio_lines, together
from districts.plot_map.selectors import plot_map_of
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.paging import list_context
from greendistrict.core.rounding import half_up
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import Cell, list_book, mark_of

MEASURES = ("（个）", "占比（%）", "用地（m²）", "用地占比（%）", "建筑面积（m²）")
LATE = ("落后计划（个）", "取得逾期（个）", "开工逾期（个）", "竣工逾期（个）")
HEADS = (
    ("城区", 30),
    ("指标", 28),
    *((f"{label}{what}", 11) for label in ("地块", *(one for one, _ in COLUMNS.values())) for what in MEASURES),
    *((label, 10) for label in ("未填建筑面积（个）", *LATE, "数据")),
)


def _found(request: HttpRequest) -> tuple[PortfolioFilter, list[PortfolioLine], Indicator]:
    """The filter, the districts that match it, and the indicator for which they are listed."""
    viewer = viewer_of(request)
    found = PortfolioFilter(request.GET, queryset=files_visible_to(viewer), request=request)
    asked = found.form.cleaned_data if found.form.is_valid() else {}
    lines = of_one_world(portfolio_lines(found.qs, viewer.today))
    world = "demo" if lines and lines[0].is_demo else "real"
    found.form.fields["kind"].choices = sorted(World.choices, key=lambda one: one[0] != (asked.get("kind") or world))
    known = indicators()
    return found, lines, known.get(asked.get("indicator") or "", next(iter(known.values())))


@require_safe
def indicator_portfolio(request: HttpRequest) -> HttpResponse:
    """Show the nine indicators over all matching districts, then each district for the chosen indicator."""
    request.nav = "districts:plot_overview"  # type: ignore[attr-defined]  # read by the menu
    found, lines, chosen = _found(request)
    context = list_context(request, lines, found.form, export="districts:indicator_portfolio_export")
    whole, only = together(lines), lines[0] if len(lines) == 1 else None
    context |= {
        "lines": [(line, line.shares(chosen.key)) for line in context["page"].object_list],
        "columns": [label for label, _ in COLUMNS.values()],
        "chosen": chosen,
        "only": only,
        **({"district": (district := found.qs.get(code=only.code)), "map": plot_map_of(district)} if only else {}),
        "whole": whole,
        "indicators": [(known, whole.shares(key)) for key, known in indicators().items()],
        "any_demo": whole.is_demo,
    }
    return render(request, "districts/overview/indicator_portfolio.html", context)


@require_safe
def indicator_portfolio_export(request: HttpRequest) -> HttpResponse:
    """Download each district and the total, a row for its plots and one per indicator; the download is audited."""
    _, lines, _ = _found(request)
    rows = [row for line in (together(lines), *lines) for row in _rows(line)] if lines else []
    content = list_book(
        "绿色生态指标汇总", f"绿色生态指标汇总（{len(lines)}个城区）", HEADS, rows, demo=any(line.is_demo for line in lines)
    )
    return list_workbook(request, content, name="绿色生态指标汇总", action="districts.export_portfolio", rows=len(lines))


def _rows(line: PortfolioLine) -> Iterator[list[Cell]]:
    """Rows of a line: plots with those that are late, then the indicators."""
    whole, rest, mark = line.whole, [None] * (5 * len(COLUMNS)), mark_of(is_demo=line.is_demo)
    counted: list[Cell] = [
        whole.plots,
        Decimal(100) if whole.plots else None,
        half_up(line.m2, 0),
        Decimal(100) if whole.plots else None,
        half_up(whole.floor, 0),
    ]
    late = line.late
    yield [line.name, "可建设地块", *counted, *rest, whole.bare, late.behind, late.acquisition, late.start, late.finish, mark]
    for key, known in indicators().items():
        cells: list[Cell] = []
        for one in line.shares(key):
            cells += [one.plots, one.percent, half_up(one.m2, 0), percent_of(one.m2_share), half_up(one.floor, 0)]
        yield [line.name, known.label, *counted, *cells, whole.bare, None, None, None, None, mark]
