"""Pages of evaluations: list by year and area, one evaluation with texts, lights and adjustments, and the forms of each act."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beautiful.evaluations import selectors, services
from beautiful.evaluations.columns import EVALUATION, USE
from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding
from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans.models import ActionPlan, TaskAdjustment
from beautiful.plans.rules import coordinates
from beautiful.plans.selectors.plans import plans_visible_to
from districts.file.forms import several
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.integers import whole
from greendistrict.core.refusals import RefusalsIn


class EvaluationBeginForm(forms.Form):
    """Areas for which an evaluation is begun; initially those with a task in the plan."""

    areas = several("重点领域", (), "计划有任务的领域已勾选；其余领域由“美丽上海统筹”的岗位自评")

    def __init__(self, data: Any = None, *, year: int, areas: Sequence[BeautyArea], ticked: Collection[str] = ()) -> None:
        super().__init__(data, auto_id=f"id_{year}_%s", initial={"areas": [area.key for area in areas if area.key in ticked]})
        self.fields["areas"].choices = [(area.key, area.name) for area in areas]  # type: ignore[attr-defined]
        self.year = year


class EvaluationTextForm(forms.Form):
    """Text of the self-report or of the check."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, of: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["text"] = EVALUATION[of].form_field(required=True)


class EvaluationConclusionForm(forms.Form):
    """Conclusion with its explanation."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion, text = (EVALUATION[name].form_field(required=True) for name in ("conclusion", "conclusion_text"))


@with_columns(USE)
class EvaluationUseForm(ColumnsForm):
    """A task adjustment that followed from the evaluation."""

    def __init__(self, data: Any = None, *, adjustments: QuerySet[TaskAdjustment]) -> None:
        super().__init__(data)
        self.fields["adjustment"].queryset = adjustments  # type: ignore[attr-defined]


UNPROCESSABLE = 422
METHODS = ["GET", "HEAD", "POST"]


def _plan(viewer: Viewer, pk: int) -> ActionPlan:
    return get_object_or_404(plans_visible_to(viewer).filter(issued_on__isnull=False), pk=pk)


def _seen(viewer: Viewer, pk: int) -> AreaEvaluation:
    return get_object_or_404(selectors.evaluations_visible_to(viewer), pk=pk)


def _listed(request: HttpRequest, viewer: Viewer, plan: ActionPlan, bound: EvaluationBeginForm | None = None) -> HttpResponse:
    begins = selectors.areas_to_begin(plan, viewer.today) if coordinates(viewer.held) else {}
    ticked = selectors.areas_with_tasks(plan) if begins else set()
    fresh = [EvaluationBeginForm(year=year, areas=areas, ticked=ticked) for year, areas in begins.items()]
    context = {
        "plan": plan,
        "evaluations": list(selectors.evaluations_visible_to(viewer).filter(plan=plan)),
        "forms": [bound if bound is not None and bound.year == form.year else form for form in fresh],
        "errors": bound,
        "programme": programme(),
    }
    return render(request, "beautiful/evaluations/evaluation_list.html", context, status=UNPROCESSABLE if bound is not None else 200)


@require_safe
def evaluation_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Visible evaluations of a plan, by year and area."""
    viewer = viewer_of(request)
    return _listed(request, viewer, _plan(viewer, pk))


@require_POST
def evaluation_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin evaluations of areas for a year."""
    viewer = viewer_of(request)
    plan = _plan(viewer, pk)
    if not coordinates(viewer.held):
        raise Http404
    year = whole(request.POST.get("year"), 0)
    form = EvaluationBeginForm(request.POST, year=year, areas=programme().areas)
    if form.is_valid():
        with RefusalsIn(form):
            made = services.begin(plan=plan, year=year, areas=form.cleaned_data["areas"], by=viewer.user)
            messages.success(request, f"{year}年度{len(made)}个领域的跟踪评估已开始")
            return HttpResponseRedirect(reverse("beautiful:evaluation_list", args=[pk]))
    return _listed(request, viewer, plan, form)


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One evaluation, with current or frozen lights."""
    viewer = viewer_of(request)
    found = _seen(viewer, pk)
    concluded = found.standing == EvaluationStanding.CONCLUDED
    held = viewer.held
    context = {
        "evaluation": found,
        "lines": selectors.lines_of(found),
        "concluded": concluded,
        "uses": selectors.uses_of(found),
        "may_report": selectors.may_report(held, found),
        "may_check": selectors.may_check(held, found),
        "may_conclude": selectors.may_conclude(held, found),
        "may_use": selectors.may_use(held, found),
        "programme": programme(),
    }
    return render(request, "beautiful/evaluations/evaluation.html", context)


def _answer(request: HttpRequest, found: AreaEvaluation, form: forms.Form, keep: Callable[[], object], words: str) -> HttpResponse:
    """The form page, or a redirect to the evaluation after saving."""
    back = reverse("beautiful:evaluation", args=[found.pk])
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            keep()
            messages.success(request, f"{words}已保存")
            return HttpResponseRedirect(back)
    context = {"form": form, "evaluation": found, "heading": words, "back": back, "programme": programme()}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "beautiful/evaluations/evaluation_form.html", context, status=status)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _found(viewer: Viewer, pk: int, allowed: Callable[[HeldPosts, AreaEvaluation], bool]) -> AreaEvaluation:
    found = _seen(viewer, pk)
    if not allowed(viewer.held, found):
        raise Http404
    return found


@require_http_methods(METHODS)
def evaluation_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the self-report."""
    viewer = viewer_of(request)
    found = _found(viewer, pk, selectors.may_report)
    form = EvaluationTextForm(_posted(request), of="report", initial={"version": found.version, "text": found.report})
    return _answer(request, found, form, lambda: services.report(evaluation=found, **form.cleaned_data, by=viewer.user), "自评")


@require_http_methods(METHODS)
def evaluation_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the check found."""
    viewer = viewer_of(request)
    found = _found(viewer, pk, selectors.may_check)
    form = EvaluationTextForm(_posted(request), of="check_text", initial={"version": found.version})
    return _answer(request, found, form, lambda: services.check(evaluation=found, **form.cleaned_data, by=viewer.user), "核对意见")


@require_http_methods(METHODS)
def evaluation_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the conclusion."""
    viewer = viewer_of(request)
    found = _found(viewer, pk, selectors.may_conclude)
    form = EvaluationConclusionForm(_posted(request), initial={"version": found.version})
    return _answer(request, found, form, lambda: services.conclude(evaluation=found, **form.cleaned_data, by=viewer.user), "结论")


@require_http_methods(METHODS)
def evaluation_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a task adjustment that followed from the evaluation."""
    viewer = viewer_of(request)
    found = _found(viewer, pk, selectors.may_use)
    form = EvaluationUseForm(_posted(request), adjustments=selectors.adjustments_for(found))
    return _answer(request, found, form, lambda: services.use(evaluation=found, **form.cleaned_data, by=viewer.user), "结果应用")
