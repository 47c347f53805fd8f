"""The plot list with its filters, and the board with its figures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.facts.baseline_ratios import plot_rates
from districts.file.models.district import District
from districts.file.selectors.baseline import is_fixed
from districts.file.views.common import back_address, district_to_read, section_address, section_context
from districts.lists.views.rows import LISTS, empty_fields
from districts.overview.selectors.omissions import open_omissions
from districts.plausibility.selectors import answered
from districts.plots.columns import PLOT_LIST
from districts.plots.forms.plots import PlotFilter
from districts.plots.selectors import board
from districts.plots.views.access import plots_to_list
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.paging import list_context

LIST, BOARD = "districts/overview/plot_list.html", "districts/overview/plot_board.html"


@require_safe
def plot_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show plots under the filter, 50 per page, with totals of the whole list; editors add a plot below.

    A bureau sees the buildable ones even while the file is closed to it.
    """
    district, editable, reads_file = plots_to_list(request, code)
    today, filters = viewer_of(request).today, PlotFilter(request, district)
    found, form = filters.qs, filters.form
    if not reads_file:
        found = found.filter(buildable=True)
    totals = board.totals_of(district, found if any(form.cleaned_data.values()) else None, kept=reads_file)
    count = totals["shown"]
    listed = list_context(request, found, form, count=count)
    page, back = listed["page"], back_address(request)
    found = PLOT_LIST.ordered(found, request.GET.get("order", ""))
    rows = board.list_rows(found[page.start_index() - 1 : page.end_index()], today) if count else []
    shown = PLOT_LIST.html(
        rows,
        today,
        RowAddress("districts:plot_control", district.code),
        first=page.start_index(),
        edit=RowAddress("districts:plot_edit", district.code, back=back) if editable else None,
        query=request.GET,
        sums=board.sums_of(totals),
    )
    context = {
        **section_context(request, district, "plot_list"),
        "listed": LISTS["plots"],
        "editable": editable,
        "reads_file": reads_file,
        **listed,
        "rows": rows,
        "shown": shown,
        "totals": totals,
        "answered": answered(district.plots.all() if reads_file else district.plots.filter(buildable=True)),
        "has_rows": bool(totals["plots"]),
        "fixed": editable and is_fixed(district),
        "add_fields": empty_fields("plots") if editable else "",
        "create_href": section_address("plot_create", district, back),
    }
    return render(request, LIST, context)


@require_safe
def plot_board(request: HttpRequest, code: str) -> HttpResponse:
    """Show plots by step, lateness and shortfall; and ratios by number and by area over the baseline."""
    district, editable = district_to_read(request, code)
    viewer, steps = viewer_of(request), board.by_step(district)
    today = viewer.today
    context = {
        **section_context(request, district, "plot_list"),
        "editable": editable,
        "rates": rates(viewer, district),
        "steps": tuple(steps.lines),
        "all_steps": (sum(line.plots for line in steps.lines), sum(line.area for line in steps.lines)),
        "late": tuple(board.by_lateness(district, today)),
        "short": tuple(board.by_shortfall(district)),
        "failing": tuple(board.shortfall_plots(district)),
        "unchecked": steps.unchecked,
        "omissions": open_omissions(district, today),
    }
    return render(request, BOARD, context)


RATES = (("plots_acquired_ratio", "完成出让或划拨的地块", "八（一）"), ("plots_built_ratio", "完成建设且符合的地块", "八（三）"))


def rates(viewer: Viewer, district: District) -> list[dict[str, Any]]:
    """The two plot ratios of the policy, as used by its gates."""
    facts = plot_rates(district, viewer.today)
    found = []
    for name, label, cite in RATES:
        fact = facts[name]
        found.append({"label": label, "cite": cite, "fact": fact, "share": None if fact.number is None else float(fact.number)})
    return found
