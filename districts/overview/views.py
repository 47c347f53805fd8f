"""Pages of plot list, board and overview, progress of authorities, undo of imports."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.common.enums import ImportKind, World
from districts.facts.baseline_ratios import plot_rates
from districts.file.forms import DistrictFilter
from districts.file.models.district import District, ListImport
from districts.file.rules import may_watch
from districts.file.selectors.lists import is_fixed
from districts.file.selectors.visibility import files_visible_to
from districts.file.views.common import back_address, district_to_edit, district_to_read, section_address, section_context
from districts.indicator_systems.services.indicators import undo_cells
from districts.land.green_indicators import Indicator, indicators
from districts.lists.services import undo_import
from districts.lists.views.rows import LISTS, empty_fields
from districts.lists.views.workbooks import FILES
from districts.overview.forms import OmissionFilter, PortfolioFilter
from districts.overview.selectors.authority_progress import progress_rows, watched
from districts.overview.selectors.indicator_portfolio import COLUMNS, PortfolioLine, of_one_world, percent_of, portfolio_lines, together
from districts.overview.selectors.omissions import (
    PLOT,
    SHOWN_DISTRICTS,
    OmissionRow,
    by_body,
    by_district,
    by_duty,
    narrowed,
    omission_rows,
    open_omissions,
)
from districts.plausibility.selectors import answered
from districts.plot_map.selectors import plot_map_of
from districts.plots.columns import PLOT_LIST
from districts.plots.forms import PlotFilter
from districts.plots.selectors import board
from districts.plots.views.access import plots_to_list
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable, RowAddress
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.answers import deletion_question
from greendistrict.core.paging import list_context
from greendistrict.core.rounding import half_up
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.downloads import list_workbook
from greendistrict.documents.list_workbook import Cell, list_book, mark_of
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.facts import FactValue
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.selectors import not_asked
from greendistrict.policy.types import Target

# Page of the authorities' progress, for city and secretariat.


@require_safe
def plan_watch(request: HttpRequest) -> HttpResponse:
    """Show the real authorities, or the demo ones with ``?kind=demo``."""
    viewer = viewer_of(request)
    today = viewer.today
    if not may_watch(viewer.held):
        raise Http404
    demo = request.GET.get("kind") == "demo"
    context = {"watched": watched(today, demo=demo), "demo": demo, "targets": _targets(today), "today": today}
    return render(request, "districts/overview/plan_watch.html", context)


def _targets(today: dt.date) -> tuple[Target, ...]:
    try:
        return policy_in_force(today).targets
    except NoPolicyInForce:
        return ()


# Undo an import from a workbook: plots, key projects, works, or an indicator system.


@require_POST
def import_undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Undo an import; if something depends on it, the refusal page names it."""
    district = district_to_edit(request, code)
    done = get_object_or_404(ListImport.objects.select_related("system"), pk=pk, district=district)
    if done.system is None:
        address = FILES[ImportKind(done.kind)].address("import", district)
    else:
        address = reverse("districts:indicator_import", kwargs={"code": district.code, "number": done.system.number})
    if asking := deletion_question(request, f"导入“{done}”", back=address, label="撤销", loss="导入的内容恢复到导入前。"):
        return asking
    if done.system is None:
        undo_import(done=done, by=signed_in(request))
    else:
        undo_cells(done=done, by=signed_in(request))
    messages.success(request, f"导入“{done}”已撤销")
    return HttpResponseRedirect(address)


# 绿色生态指标汇总: page and workbook.

MEASURES = ("（个）", "占比（%）", "用地（m²）", "用地占比（%）", "建筑面积（m²）")
LATE = ("落后计划（个）", "取得逾期（个）", "开工逾期（个）", "竣工逾期（个）", "没有计划日期，不作判断（个）")
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
    yield [line.name, "可建设地块", *counted, *rest, whole.bare, late.behind, late.acquisition, late.start, late.finish, late.undated, mark]
    for key, known in indicators().items():
        cells: list[Cell] = []
        for one in line.shares(key):
            cells += [one.plots, one.percent, half_up(one.m2, 0), percent_of(one.m2_share), half_up(one.floor, 0)]
        yield [line.name, known.label, *counted, *cells, whole.bare, *[None] * len(LATE), mark]


# 管控应办未办: page and workbook.

WORDS = {PLOT: "地块"}
OMITTED = Columns(
    OmissionRow,
    subject=TextColumn(label="地块或设施", width=24),
    kind=ComputedColumn("对象", lambda row, _today: WORDS.get(row.kind, "市政设施"), ("kind",), width=10),
    district=TextColumn(label="城区", width=34),
    duty=ComputedColumn("应办未办", lambda row, _today: TonedWord(row.omission.duty.label, "amber"), ("omission",), width=16),
    cite=TextColumn(label="依据"),
    body=ComputedColumn("应办单位", lambda row, _today: str(row.omission.body.label), ("omission",), width=26),
    since=DayColumn(source="omission__since", label="起算日"),
    words=TextColumn(source="omission__words", label="登记情况", width=50),
    told=ComputedColumn("补录说明", lambda row, _today: "已有补录说明" if row.is_told else "", ("is_told",), css=""),
)
OMISSION_LIST = ListTable(
    OMITTED, "subject", "district", "duty+cite", "body", "since", "words+told", caption="应办未办的地块和市政设施", key="href",
    demo="is_demo", exported=("district", "kind", "subject", "duty", "body", "since", "words", "cite", "told"),
)  # fmt: skip
CONDITIONS = ("duty", "body", "what", "told")


def _found_of_omissions(request: HttpRequest) -> tuple[OmissionFilter, list[OmissionRow]]:
    """The filter and the rows that match it."""
    viewer = viewer_of(request)
    found = OmissionFilter(request.GET, queryset=files_visible_to(viewer), request=request)
    asked = found.form.cleaned_data if found.form.is_valid() else {}
    duty, body, kind, told = (asked.get(name) or "" for name in CONDITIONS)
    rows = omission_rows(found.qs.order_by().values("pk"), viewer.today)
    return found, narrowed(rows, duty=duty, body=body, kind=kind, told=told)


@require_safe
def omission_list(request: HttpRequest) -> HttpResponse:
    """Show skipped steps of 七（二） in districts whose file the user reads; counts link to their rows."""
    request.nav = "districts:plot_overview"  # type: ignore[attr-defined]  # read by the menu
    found, rows = _found_of_omissions(request)
    context = list_context(request, rows, found.form, export="districts:omission_export")
    districts = by_district(rows)
    context |= {
        "shown": OMISSION_LIST.html(
            OMISSION_LIST.rows_of(context["page"].object_list), viewer_of(request).today, RowAddress(), first=context["page"].start_index()
        ),
        "duties": by_duty(rows),
        "bodies": [body for body in by_body(rows) if body.number],
        "districts": districts[:SHOWN_DISTRICTS],
        "more_districts": max(len(districts) - SHOWN_DISTRICTS, 0),
        "only": districts[0] if request.GET.get("code") and districts else None,
        "any_demo": any(row.is_demo for row in rows),
    }
    return render(request, "districts/overview/omission_list.html", context)


@require_safe
def omission_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered rows as a workbook; the download is audited."""
    rows = OMISSION_LIST.rows_of(_found_of_omissions(request)[1])
    content = OMISSION_LIST.book(rows, viewer_of(request).today, "管控应办未办", f"管控应办未办（{len(rows)}项）")
    return list_workbook(request, content, name="管控应办未办", action="districts.export_omissions", rows=len(rows))


# Overview of plots over all visible districts.

COUNTED = partial(WholeColumn, most=2**31 - 1)
PROGRESS = Columns(
    District,
    name=TextColumn(label="城区", width=34),
    plot_count=COUNTED("个", label="可建设地块", link=("districts:plot_list", "code")),
    plots_acquired=COUNTED("个", label="已取得"),
    plots_built=COUNTED("个", label="建成且符合"),
    project_count=COUNTED("个", label="重点项目", link=("districts:key_project_list", "code")),
    projects_in_use=COUNTED("个", label="已投用"),
    work_count=COUNTED("项", label="主要市政设施", link=("districts:work_list", "code")),
    works_built=COUNTED("项", label="已建成"),
)
PROGRESS_LIST = ListTable(PROGRESS, *PROGRESS, caption="各城区的地块、重点项目和市政设施", key="code", demo="is_demo")


@require_safe
def plot_overview(request: HttpRequest) -> HttpResponse:
    """Show numbers of plots, key projects and works in the districts whose file the user reads, and how many are completed."""
    filters = _filter(request)
    asked = any(filters.form.cleaned_data.values()) if filters.form.is_valid() else False
    context = list_context(request, filters.qs, filters.form, export="districts:plot_overview_export")
    page = context["page"]
    address, today = RowAddress("districts:district_detail"), viewer_of(request).today
    shown = PROGRESS_LIST.html(PROGRESS_LIST.read(page.object_list), today, address, first=page.start_index())
    return render(request, "districts/file/plot_overview.html", context | {"asked": asked, "shown": shown})


@require_safe
def plot_overview_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    rows = PROGRESS_LIST.read(_filter(request).qs)
    content = PROGRESS_LIST.book(rows, viewer_of(request).today, "地块与项目", f"地块与项目（{len(rows)}个城区）")
    return list_workbook(request, content, name="地块与项目", action="districts.export_overview", rows=len(rows))


def _filter(request: HttpRequest) -> DistrictFilter:
    return DistrictFilter(request.GET, queryset=progress_rows(viewer_of(request)), request=request)


# The plot list with its filters, and the board with its figures.

LIST, BOARD = "districts/overview/plot_list.html", "districts/overview/plot_board.html"


@require_safe
def plot_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show plots under the filter, 50 per page, with the totals of all of them; editors add a plot below.

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
        kind = not_asked(name, district.type)
        fact = FactValue(note=kind) if kind else facts[name]
        share = None if fact.number is None else float(fact.number)
        found.append({"label": label, "cite": cite, "fact": fact, "share": share, "absent": "不适用" if kind else "无基线"})
    return found
