"""A plot's page: control table, indicators, opinions and checks. Each form posts to its own URL and redirects back.

Also the page of plots that were acquired or built outside the control tables.
"""

from itertools import chain
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from districts.common.enums import ControlStep
from districts.file.file_locks import lock_reasons
from districts.file.models.district import District
from districts.file.rules import fills_plot, may_edit_district, may_read_file
from districts.file.selectors.bodies import areas_without
from districts.file.services import hold_right
from districts.file.views.common import UNPROCESSABLE, district_to_read, section_context
from districts.plausibility.expectations import least_days, near_words
from districts.plausibility.selectors import answered
from districts.plots.checks import may_open_table
from districts.plots.columns import PLOT_FACTS
from districts.plots.forms import (
    BACKFILL,
    CHECK_ID,
    EXCEPTION_ID,
    OPINIONS_ID,
    AskForm,
    BackfillForm,
    CheckForm,
    ExceptionForm,
    OpenForm,
    OpinionsForm,
    PlotStepForm,
    ValuesForm,
    mark_needed,
)
from districts.plots.guards import PAPERS, PROOF, last_day, stands_in
from districts.plots.lifecycle import DATED, NUMBERED, RESUME, RESUME_BACK, TABLES
from districts.plots.models import Plot, PlotControl
from districts.plots.rules import OFFICES, asked_for_values, asks_departments, lists_plots, may_answer, opens_table
from districts.plots.selectors.page import plot_page
from districts.plots.selectors.plots import backfills, bodies_by_level, design_bodies, unproven_plots
from districts.plots.services.control import open_control, record_backfill
from districts.plots.services.indicator_values import OPEN_FOR_REQUIREMENTS, except_design, save_values
from districts.plots.services.opinions import add_check, ask_opinions
from districts.plots.views.access import plot_to_read
from greendistrict.accounts.departments import missing_words
from greendistrict.accounts.enums import Department
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.refusals import RefusalsIn, add_refusals
from greendistrict.workflow.pages import NOT_YOURS, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered, is_seated

TEMPLATE = "districts/plots/plot_control.html"
APART = ("ask", "reply")  # steps with a form of their own
RESUMING = (RESUME, RESUME_BACK)


def plot_seen(request: HttpRequest, code: str, pk: int) -> tuple[District, Plot]:
    """District and plot whose file the person reads. Raises ``Http404``, ``NotAllowed``."""
    plot = plot_to_read(request, code, pk)
    return plot.district, plot


def page_address(plot: Plot) -> str:
    """URL of the plot's page."""
    return reverse("districts:plot_control", kwargs={"code": plot.district.code, "pk": plot.pk})


@require_safe
def plot_control(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The page with the forms available to this person now."""
    _, plot = plot_seen(request, code, pk)
    return _page(request, plot)


def _page(request: HttpRequest, plot: Plot, *, status: int = 200, **forms: Form) -> HttpResponse:
    viewer, control = viewer_of(request), getattr(plot, "control", None)
    if control is not None and control.pk is None:
        control = None  # not stored: made to ask who may open a table
    held = viewer.held
    fills = plot.ended_by_id is None and fills_plot(held, plot.district)
    context: dict[str, Any] = {
        "district": plot.district,
        "plot": plot,
        "facts": PLOT_FACTS.facts(plot),
        "control": control,
        "today": viewer.today,
        **plot_page(plot, control),
        "answered": answered(plot.district.plots.filter(pk=plot.pk)),
        "reads_file": may_read_file(held, plot.district),
        "lists_plots": lists_plots(held, plot.district),
        "may_edit": plot.ended_by_id is None and may_edit_district(held, plot.district) and not lock_reasons(plot.district),
        "may_supervise": fills,
        **(_forms(viewer, plot, control, fills=fills and plot.buildable) if plot.ended_by_id is None else {}),
        **forms,
        "errors": next(iter(forms.values()), None),
    }
    asked = (*context["conditions"], *context["opinions"])
    context["answerable"] = {opinion.pk for opinion in asked if may_answer(held, opinion)}
    for move in context.get("moves", ()):
        if "step_form" in forms and forms["step_form"].auto_id == move["form"].auto_id:
            move["form"] = forms["step_form"]
        if move["backfills"]:
            mark_needed(move["form"], *BACKFILL)
    if context.get("ask_backfills"):
        mark_needed(context["ask_form"], *BACKFILL)
    reasons = (why.href for move in context.get("moves", ()) for why in move["offer"].refusals)
    context["mended_at"] = {href.partition("#")[2] for href in reasons}
    return render(request, TEMPLATE, context, status=status)


def _forms(viewer: Viewer, plot: Plot, control: PlotControl | None, *, fills: bool) -> dict[str, Any]:
    """Available forms: open a table, ask, step, values, opinions, check."""
    forms: dict[str, Any] = {}
    shown = control or PlotControl(plot=plot)
    held = viewer.held
    records = plot.buildable and opens_table(held, shown)
    today = {"on": viewer.today}
    if records and shown.status == ControlStep.PREPARE and may_open_table(plot):
        initial = {"table": shown.table or plot.acquisition or "grant", "with_scheme": shown.with_scheme}
        forms["open_form"] = OpenForm(initial=initial)
    if control is not None:
        forms |= _step_forms(viewer, control)
        if any(row.designed_short and not row.excepted for row in plot.indicators.all()) and asked_for_values(held, plot):
            forms["exception_form"] = ExceptionForm(auto_id=EXCEPTION_ID)
    if fills:
        columns = _columns(control)
        forms["values_form"] = (
            ValuesForm(rows=plot.indicators.all(), columns=columns, initial={"version": plot.version}) if columns else None
        )
        forms["check_form"] = CheckForm(initial={"checked_on": viewer.today}, auto_id=CHECK_ID)
        if control is not None and asks_departments(held, plot.district):
            forms["opinions_form"] = OpinionsForm(initial=today, auto_id=OPINIONS_ID, bodies=design_bodies(plot.district, viewer.today))
    return forms


def _step_forms(viewer: Viewer, control: PlotControl) -> dict[str, Any]:
    """Input forms of the offered steps; ids contain the step, because the page has several."""
    asks = control.status == ControlStep.PREPARE and not control.plot.acquired_on and may_take_step(viewer, control, "ask")
    bodies = bodies_by_level(control.plot.district) if asks else {}
    steps = offered(control, viewer.user, {"bodies": bodies})
    step_forms: dict[str, Any] = {"offered": steps}
    if asks:
        step_forms["ask_form"] = AskForm(bodies=chain(*bodies.values()), initial={"on": viewer.today})
        step_forms["ask_backfills"] = stands_in(viewer.held, control, "ask")
        lacking = areas_without(control.plot.district, Department.HOUSING)
        step_forms["ask_lacking"] = missing_words(Department.HOUSING, "、".join(lacking)) if lacking else ""
    step_forms["moves"] = [
        {
            "offer": offer,
            "form": step_form(offer.action, initial={"on": viewer.today}),
            "backfills": offer.action in OFFICES and offer.action not in RESUMING and stands_in(viewer.held, control, offer.action),
            "files": offer.action in PAPERS,
            "dated": offer.action in DATED,
            "number": NUMBERED.get(offer.action, ""),
            "near": near_words("上一步为", last_day(control.steps), least_days().get(offer.action, 0)),
        }
        for offer in steps
        if offer.action not in APART and _concerns(control, offer.action)
    ]
    return step_forms


def step_form(action: str, *data: Any, **kwargs: Any) -> PlotStepForm:
    """Form of a step, whose file bears the name of the paper."""
    form = PlotStepForm(*data, **{"auto_id": f"{action}-%s", **kwargs})
    form.fields["upload"].label = PAPERS.get(action, PROOF)
    form.fields["number"].label = NUMBERED.get(action, form.fields["number"].label)
    mark_needed(form, "reason", *(["upload"] if action in PAPERS else []), *(["number"] if action in NUMBERED else []))
    return form


def may_take_step(viewer: Viewer, control: PlotControl, action: str) -> bool:
    """Whether one of the step's seats is the person's."""
    transition = TABLES[control.table].find(action, control.status)
    return transition is not None and is_seated(viewer.held, transition, control)


def _concerns(control: PlotControl, action: str) -> bool:
    """Whether a step applies to this plot; steps for other plots are hidden instead of shown as refused."""
    was_resumed = RESUME in control.steps
    return {
        "exempt_design": control.with_scheme,
        RESUME: control.plot.acquired_on is not None,
        RESUME_BACK: was_resumed,
        "begin": control.plot.started_on is None,
        "step_back": not (was_resumed and control.status == ControlStep.DESIGN),
    }.get(action, True)


def _columns(control: PlotControl | None) -> tuple[str, ...]:
    """Columns of values that may be edited at the current step."""
    if control is None or control.status in OPEN_FOR_REQUIREMENTS:
        return ("required", "designed", "built")
    return () if control.status == ControlStep.DONE else ("designed", "built")


def _answer(request: HttpRequest, plot: Plot, *, name: str, form: Form, said: str, save: Any, may: bool) -> HttpResponse:
    """Save a valid form and redirect; a refusal is shown at its field."""
    NotAllowed.unless(may, NOT_YOURS)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            save(form)
        except NotAllowed:
            raise
        except Refused as refused:
            add_refusals(form, refused, aliases={refusal.field: refusal.field.replace(".", "-") for refusal in refused.refusals})
            status = Stale.status if isinstance(refused, Stale) else status
        else:
            messages.success(request, said)
            return HttpResponseRedirect(page_address(plot))
    return _page(request, plot, status=status, **{name: form})


@require_POST
def plot_open(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Open or change the control table."""
    _, plot = plot_seen(request, code, pk)

    def save(form: Form) -> None:
        open_control(plot=plot, by=signed_in(request), **{**form.cleaned_data, "version": form.version_read()})  # type: ignore[attr-defined]

    may = opens_table(viewer_of(request).held, getattr(plot, "control", None) or PlotControl(plot=plot))
    return _answer(request, plot, name="open_form", form=OpenForm(request.POST), said=f"地块{plot}的管控已启动", save=save, may=may)


@require_POST
def plot_ask(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask the 住建 body of the land supplier's level."""
    district, plot = plot_seen(request, code, pk)
    bodies = chain(*bodies_by_level(district).values())
    return _take(request, plot, "ask", "征询已发出", ask_form=AskForm(request.POST, request.FILES, bodies=bodies))


@require_POST
def plot_step(request: HttpRequest, code: str, pk: int, action: str) -> HttpResponse:
    """Take a step of the table; refusals are shown at their fields, and typed values are kept."""
    _, plot = plot_seen(request, code, pk)
    if action in APART:
        raise Http404
    return _take(request, plot, action, f"地块{plot}已登记", step_form=step_form(action, request.POST, request.FILES))


@require_POST
def plot_exception(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Agree to a design worse than required, for the body that asked for the values."""
    _, plot = plot_seen(request, code, pk)

    def save(form: Form) -> None:
        except_design(plot=plot, reason=form.cleaned_data["reason"], by=signed_in(request))

    may = asked_for_values(viewer_of(request).held, plot)
    return _answer(
        request, plot, name="exception_form", form=ExceptionForm(request.POST, auto_id=EXCEPTION_ID), said="例外已登记", save=save, may=may
    )


def _take(request: HttpRequest, plot: Plot, action: str, said: str, **typed: Form) -> HttpResponse:
    """Take a step; ``typed`` is the form shown again if it is refused."""
    control = get_object_or_404(PlotControl, plot=plot)
    control.plot, back = plot, page_address(plot)

    def again(refused: Refused | None, **_extra: Any) -> HttpResponse:
        if isinstance(refused, NotAllowed):
            raise refused
        if refused is not None:
            add_refusals(next(iter(typed.values())), refused)
        return _page(request, plot, status=refused.status if refused else UNPROCESSABLE, **typed)

    def done(_offer: Offered | None) -> HttpResponse:
        messages.success(request, said)
        return HttpResponseRedirect(back)

    return act(request, control, StepPage(back=back, again=again, done=done, action=action))


@require_POST
def plot_values(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Save designed and built values, and required ones until a reply sets them."""
    _, plot = plot_seen(request, code, pk)
    columns = _columns(getattr(plot, "control", None))
    form = ValuesForm(request.POST, rows=plot.indicators.all(), columns=columns)

    def save(form: Form) -> None:
        values = form.values()  # type: ignore[attr-defined]  # a ValuesForm
        save_values(plot=plot, values=values, version=form.cleaned_data["version"], by=signed_in(request))

    may = fills_plot(viewer_of(request).held, plot.district)
    return _answer(request, plot, name="values_form", form=form, said="指标值已保存", save=save, may=may)


@require_POST
def plot_opinions(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask departments about the design."""
    _, plot = plot_seen(request, code, pk)

    def save(form: Form) -> None:
        ask_opinions(plot=plot, departments=form.cleaned_data["departments"], on=form.cleaned_data["on"], by=signed_in(request))

    return _answer(
        request,
        plot,
        name="opinions_form",
        form=OpinionsForm(request.POST, auto_id=OPINIONS_ID, bodies=design_bodies(plot.district, viewer_of(request).today)),
        said="征询已发出",
        save=save,
        may=asks_departments(viewer_of(request).held, plot.district),
    )


@require_POST
def plot_check(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Enter a department's check."""
    _, plot = plot_seen(request, code, pk)

    def save(form: Form) -> None:
        values = {name: form.cleaned_data[name] for name in ("stage", "department", "result", "text", "upload")}
        add_check(plot=plot, on=form.cleaned_data["checked_on"], by=signed_in(request), **values)

    may = fills_plot(viewer_of(request).held, plot.district)
    return _answer(
        request,
        plot,
        name="check_form",
        form=CheckForm(request.POST, request.FILES, auto_id=CHECK_ID),
        said="部门审查已登记",
        save=save,
        may=may,
    )


def plot_backfill(request: HttpRequest, code: str) -> HttpResponse:
    """Readers of the file see which plots do not count and why others do; editors record reason and proof."""
    district, editable = district_to_read(request, code)
    rows = unproven_plots(district)
    form = BackfillForm(request.POST or None, request.FILES or None, plots=rows)
    if request.method == "POST":
        hold_right(signed_in(request), district)
        if form.is_valid():
            given = form.cleaned_data
            with RefusalsIn(form):
                record_backfill(
                    district=district,
                    plots=[plot.pk for plot in given["plots"]],
                    reason=given["reason"],
                    upload=given["upload"],
                    by=signed_in(request),
                )
                messages.success(request, "已登记补录说明，所选地块计入")
                return redirect("districts:plot_backfill", code=district.code)
    context = {
        **section_context(request, district, "plot_list"),
        "editable": editable,
        "rows": rows,
        "recorded": backfills(district),
        "form": form,
    }
    return render(request, "districts/plots/plot_backfill.html", context, status=UNPROCESSABLE if form.errors else 200)
