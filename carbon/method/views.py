"""Page of the method, for signed-in people only because it prints the factor library."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carbon.factors.selectors import factors_now
from carbon.method import selectors


@require_safe
def carbon_method(request: HttpRequest) -> HttpResponse:
    """Source documents, coverage, units and rounding, the factors in force, and the worked example."""
    context = {
        "bases": selectors.BASES,
        "coverage": selectors.COVERAGE,
        "elsewhere": selectors.ELSEWHERE,
        "units": selectors.unit_names(),
        "factors": list(factors_now().values()),
        "example": selectors.example(),
    }
    return render(request, "carbon/method/carbon_method.html", context)
