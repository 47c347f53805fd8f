"""Page for entering the yearly values of own indicators and of the carbon intensity."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from districts.file.models.district import District
from districts.file.views.common import UNPROCESSABLE, Conflict, district_of_form, stale_page
from districts.indicator_systems.forms import ActualsForm
from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import measure_for
from districts.indicator_systems.selectors import actuals_in, earlier_actual, indicator_of, own_rows, system_in_force, years_to_enter
from districts.indicator_systems.services.actuals import save_actuals
from districts.indicator_systems.targets import NUMBER, Measure, show
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole
from greendistrict.workflow.second_person_pages import check_page

TEMPLATE = "districts/indicator_systems/indicator_actuals.html"
CHECK = "districts/indicator_systems/actual_check.html"
METHODS = ["GET", "HEAD", "POST"]


def indicator_actuals(request: HttpRequest, code: str) -> HttpResponse:
    """Show and save the values of the year ``?year=``, by default the current year."""
    district, years = district_of_form(request, code), years_to_enter(viewer_of(request).today)
    asked = request.GET.get("year", "")
    year = next((one for one in years if one == whole(asked)), years[0])
    system = system_in_force(district)
    rows, stored = own_rows(system) if system else [], actuals_in(district, year)
    form = ActualsForm(request.POST or None, rows=rows, stored=stored)
    context: dict[str, Any] = {"district": district, "system": system, "year": year, "years": years, "form": form}
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    if form.is_valid():
        try:
            save_actuals(district=district, year=year, values=form.values(), by=signed_in(request))
        except NotAllowed:
            raise
        except Stale as stale:
            return _stale(request, district, context, stale)
        except Refused as refused:
            for refusal in refused.refusals:
                form.refuse(refusal.field, refusal.text)
        else:
            messages.success(request, f"{year}年实际值已保存")
            return HttpResponseRedirect(f"{reverse('districts:indicator_actuals', kwargs={'code': code})}?year={year}")
    return render(request, TEMPLATE, context, status=UNPROCESSABLE)


@require_http_methods(METHODS)
def actual_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a value that somebody else entered."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def actual_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a value back that somebody else entered."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = IndicatorActual.objects.waiting().titled().select_related("district", "entered_by").defer("district__boundary")

    def back(one: IndicatorActual) -> str:
        return f"{reverse('districts:district_detail', args=[one.district.code])}?tab=indicators"

    def beside(one: IndicatorActual) -> dict[str, Any]:
        row = indicator_of(one)
        measure = measure_for(row, {}) if row else Measure(NUMBER)
        values = [(found, show(measure, found.value)) for found in (one, earlier_actual(one)) if found]
        return {"values": values, "unit": measure.unit}

    return check_page(request, rows, pk, CHECK, back=back, beside=beside, returning=returning)


def _stale(request: HttpRequest, district: District, context: dict[str, Any], stale: Stale) -> HttpResponse:
    """Show a version conflict: typed values in the form, stored ones beside it; saving again overwrites."""
    stored: Mapping[str, IndicatorActual] = actuals_in(district, context["year"])
    rows, data = context["form"].rows, request.POST.copy()
    conflicts = []
    for at, row in enumerate(rows):
        now = stored.get(row.key)
        typed, kept = data.get(f"v{at}", ""), now.value if now else ""
        if typed != kept:
            conflicts.append(Conflict(row.title, kept or "未填", typed or "未填"))
        data[f"n{at}"] = str(now.version if now else 0)
    form = ActualsForm(data, rows=rows, stored=stored)
    form.is_valid()
    return stale_page(request, TEMPLATE, {**context, "form": form, "conflicts": conflicts}, stale)
