"""Pages of the forecast: path and cost curve, measures, scenarios side by side."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carbon.measures import selectors, services
from carbon.measures.forms import MeasureForm, ScenarioForm
from carbon.measures.models import AbatementMeasure, CarbonScenario
from carbon.measures.selectors import hold_measures, keeps_measures, sees_scenarios
from districts.file.models.district import District
from districts.file.views.common import EditPage, district_to_read
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Refused
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page

METHODS = ["GET", "HEAD", "POST"]


def _to_keep(request: HttpRequest, code: str) -> District:
    """District whose measures the person may edit. Raises ``Http404``, ``NotAllowed``."""
    district, _ = district_to_read(request, code)
    hold_measures(viewer_of(request).held, district)
    return district


@require_safe
def carbon_forecast(request: HttpRequest, code: str) -> HttpResponse:
    """Measures with path and cost curve; the district's own side also sees the scenarios."""
    district, _ = district_to_read(request, code)
    viewer = viewer_of(request)
    basis = selectors.basis_of(viewer, district)
    measures = list(selectors.measures_of(district))
    planned = selectors.forecast_of(basis, measures)
    held = viewer.held
    sees = sees_scenarios(held, district)
    scenarios = list(selectors.scenarios_of(district)) if sees else []
    tried = [selectors.scenario_forecast(basis, one) for one in scenarios]
    context = {
        "district": district,
        "keeps": keeps_measures(held, district),
        "sees": sees,
        "measures": [(measure, may_check(held, measure)) for measure in measures],
        "forecast": planned,
        "tried": list(zip(scenarios, tried, strict=True)),
        "beside": selectors.side_by_side([planned, *tried]),
        "columns": [planned, *tried],
    }
    return render(request, "carbon/measures/carbon_forecast.html", context)


def measure_edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Form of one measure; a new one without ``pk``."""
    district = _to_keep(request, code)
    row = get_object_or_404(AbatementMeasure, pk=pk, district=district) if pk else None

    def context(one: AbatementMeasure | None, form: MeasureForm) -> dict[str, Any]:
        return {"district": district, "measure": one, "form": form, "against": services.against_dropping(one) if one else []}

    def keep(form: MeasureForm) -> AbatementMeasure:
        version = form.version_read() if row else None
        return services.save_measure(district=district, values=form.values(), by=signed_in(request), measure=row, version=version)

    page = EditPage("carbon/measures/measure_edit.html", AbatementMeasure, lambda data, _files, one: MeasureForm(data, row=one), context)
    return page.answer(request, row, keep, lambda saved: _back(request, district, f"措施“{saved}”已保存"))


def _back(request: HttpRequest, district: District, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("carbon:carbon_forecast", args=[district.code]))


@require_POST
def measure_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Delete a measure that no scenario uses."""
    district = _to_keep(request, code)
    row = get_object_or_404(AbatementMeasure.objects.select_related("district"), pk=pk, district=district)
    back, loss = reverse("carbon:measure_edit", args=[code, pk]), "情景没有用到的才能删除，删除后不能恢复。"
    if asking := deletion_question(request, f"措施“{row}”", back=back, loss=loss):
        return asking
    try:
        services.drop_measure(measure=row, by=signed_in(request))
    except Refused as refused:
        messages.error(request, refused.refusals[0].text)
        return HttpResponseRedirect(back)
    return _back(request, district, f"措施“{row}”已删除")


@require_http_methods(METHODS)
def measure_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a measure that somebody else entered."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def measure_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a measure back that somebody else entered."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = AbatementMeasure.objects.waiting().select_related("district", "entered_by").defer("district__boundary")

    def back(one: AbatementMeasure) -> str:
        return reverse("carbon:carbon_forecast", args=[one.district.code])

    return check_page(request, rows, pk, "carbon/measures/measure_check.html", back=back, returning=returning)


@require_safe
def scenario(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One scenario with path and curve. Raises ``Http404`` for people who may see measures only."""
    district, _ = district_to_read(request, code)
    viewer = viewer_of(request)
    held = viewer.held
    if not sees_scenarios(held, district):
        raise Http404
    row = get_object_or_404(selectors.scenarios_of(district), pk=pk)
    found = selectors.scenario_forecast(selectors.basis_of(viewer, district), row)
    context = {"district": district, "scenario": row, "forecast": found, "keeps": keeps_measures(held, district)}
    return render(request, "carbon/measures/scenario.html", context)


def scenario_edit(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Form of one scenario; a new one without ``pk``."""
    district = _to_keep(request, code)
    row = get_object_or_404(selectors.scenarios_of(district), pk=pk) if pk else None
    measures = list(selectors.measures_of(district))

    def context(one: CarbonScenario | None, form: ScenarioForm) -> dict[str, Any]:
        return {"district": district, "scenario": one, "form": form}

    def keep(form: ScenarioForm) -> CarbonScenario:
        version = form.version_read() if row else None
        head = {name: form.cleaned_data[name] for name in ("name", "note")}
        return services.save_scenario(district=district, **head, shares=form.shares(), by=signed_in(request), scenario=row, version=version)

    def done(saved: CarbonScenario) -> HttpResponse:
        messages.success(request, f"情景“{saved}”已保存")
        return HttpResponseRedirect(reverse("carbon:scenario", args=[district.code, saved.pk]))

    page = EditPage(
        "carbon/measures/scenario_edit.html",
        CarbonScenario,
        lambda data, _files, one: ScenarioForm(data, measures=measures, row=one),
        context,
    )
    return page.answer(request, row, keep, done)


@require_POST
def scenario_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Delete a scenario."""
    district = _to_keep(request, code)
    row = get_object_or_404(CarbonScenario.objects.select_related("district"), pk=pk, district=district)
    back, loss = reverse("carbon:scenario_edit", args=[code, pk]), "登记的措施不受影响。删除后不能恢复。"
    if asking := deletion_question(request, f"情景“{row}”", back=back, loss=loss):
        return asking
    services.drop_scenario(scenario=row, by=signed_in(request))
    return _back(request, district, f"情景“{row}”已删除")
