"""Helpers shared by the assessment lists: filters of the query string, export as a workbook."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.common import owed_papers
from assessments.common.calendar import self_check_windows
from assessments.common.enums import StageConclusion
from assessments.common.forms import NOT_BEGUN, state_filter, words_of_district, years_of
from assessments.common.selectors import Entry, chosen_unopened, lines_of, merged
from assessments.common.views import EXPORT_ROWS, list_export, list_page
from assessments.inspections import rules
from assessments.inspections import selectors as inspections
from assessments.inspections.columns import INSPECTION_LIST, VISIT
from assessments.inspections.models import Inspection
from assessments.post_evaluations.columns import POST_LIST
from assessments.post_evaluations.views import posts_asked
from assessments.self_checks.columns import CHECK_LIST
from assessments.self_checks.forms import SelfCheckFilter
from assessments.self_checks.selectors.self_checks import (
    OBLIGATION,
    ListedCheck,
    late_condition,
    listed,
    listed_unopened,
    self_checks_visible_to,
)
from assessments.stage_assessments.columns import STAGE_LIST
from assessments.stage_assessments.lifecycle import STAGE_ASSESSMENT
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors import stage_list as stage_list_of
from assessments.stage_assessments.selectors.stages import stages_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter
from greendistrict.core.paging import list_context

RECORDED = ("recorded", "历史补录")


class StageFilter(ListFilter):
    """Filter of the list of stage assessments."""

    q = words_of_district()
    status = state_filter(STAGE_ASSESSMENT, NOT_BEGUN, RECORDED)
    conclusion = ChosenFilter(STAGE_LIST.columns["conclusion"].label, StageConclusion.choices, lambda one: Q(conclusion=one))


class InspectionFilter(ListFilter):
    """Filter of the list of inspections."""

    q = words_of_district()
    mode = ColumnFilter(VISIT["mode"])
    status = ColumnFilter(VISIT["status"])
    open = ChosenFilter("未销号的问题", [("yes", "有"), ("no", "没有")], lambda one: Q(left__gt=0) if one == "yes" else Q(left=0))


def _checks(request: HttpRequest) -> tuple[BaseForm, list[Entry], Callable[[Sequence[Entry]], list[ListedCheck]]]:
    """The filter, the self-checks that match it merged with owed ones that nobody has opened, and what makes list lines of these."""
    viewer = viewer_of(request)
    today = viewer.today
    visible = self_checks_visible_to(viewer)
    unopened = owed_papers.unopened(viewer, OBLIGATION)
    windows = self_check_windows({*years_of(visible), *(row.year for row in unopened)})
    asked = SelfCheckFilter(request.GET, visible, years=sorted(windows, reverse=True))
    found, chosen = asked.qs, asked.form.cleaned_data
    if chosen.get("late"):
        late = late_condition(windows, today)
        found = found.filter(late if chosen["late"] == "late" else ~late)
    if chosen.get("filed_by"):
        unopened = []
    if world := chosen.get("world"):
        unopened = [row for row in unopened if row.is_demo == (world == "demo")]

    def lines(entries: Sequence[Entry]) -> list[ListedCheck]:
        return lines_of(entries, found, lambda rows: listed(rows, windows, today), lambda row: listed_unopened(row, today))

    return asked.form, merged(found, chosen_unopened(unopened, chosen, today)), lines


@require_safe
def selfcheck_list(request: HttpRequest) -> HttpResponse:
    """Show visible self-checks and owed ones that nobody has opened, newest year first, filtered by the query string."""
    form, entries, lines = _checks(request)
    context = list_context(request, entries, form, export="assessments:selfcheck_export")
    shown = lines(context["page"].object_list)
    context["shown"] = list_page(viewer_of(request), CHECK_LIST, context["page"], "", shown)
    return render(request, "assessments/worklist/selfcheck_list.html", context)


@require_safe
def selfcheck_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook; the download is audited."""
    _, entries, lines = _checks(request)
    exported = lines(entries[:EXPORT_ROWS])
    return list_export(request, CHECK_LIST, exported, "件", action="self_check.export")


def _stages(request: HttpRequest) -> tuple[BaseForm, QuerySet[StageAssessment], list[Any]]:
    """The filter, the assessments that match it, and these merged with recorded and coming ones."""
    viewer = viewer_of(request)
    asked = StageFilter(request.GET, stages_visible_to(viewer))
    found = asked.qs
    apart = stage_list_of.chosen_apart(stage_list_of.apart_visible_to(viewer), asked.form.cleaned_data)
    return asked.form, found, stage_list_of.merged(found, apart)


@require_safe
def stage_list(request: HttpRequest) -> HttpResponse:
    """Show visible stage assessments, newest cycle first: in the portal, recorded from paper, and to come."""
    form, found, entries = _stages(request)
    context = list_context(request, entries, form, export="assessments:stage_export")
    viewer = viewer_of(request)
    lines = stage_list_of.lines_of(context["page"].object_list, found, viewer.today)
    context["shown"] = list_page(viewer, STAGE_LIST, context["page"], "", lines)
    return render(request, "assessments/worklist/stage_list.html", context)


@require_safe
def stage_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    _, found, entries = _stages(request)
    lines = stage_list_of.lines_of(entries[:EXPORT_ROWS], found, viewer_of(request).today)
    return list_export(request, STAGE_LIST, lines, "件", action="stage.export")


@require_safe
def post_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    return list_export(request, POST_LIST, posts_asked(request)[1][:EXPORT_ROWS], "件", action="post_evaluation.export")


def _inspections(request: HttpRequest) -> tuple[BaseForm, QuerySet[Inspection]]:
    asked = InspectionFilter(request.GET, inspections.inspection_list(viewer_of(request)))
    return asked.form, asked.qs


@require_safe
def inspection_list(request: HttpRequest) -> HttpResponse:
    """Show visible inspections with the number of open findings."""
    form, found = _inspections(request)
    context = list_context(request, found, form, export="assessments:inspection_export")
    context["shown"] = list_page(viewer_of(request), INSPECTION_LIST, context["page"], "assessments:inspection")
    context["may_register"] = rules.inspects(viewer_of(request).held)
    return render(request, "assessments/worklist/inspection_list.html", context)


@require_safe
def inspection_export(request: HttpRequest) -> HttpResponse:
    """Download the filtered list as a workbook."""
    return list_export(request, INSPECTION_LIST, _inspections(request)[1][:EXPORT_ROWS], "次", action="inspection.export")
