"""Page on which the leading body publishes or withdraws a yearly figure; readers of the inventory see its record."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import FILED, inventories_visible_to
from carbon.releases import selectors, services
from carbon.releases.columns import RELEASE_LIST, TYPED
from carbon.releases.selectors import may_release
from districts.releases.columns import record_of
from districts.releases.views import ReleasePage
from greendistrict.accounts.viewer import Viewer, viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
def inventory_release(request: HttpRequest, pk: int) -> HttpResponse:
    """What the public reads or would read, the record of releases, and the release form. Raises ``Http404``."""
    return _page(viewer_of(request), pk).show(request)


@require_POST
def inventory_release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the published figure of the inventory's year. Raises ``Http404``."""
    return _page(viewer_of(request), pk).take_back(request)


def _page(viewer: Viewer, pk: int) -> ReleasePage:
    inventory = get_object_or_404(inventories_visible_to(viewer).filter(FILED), pk=pk)
    return ReleasePage(
        template="carbon/releases/inventory_release.html",
        address=reverse("carbon:inventory_release", args=[pk]),
        viewer=viewer,
        columns=TYPED,
        may=may_release(viewer.held, inventory.district),
        only=services.ONLY,
        what=f"{inventory.year}年度的数字",
        asked=f"{inventory}的数字",
        release=partial(services.release, inventory=inventory),
        withdraw=partial(services.withdraw, district=inventory.district, year=inventory.year),
        context=partial(_context, viewer, inventory),
    )


def _context(viewer: Viewer, inventory: CarbonInventory) -> dict[str, Any]:
    live = selectors.live_release(inventory.district, inventory.year)
    return {
        "inventory": inventory,
        "demo": inventory.district.is_demo,
        "live": live,
        "figure": selectors.figures_of([live.inventory if live else inventory])[0],
        "records": record_of(RELEASE_LIST, selectors.releases_of(inventory), viewer.today),
    }
