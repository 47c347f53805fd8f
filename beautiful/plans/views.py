"""Pages of plans: list, one plan by area, a task with its history, forms of coordinator and owners."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beautiful.frame.programme import programme
from beautiful.plans import reporting, rules, services
from beautiful.plans.columns import PLAN_LIST
from beautiful.plans.content import quarter_end
from beautiful.plans.forms import (
    ActionPlanForm,
    AdjustForm,
    CheckReportForm,
    DistrictTaskForm,
    IssueForm,
    NewTaskForm,
    PlanFilter,
    ProgressForm,
    RevocationForm,
    RollForm,
    TaskForm,
    WithdrawReportForm,
)
from beautiful.plans.models import QUARTERS, ActionPlan, PlannedTask, PlanStanding, QuarterlyProgress
from beautiful.plans.progress_chart import progress_line
from beautiful.plans.selectors import plans as selectors
from districts.plausibility.models import FigureAnswer
from districts.plausibility.selectors import answers_by_row, answers_to
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.bullet_chart import Bullet
from greendistrict.core.number_parsing import plain
from greendistrict.core.paging import list_context
from greendistrict.core.pictures import BarPicture
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.models import Evidence

UNPROCESSABLE = 422
FORM = "beautiful/plans/form.html"
REPORT = "beautiful/plans/report.html"
METHODS = ["GET", "HEAD", "POST"]


def _plan(viewer: Viewer, pk: int) -> ActionPlan:
    return get_object_or_404(selectors.plans_visible_to(viewer), pk=pk)


def _task(viewer: Viewer, pk: int) -> PlannedTask:
    return get_object_or_404(selectors.planned_visible_to(viewer), pk=pk)


def _hold(allowed: object) -> None:
    """Raise ``Http404`` if the person may not open the page now."""
    if not allowed:
        raise Http404


def _answer(
    request: HttpRequest, form: forms.Form, keep: Callable[[], object], *, page: dict[str, Any], template: str = FORM
) -> HttpResponse:
    """The form page, or a redirect after saving; ``page`` has heading, submit label, back link and success message."""
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            keep()
            messages.success(request, page["done"])
            return HttpResponseRedirect(page["back"])
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, template, {**page, "form": form, "programme": programme()}, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Visible plans, newest first."""
    viewer = viewer_of(request)
    held = viewer.held
    _hold(rules.may_read_plans(held))
    found = PlanFilter(request.GET, selectors.plan_rows(viewer))
    context = list_context(request, found.qs, found.form)
    context["shown"] = PLAN_LIST.of_page(context["page"], viewer.today, RowAddress("beautiful:plan"), objects=True)
    may_make = rules.coordinates(held)
    return render(request, "beautiful/plans/plan_list.html", {**context, "may_make": may_make, "programme": programme()})


@require_http_methods(METHODS)
def plan_create(request: HttpRequest) -> HttpResponse:
    """Begin the first plan."""
    viewer = viewer_of(request)
    _hold(rules.coordinates(viewer.held))
    form = ActionPlanForm(_posted(request))
    page = {"heading": "建立三年行动计划", "submit": "建立", "back": reverse("beautiful:plan_list"), "done": "计划已建立"}
    return _answer(request, form, lambda: services.make_plan(**form.cleaned_data, by=viewer.user), page=page)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan by area: city tasks with their district tasks."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    lines = selectors.lines_of(found, viewer)
    areas = selectors.by_area(lines)
    held = viewer.held
    coordinates = rules.coordinates(held)
    is_draft = found.standing == PlanStanding.DRAFT
    context = {
        "plan": found,
        "areas": [(area, there) for area, there in areas if there],
        "idle": [area.name for area, there in areas if not there],
        "by_area": BarPicture(
            "各重点领域的任务",
            [Bullet(area.name, selectors.tally(there)["green"], len(there)) for area, there in areas if there],
            *("重点领域", "达到路径", "全部任务", "项", "各项任务最近一次报送"),
            viewer.today,
        ),
        "tally": selectors.tally(lines),
        "problems": selectors.problems_of(lines),
        "rolled": selectors.rolled_words(lines),
        "total": len(lines),
        "whole": sum(1 + len(line.below) for line in lines),
        "may_add": coordinates and is_draft,
        "may_roll": coordinates and not is_draft and found.rolled_into is None,
        "may_revoke": coordinates and is_draft and found.previous_id is not None,
        "revocations": list(found.revocations.select_related("revoked_by")) if rules.reads_all(held) else [],
        "may_release": rules.reads_all(held) and not is_draft,
        "reads_all": rules.reads_all(held),
        "after": found.rolled_into if rules.reads_all(held) or (found.rolled_into and found.rolled_into.issued_on) else None,
        "programme": programme(),
    }
    return render(request, "beautiful/plans/plan.html", context)


def _plan_page(found: ActionPlan, heading: str, submit: str, done: str) -> dict[str, Any]:
    back = reverse("beautiful:plan", args=[found.pk])
    return {"heading": heading, "submit": submit, "back": back, "done": done, "plan": found}


@require_http_methods(METHODS)
def plan_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the issue of the plan."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.standing == PlanStanding.DRAFT)
    form = IssueForm(_posted(request))
    page = _plan_page(found, "登记印发", "登记印发", "已登记印发，责任单位可以报送季度进展")
    return _answer(request, form, lambda: services.issue_plan(plan=found, **form.cleaned_data, by=viewer.user), page=page)


@require_http_methods(METHODS)
def plan_roll(request: HttpRequest, pk: int) -> HttpResponse:
    """Roll the plan over: an outcome for every task."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.issued_on and found.rolled_into is None)
    form = RollForm(_posted(request), rows=found.planned.select_related("task", "owner").order_by("task__number"))
    page = _plan_page(found, f"滚动到{found.first_year + 1}—{found.last_year + 1}年", "滚动", "计划已滚动，下一轮在编制中")
    keep = lambda: services.roll_over(plan=found, decisions=form.decisions(), by=viewer.user)  # noqa: E731 -- one call
    return _answer(request, form, keep, page=page, template="beautiful/plans/plan_roll.html")


@require_http_methods(METHODS)
def plan_roll_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the roll-over that made this draft; the page lists what is deleted with it."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    before = found.previous
    if before is None or not rules.coordinates(viewer.held) or found.standing != PlanStanding.DRAFT:
        raise Http404
    form = RevocationForm(_posted(request))
    page = {
        "heading": "撤销滚动",
        "submit": "撤销滚动",
        "back": reverse("beautiful:plan", args=[before.pk if request.method == "POST" and form.is_valid() else found.pk]),
        "done": "滚动已撤销，上一轮各项任务继续执行",
        "plan": found,
        "before": before,
        "new": list(found.planned.filter(previous=None).select_related("task").order_by("task__number")),
        "carried": found.planned.exclude(previous=None).count(),
    }
    keep = lambda: services.revoke_roll_over(plan=before, reason=form.cleaned_data["reason"], by=viewer.user)  # noqa: E731 -- one call
    return _answer(request, form, keep, page=page, template="beautiful/plans/plan_roll_revoke.html")


@require_http_methods(METHODS)
def task_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a city task to a draft."""
    viewer = viewer_of(request)
    found = _plan(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.standing == PlanStanding.DRAFT)
    form = NewTaskForm(_posted(request), plan=found)
    page = _plan_page(found, "新增市级任务", "保存", "任务已加入计划")
    return _answer(request, form, lambda: services.add_task(plan=found, values=form.values(), by=viewer.user), page=page)


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """A task: target, quarters, district tasks, adjustments, and its content in earlier plans."""
    viewer = viewer_of(request)
    found = _task(viewer, pk)
    amber = selectors.amber_from()
    below = selectors.all_below(found)
    seen = set(selectors.planned_visible_to(viewer).filter(task__city_task=found.task_id).order_by().values_list("pk", flat=True))
    history = selectors.history_of(found, viewer)
    found = next(one for one in history if one.pk == found.pk)  # with its reports and adjustments
    reports = [row for one in history for row in one.progress.all()]
    files, answers = selectors.files_by_report(reports), answers_by_row(reports)
    quarters = selectors.quarter_values(found, below, amber)
    elsewhere = selectors.with_values([one for one in history if one.pk != found.pk])
    newest = {one.pk: values[-1] for one, values in [(found, quarters), *elsewhere] if values}
    held = viewer.held
    coordinates, standing = rules.coordinates(held), found.plan.standing
    goes_on = not found.outcome
    context = {
        "planned": found,
        "partners": list(found.partners.all()),
        "quarters": quarters,
        "progress": progress_line(found, quarters, viewer.today),
        "below": [(one, selectors.quarter_values(one, (), amber)) for one in below if one.pk in seen],
        "hidden": len([one for one in below if one.pk not in seen]),
        "history": [
            (one, [_told(viewer, row, files[row.pk], answers[row.pk]) for row in one.progress.all()], newest.get(one.pk)) for one in history
        ],
        "may_edit": coordinates and standing == PlanStanding.DRAFT,
        "may_split": coordinates and standing == PlanStanding.DRAFT and found.task.city_task_id is None,
        "may_adjust": coordinates and standing == PlanStanding.IN_FORCE and goes_on,
        "may_report": rules.may_report(held, found) and bool(_periods(viewer, found)),
        "tells_use": rules.reads_every_evaluation(held) or found.owner_id in rules.bodies_of(held),
        "opens_use": rules.reads_every_evaluation(held),
        "programme": programme(),
    }
    return render(request, "beautiful/plans/task.html", context)


def _told(viewer: Viewer, row: QuarterlyProgress, files: list[Evidence], answers: list[FigureAnswer]) -> dict[str, Any]:
    """A report with its files, the explanations of its figure and what the person may do with it."""
    held = viewer.held
    corrects = rules.may_report(held, row.planned)
    return {
        "row": row,
        "files": files,
        "answers": answers,
        "correction": selectors.report_page(row.planned_id, row.key) if corrects else "",
        "may_confirm": rules.may_confirm(held, row),
        "may_withdraw": rules.may_withdraw(held, row),
    }


def _periods(viewer: Viewer, found: PlannedTask) -> list[tuple[int, int]]:
    """Past quarters of the plan, newest first."""
    today = viewer.today
    ended = [(year, quarter) for year in found.plan.years for quarter in QUARTERS if quarter_end(year, quarter) <= today]
    return ended[::-1]


def _reported(reports: Mapping[tuple[int, int], QuarterlyProgress], asked: str) -> dict[str, Any]:
    """Initial values of the report form for a quarter as in its URL."""
    report = next((one for quarter, one in reports.items() if selectors.period_of(quarter) == asked), None)
    if report is None:
        return {"period": asked}
    value = None if report.value is None else plain(report.value)
    return {"period": asked, "value": value, "text": report.text, "problems": report.problems}


def _task_page(found: PlannedTask, heading: str, submit: str, done: str) -> dict[str, Any]:
    back = reverse("beautiful:task", args=[found.pk])
    return {"heading": heading, "submit": submit, "back": back, "done": done, "plan": found.plan, "planned": found}


def _version_read(form: forms.Form) -> int | None:
    """Version of the task when the page was rendered (hidden field); saving is refused as stale if it changed since."""
    found: int | None = form.cleaned_data["version"]
    return found


@require_http_methods(METHODS)
def task_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a task of a draft."""
    viewer = viewer_of(request)
    found = _task(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.plan.standing == PlanStanding.DRAFT)
    form = TaskForm(_posted(request), plan=found.plan, planned=found)
    keep = lambda: services.save_task(planned=found, values=form.values(), version=_version_read(form), by=viewer.user)  # noqa: E731 -- one call
    return _answer(request, form, keep, page=_task_page(found, "修改任务", "保存", "任务已保存"))


@require_http_methods(METHODS)
def task_split(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a district task below a city task."""
    viewer = viewer_of(request)
    found = _task(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.plan.standing == PlanStanding.DRAFT and found.task.city_task_id is None)
    form = DistrictTaskForm(_posted(request), plan=found.plan)
    keep = lambda: services.add_task(plan=found.plan, values=form.values(), city_task=found, by=viewer.user)  # noqa: E731 -- one call
    return _answer(request, form, keep, page=_task_page(found, "分解区任务", "保存", "区任务已加入计划"))


@require_http_methods(METHODS)
def task_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a quarter, or correct its report, which the form then starts with. Without a quarter in the URL: the newest unreported one."""
    viewer = viewer_of(request)
    found = _task(viewer, pk)
    periods = _periods(viewer, found)
    _hold(rules.may_report(viewer.held, found) and periods)
    files = request.FILES if request.method == "POST" else None
    units, reports = selectors.units_of_own_values(found, periods), {one.key: one for one in found.progress.all()}
    asked = request.GET.get("period") or next((selectors.period_of(period) for period in periods if period not in reports), "")
    form = ProgressForm(_posted(request), files, periods=periods, units=units, reported=reports, initial=_reported(reports, asked))

    def keep() -> None:
        year, quarter = form.quarter
        values, uploads = form.values(), form.cleaned_data.get("upload", ())
        told = {"values": values, "said": form.said(), "uploads": uploads}
        reporting.report_progress(planned=found, year=year, quarter=quarter, by=viewer.user, **told)

    return _answer(request, form, keep, page=_task_page(found, "报送季度进展", "报送", "季度进展已报送，核对以前可以撤回"))


def _report(viewer: Viewer, pk: int) -> QuarterlyProgress:
    return get_object_or_404(
        selectors.progress_visible_to(viewer).select_related("planned__plan", "planned__task", "planned__owner"), pk=pk
    )


def _report_page(viewer: Viewer, found: QuarterlyProgress, heading: str, submit: str, done: str) -> dict[str, Any]:
    """The statement with what it replaces, the explanations of its figure and its files, for whoever decides on it."""
    planned = found.planned
    values = [one for one in selectors.quarter_values(planned, (), selectors.amber_from()) if one.quarter <= found.key]
    return {
        **_task_page(planned, heading, submit, done),
        "report": found,
        "quarters": values[-2:],
        "answers": answers_to(found),
        "corrections": list(found.corrections.select_related("corrected_by", "reported_by")),
        "files": selectors.files_by_report([found])[found.pk],
        "may_confirm": rules.may_confirm(viewer.held, found),
    }


@require_http_methods(METHODS)
def progress_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a report that somebody else made."""
    viewer = viewer_of(request)
    found = _report(viewer, pk)
    _hold(rules.may_confirm(viewer.held, found))
    form = CheckReportForm(_posted(request), initial={"version": found.version})
    page = _report_page(viewer, found, f"核对{found.year}年第{found.quarter}季度进展", "核对无误", "季度进展已核对")
    keep = lambda: reporting.confirm_progress(progress=found, version=_version_read(form), by=viewer.user)  # noqa: E731 -- one call
    return _answer(request, form, keep, page=page, template=REPORT)


@require_http_methods(METHODS)
def progress_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report back, or return it, before it is checked."""
    viewer = viewer_of(request)
    found = _report(viewer, pk)
    held = viewer.held
    _hold(rules.may_withdraw(held, found))
    form = WithdrawReportForm(_posted(request), initial={"version": found.version})
    word = "撤回" if rules.may_report(held, found.planned) else "退回"
    page = _report_page(viewer, found, f"{word}{found.year}年第{found.quarter}季度进展", word, f"季度进展已{word}")

    def keep() -> None:
        reporting.withdraw_progress(progress=found, version=_version_read(form), reason=form.cleaned_data["reason"], by=viewer.user)

    return _answer(request, form, keep, page={**page, "may_confirm": False}, template=REPORT)


@require_http_methods(METHODS)
def task_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a task of a plan in force by a decision."""
    viewer = viewer_of(request)
    found = _task(viewer, pk)
    _hold(rules.coordinates(viewer.held) and found.plan.standing == PlanStanding.IN_FORCE and not found.outcome)
    form = AdjustForm(_posted(request), plan=found.plan, planned=found)

    def keep() -> None:
        said = {name: form.cleaned_data[name] for name in ("on", "basis", "reason")}
        services.adjust_task(planned=found, values=form.values(), **said, version=_version_read(form), by=viewer.user)

    return _answer(request, form, keep, page=_task_page(found, "登记任务调整", "登记调整", "调整已登记"))
