"""Page of the factor library: all versions with their sources; the city adds one by decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from carbon.factors import rules, services
from carbon.factors.forms import AddedFactorForm
from carbon.factors.selectors import factors_now
from greendistrict.accounts.http import signed_in
from greendistrict.core.errors import NotAllowed, Refused


@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """Every factor with its versions."""
    return _page(request)


def _page(request: HttpRequest, form: AddedFactorForm | None = None, status: int = 200) -> HttpResponse:
    adding = form or (AddedFactorForm() if rules.may_add(signed_in(request)) else None)
    context = {"factors": list(factors_now().values()), "form": adding}
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
            messages.success(request, f"已增加：{made}")
            return HttpResponseRedirect(reverse("carbon:factor_list"))
    return _page(request, form, 422)
