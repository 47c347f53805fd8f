"""Page of the factor library: all versions with their sources; the city adds one by decision, another person checks it."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carbon.factors import rules, services
from carbon.factors.forms import AddedFactorForm, ReturnedFactorForm
from carbon.factors.models import AddedFactor
from carbon.factors.selectors import factors_now, waiting_for_check
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.refusals import RefusalsIn

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """Every factor with its versions."""
    return _page(request)


def _page(request: HttpRequest, form: AddedFactorForm | None = None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    adding = form or (AddedFactorForm() if rules.may_add(user) else None)
    waiting = [(row, rules.may_check(user, row)) for row in waiting_for_check()] if posts_of(user).is_city else []
    context = {"factors": list(factors_now().values()), "form": adding, "waiting": waiting}
    return render(request, "carbon/factors/factor_list.html", context, status=status)


@require_POST
def factor_add(request: HttpRequest) -> HttpResponse:
    """Add a version."""
    user, form = signed_in(request), AddedFactorForm(request.POST)
    NotAllowed.unless(rules.may_add(user), "只有市级审定可以增加因子版本")
    if form.is_valid():
        try:
            made = services.add_version(**form.cleaned_data, by=user)
        except Refused as refused:
            form.refuse(refused.refusals)
        else:
            messages.success(request, f"已增加：{made}。市级另一人核对后启用")
            return HttpResponseRedirect(reverse("carbon:factor_list"))
    return _page(request, form, 422)


def _waiting(user: User, pk: int) -> AddedFactor:
    """A version that the person may check."""
    found = get_object_or_404(waiting_for_check(), pk=pk)
    if not rules.may_check(user, found):
        raise Http404
    return found


@require_http_methods(METHODS)
def factor_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a version that somebody else added."""
    user = signed_in(request)
    found, form = _waiting(user, pk), Form(request.POST if request.method == "POST" else None)
    page = {"heading": "核对新增的因子版本", "submit": "核对无误"}
    return _decided(request, found, form, page, lambda: services.check_version(version=found, by=user))


@require_http_methods(METHODS)
def factor_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a version back that somebody else added."""
    user = signed_in(request)
    found, form = _waiting(user, pk), ReturnedFactorForm(request.POST if request.method == "POST" else None)
    page = {"heading": "退回新增的因子版本", "submit": "退回"}
    return _decided(request, found, form, page, lambda: services.return_version(version=found, reason=form.cleaned_data["reason"], by=user))


def _decided(request: HttpRequest, found: AddedFactor, form: Form, page: dict[str, str], act: Callable[[], AddedFactor]) -> HttpResponse:
    """Do the act of a valid form, else show the version with the form."""
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            act()
            messages.success(request, f"{found}：已{page['submit'].removesuffix('无误')}")
            return HttpResponseRedirect(reverse("carbon:factor_list"))
    status = 422 if request.method == "POST" else 200
    return render(request, "carbon/factors/factor_check.html", {"version": found, "form": form, **page}, status=status)
