"""The district file by itself: its own tabs, without what the apps above add."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.rules import may_edit_district, may_read_file
from districts.selectors import district_seen, tabs
from greendistrict.accounts.http import signed_in


@login_required
@require_safe
def district_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Overview for everybody who sees the district; plan, lists and baselines for its parties and the city's side."""
    user = signed_in(request)
    district = district_seen(user, code)
    allowed = may_read_file(user, district)
    shown = {key: tab for key, tab in tabs.TABS.items() if allowed or tab.public}
    current = request.GET.get("tab", "")
    tab = shown.get(current) or shown["overview"]
    context = {
        "district": district,
        "tabs": [(key, entry.label, entry is tab) for key, entry in shown.items()],
        "fragment": tab.template,
        "stages": tabs.stage_bar(district),
        "may_edit": may_edit_district(user, district),
        **(tab.context(district) if allowed else tabs.overview_context(district, full=False)),
    }
    return render(request, "districts/district_detail.html", context)
