"""未来五年: the page and its chart."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.charts import Series, line
from greendistrict.core.integers import whole
from greendistrict.policy.citing import policy_of
from obligations.rules import reads_outlook
from obligations.workloads import Workload
from portal.outlook.rules import PeriodLoad
from portal.outlook.selectors import outlook_of

SHOWN = (Workload.REPORTING, Workload.RECEIVING, Workload.CITY, Workload.PANELS)
LEGEND = [("line-0", "报送单位应报"), ("line-1", "市级应办"), ("line-2", "专家席位")]


@require_safe
def outlook(request: HttpRequest) -> HttpResponse:
    """Work of the coming years by month, and one year in detail; every figure links to its rows in the calendar."""
    viewer = viewer_of(request)
    today = viewer.today
    if not reads_outlook(viewer.held):
        raise Http404
    request.nav = "obligations:obligation_list"  # type: ignore[attr-defined]  # read by the menu
    found = outlook_of(viewer)
    expires = policy_of(today).expires
    asked = whole(request.GET.get("year"), today.year + 1)
    year = asked if asked in found.months else today.year + 1
    context = {
        "outlook": found,
        "expires": expires,
        "year": year,
        "today": today,
        "chart": _chart(found.months[year], year),
        "legend": LEGEND,
        "rows": [
            (month, [(month.counts.get(load, 0), _link(month, load, is_demo=found.is_demo)) for load in SHOWN])
            for month in found.months[year]
        ],
        "short": [(month, _link(month, Workload.PANELS, is_demo=found.is_demo)) for month in found.short],
    }
    return render(request, "portal/outlook/outlook.html", context)


def _link(load: PeriodLoad, workload: Workload, *, is_demo: bool) -> str:
    asked = {"month": f"{load.year}-{load.month:02d}", "workload": workload.value, "world": "demo" if is_demo else "real"}
    return f"{reverse('obligations:duty_calendar')}?{urlencode(asked)}"


def _chart(months: Sequence[PeriodLoad], year: int) -> SafeString:
    names = [f"{month.month}月" for month in months]
    figures = ([month.reporting for month in months], [month.city for month in months], [month.seats for month in months])
    series = [Series(label, values) for (_, label), values in zip(LEGEND, figures, strict=True)]
    return line(names, series, unit="项、人次", title=f"{year}年每月工作量")
