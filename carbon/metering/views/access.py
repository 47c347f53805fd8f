"""Access checks shared by the metering pages."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from carbon.metering.models import Meter
from carbon.metering.rules import hold_metering, keeps_meters
from carbon.metering.selectors.meters import meters_visible_to
from districts.file.models.district import District
from districts.file.views.common import district_to_read
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.integers import whole

FIRST_YEAR = 1992


def metering_to_read(request: HttpRequest, code: str) -> tuple[District, bool]:
    """District whose meters the person may see, and whether they may edit them. Raises ``Http404``, ``NotAllowed``."""
    district, _ = district_to_read(request, code)
    return district, keeps_meters(viewer_of(request).held, district)


def metering_to_keep(request: HttpRequest, code: str) -> District:
    """District whose meters the person may edit. Raises ``Http404``, ``NotAllowed``."""
    district, _ = district_to_read(request, code)
    hold_metering(viewer_of(request).held, district)
    return district


def meter_seen(request: HttpRequest, code: str, pk: int) -> tuple[Meter, bool]:
    """Meter that the person may see, and whether they may edit it. Raises ``Http404``."""
    district, keeps = metering_to_read(request, code)
    rows = meters_visible_to(viewer_of(request)).select_related("plot", "work", "parent")
    meter: Meter = get_object_or_404(rows, pk=pk, district=district)
    meter.district = district
    return meter, keeps


def year_asked(request: HttpRequest) -> int:
    """Year of the query string, by default this year. Raises ``Http404`` for an impossible year."""
    viewer = viewer_of(request)
    year = whole(request.GET.get("year"), viewer.today.year)
    if not FIRST_YEAR < year <= viewer.today.year:
        raise Http404
    return year
