"""Page of the method, for everybody who signed in: it prints the factor library, which is read by them alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carbon.factors.selectors import factors_now
from carbon.method import selectors


@require_safe
def carbon_method(request: HttpRequest) -> HttpResponse:
    """Bases, coverage, units and rounding, factors as they stand now, and the worked example."""
    context = {
        "bases": selectors.BASES,
        "coverage": selectors.COVERAGE,
        "elsewhere": selectors.ELSEWHERE,
        "units": selectors.unit_names(),
        "factors": list(factors_now().values()),
        "example": selectors.example(),
    }
    return render(request, "carbon/method/carbon_method.html", context)
