"""Page on which the leading body publishes or withdraws a yearly figure; readers of the inventory see its record."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import FILED, inventories_visible_to
from carbon.releases import rules, selectors, services
from carbon.releases.columns import RELEASE_LIST
from carbon.releases.forms import CarbonReleaseForm, ReleaseWithdrawalForm
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import asked_first

UNPROCESSABLE = 422


def _seen(viewer: Viewer, pk: int) -> CarbonInventory:
    """Filed inventory that the person may see. Raises ``Http404``."""
    return get_object_or_404(inventories_visible_to(viewer).filter(FILED), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def inventory_release(request: HttpRequest, pk: int) -> HttpResponse:
    """What the public reads or would read, the record of releases, and the release form. Raises ``Http404``."""
    viewer = viewer_of(request)
    inventory = _seen(viewer, pk)
    form = CarbonReleaseForm(request.POST or None)
    if request.method != "POST":
        return _page(request, viewer, inventory, form=form)
    NotAllowed.unless(rules.may_release(viewer.held, inventory.district), services.ONLY)
    status = UNPROCESSABLE
    if form.is_valid():
        with RefusalsIn(form, passing=(), aliases={"": "basis"}) as refusing:
            release = partial(services.release, inventory=inventory, basis=form.cleaned_data["basis"], by=viewer.user)
            question = f"向公众公开{inventory}的数字？依据：{form.cleaned_data['basis']}"
            if asking := asked_first(request, release, title="向公众公开", question=question, back=request.path):
                return asking
            release()
        if form.is_valid():
            return _done(request, inventory, f"{inventory.year}年度的数字已向公众公开")
        status = refusing.code
    return _page(request, viewer, inventory, status, form=form)


@require_POST
def inventory_release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published figure of the inventory's year. Raises ``Http404``."""
    viewer = viewer_of(request)
    inventory = _seen(viewer, pk)
    NotAllowed.unless(rules.may_release(viewer.held, inventory.district), services.ONLY)
    form = ReleaseWithdrawalForm(request.POST)
    status = UNPROCESSABLE
    if form.is_valid():
        with RefusalsIn(form, passing=(), aliases={"": "withdrawal"}) as refusing:
            services.withdraw(district=inventory.district, year=inventory.year, reason=form.cleaned_data["withdrawal"], by=viewer.user)
        if form.is_valid():
            return _done(request, inventory, f"{inventory.year}年度的数字已撤回，公众不再看到")
        status = refusing.code
    return _page(request, viewer, inventory, status, withdrawal=form)


def _done(request: HttpRequest, inventory: CarbonInventory, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("carbon:inventory_release", args=[inventory.pk]))


def _page(request: HttpRequest, viewer: Viewer, inventory: CarbonInventory, status: int = 200, **forms: Any) -> HttpResponse:
    live = selectors.live_release(inventory.district, inventory.year)
    releases, records = rules.may_release(viewer.held, inventory.district), RELEASE_LIST.rows_of(selectors.releases_of(inventory))
    context = {
        "inventory": inventory,
        "live": live,
        "figure": selectors.figures_of([live.inventory if live else inventory])[0],
        "records": records and RELEASE_LIST.html(records, viewer.today, None, first=None),
        "releases": releases,
        "form": forms.get("form", CarbonReleaseForm()) if releases else None,
        "withdrawal": forms.get("withdrawal", ReleaseWithdrawalForm()) if releases else None,
        "errors": forms.get("withdrawal", forms.get("form")),
    }
    return render(request, "carbon/releases/inventory_release.html", context, status=status)
