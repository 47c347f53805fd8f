"""Page of the factor library: all versions with their sources; the city adds one by decision, another person checks it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carbon.factors import rules, services
from carbon.factors.forms import AddedFactorForm
from carbon.factors.models import AddedFactor
from carbon.factors.selectors import factors_now
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """Every factor with its versions."""
    return _page(request)


def _page(request: HttpRequest, form: AddedFactorForm | None = None, status: int = 200) -> HttpResponse:
    held = viewer_of(request).held
    adding = form or (AddedFactorForm() if rules.may_add(held) else None)
    rows = AddedFactor.objects.waiting().select_related("entered_by") if held.is_city else ()
    waiting = [(row, may_check(held, row)) for row in rows]
    context = {"factors": list(factors_now().values()), "form": adding, "waiting": waiting}
    return render(request, "carbon/factors/factor_list.html", context, status=status)


@require_POST
def factor_add(request: HttpRequest) -> HttpResponse:
    """Add a version."""
    viewer, form = viewer_of(request), AddedFactorForm(request.POST)
    NotAllowed.unless(rules.may_add(viewer.held), "只有市级审定可以增加因子版本")
    if form.is_valid():
        try:
            made = services.add_version(**form.cleaned_data, by=viewer.user)
        except Refused as refused:
            form.refuse(refused.refusals)
        else:
            messages.success(request, f"已增加：{made}。市级另一人核对后启用")
            return HttpResponseRedirect(reverse("carbon:factor_list"))
    return _page(request, form, 422)


@require_http_methods(METHODS)
def factor_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a version that somebody else added."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def factor_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a version back that somebody else added."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = AddedFactor.objects.waiting().select_related("entered_by")
    return check_page(request, rows, pk, "carbon/factors/factor_check.html", back=reverse("carbon:factor_list"), returning=returning)
