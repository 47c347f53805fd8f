"""国家级奖项推荐: current titles with reasons for and against a recommendation; only for the city."""

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.titles.selectors import titles_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.policy.citing import policy_of
from reports.awards.selectors import award_lines


@require_safe
def award_list(request: HttpRequest) -> HttpResponse:
    """Show candidates for national awards: good implementation, nothing open (八（四）)."""
    viewer = viewer_of(request)
    if not viewer.held.is_city:
        raise Http404
    lines = award_lines(titles_visible_to(viewer), viewer.today)
    page = Paginator(lines, PAGE_ROWS).get_page(request.GET.get("page"))
    prefetch_related_objects([line.title for line in lines], "district")
    context = {
        "page": page,
        "rule": policy_of(viewer.today).rule("AWARD"),
        "counts": [
            f"{'演示数据' if demo else ''}{len(found)}个，拟推荐{sum(line.is_candidate for line in found)}个"
            for demo in (False, True)
            if (found := [line for line in lines if line.title.district.is_demo == demo])
        ],
        "crumbs": [("称号", reverse("approvals:title_list")), ("国家级奖项推荐", "")],
    }
    return render(request, "reports/awards/awards.html", context)
