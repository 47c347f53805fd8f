"""Yearly implementation plans of the authorities (六（三）)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from districts import services
from districts.forms.implementation import ImplementationPlanForm
from districts.models import ImplementationPlan
from districts.rules import bodies_as, may_file_plan
from districts.selectors import authorities_choosable, implementation_plans_visible_to
from districts.views.common import UNPROCESSABLE, add_refusals, conflicts_of, stale_page
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import Organisation, User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale

TEMPLATE = "districts/implementation_plan_edit.html"


def own_authority(user: User) -> Organisation | None:
    """Authority the person files plans for."""
    return authorities_choosable().filter(pk__in=bodies_as(user, Role.AUTHORITY)).first()


@login_required
@require_safe
def implementation_plan_list(request: HttpRequest) -> HttpResponse:
    """Plans in sight, newest year first."""
    user = signed_in(request)
    plans = implementation_plans_visible_to(user).annotate(listed=Count("districts")).order_by("-year", "authority__admin_code", "pk")
    return render(request, "districts/implementation_plan_list.html", {"plans": plans, "authority": own_authority(user)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def implementation_plan_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change the plan of a year; whoever only reads it sees it without a form."""
    user = signed_in(request)
    plan = get_object_or_404(implementation_plans_visible_to(user), pk=pk) if pk else None
    authority = plan.authority if plan else own_authority(user)
    if authority is None:
        raise Http404
    if plan and not may_file_plan(user, authority):
        return render(request, "districts/implementation_plan.html", {"plan": plan, "listed": plan.districts.order_by("name_pinyin")})
    if request.method != "POST":
        fresh = {} if plan else {"initial": {"year": clock.today().year + 1, "version": 0}}
        return _page(request, authority, plan, ImplementationPlanForm(authority=authority, plan=plan, **fresh))
    form = ImplementationPlanForm(request.POST, request.FILES, authority=authority, plan=plan)
    if form.is_valid():
        try:
            saved = _save(user, authority, plan, form)
        except Stale as stale:
            return _stale(request, authority, stale)
        except NotAllowed:
            raise
        except Refused as refused:
            add_refusals(form, refused)
        else:
            messages.success(request, f"{saved}{'已上报登记' if saved.filed_on else '已暂存'}")
            return redirect("districts:implementation_plan_list")
    return _page(request, authority, plan, form)


def _save(user: User, authority: Organisation, plan: ImplementationPlan | None, form: ImplementationPlanForm) -> ImplementationPlan:
    data = form.cleaned_data
    return services.save_implementation_plan(
        authority=authority,
        year=data["year"],
        districts=data["districts"],
        filed_on=data["filed_on"],
        upload=data["upload"],
        plan=plan,
        version=form.version_read() if plan else None,
        by=user,
    )


def _page(
    request: HttpRequest, authority: Organisation, plan: ImplementationPlan | None, form: ImplementationPlanForm, **more: Any
) -> HttpResponse:
    context = {"authority": authority, "plan": plan, "form": form, **more}
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.is_bound and form.errors else 200)


def _stale(request: HttpRequest, authority: Organisation, stale: Stale) -> HttpResponse:
    stored = stale.current
    if not isinstance(stored, ImplementationPlan):
        raise stale
    data = request.POST.copy()
    data["version"] = str(stored.version)
    form = ImplementationPlanForm(data, authority=authority, plan=stored)
    form.is_valid()
    conflicts = conflicts_of(ImplementationPlanForm(authority=authority, plan=stored), form)
    context = {"authority": authority, "plan": stored, "form": form, "conflicts": conflicts}
    return stale_page(request, TEMPLATE, context, stale)
