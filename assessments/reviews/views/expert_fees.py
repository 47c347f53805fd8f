"""Panel hours for fees: entered per review, listed and exported per expert."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.experts.forms import PeriodForm
from assessments.experts.models.experts import ExpertEmployment
from assessments.experts.views import pool_reader
from assessments.reviews.columns import FEE_PANELS, FEE_TOTALS
from assessments.reviews.enums import FROM_MEETING, MemberState
from assessments.reviews.forms import HoursForm
from assessments.reviews.selectors import fees
from assessments.reviews.services.meeting_records import note_hours
from assessments.reviews.views.reviews import run_review
from greendistrict.accounts.http import signed_in
from greendistrict.audit import services as audit
from greendistrict.core.answers import redirect_saying
from greendistrict.core.refusals import RefusalsIn
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.downloads import as_workbook
from greendistrict.documents.list_workbook import lists_book
from greendistrict.workflow.pages import UNPROCESSABLE


def _lines(request: HttpRequest) -> dict[str, Any]:
    viewer, form = pool_reader(request), PeriodForm(request.GET or None)
    first, last = form.period(viewer.today)
    lines = fees.fee_lines(viewer, first, last)
    return {
        "form": form,
        "first": first,
        "last": last,
        "lines": lines,
        "panels": sum(line.panels for line in lines),
        "hours": sum(line.hours for line in lines),
        "export": reverse("assessments:expert_fees_export"),
    }


@require_safe
def expert_fees(request: HttpRequest) -> HttpResponse:
    """Show panels and hours per expert for a period."""
    return render(request, "assessments/reviews/expert_fees.html", _lines(request))


@require_safe
def expert_fees_export(request: HttpRequest) -> HttpResponse:
    """Download the list as a workbook; the download is audited."""
    found, user = _lines(request), signed_in(request)
    audit.record(action="experts.export_fees", by=user, obj=user, data={"experts": len(found["lines"])})
    bodies = ExpertEmployment.objects.filter(expert__in=[line.expert for line in found["lines"]], valid_to__isnull=True)
    employers = dict(bodies.order_by("valid_from", "pk").values_list("expert_id", "organisation__name"))
    title = f"专家评审工时　{cn_date(found['first'])}至{cn_date(found['last'])}"
    lines = [line._replace(employer=employers.get(line.expert.pk, "")) for line in found["lines"]]
    members = [member for line in lines for member in line.memberships]
    both = ((FEE_TOTALS, lines), (FEE_PANELS, members))
    sheets = [table.sheet(table.rows_of(rows), found["last"], table.caption, title) for table, rows in both]
    content = lists_book(sheets, demo=any(line.expert.is_demo for line in lines))
    return as_workbook(content, f"专家工时-{found['first']:%Y%m%d}-{found['last']:%Y%m%d}.xlsx")


def review_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the hours of the members of one panel."""
    user, found = signed_in(request), run_review(request, pk)
    if found.status not in FROM_MEETING:
        raise Http404
    sitting = found.members.filter(state=MemberState.ACCEPTED).select_related("expert__user")
    form = HoursForm(request.POST if request.method == "POST" else None, members=sitting)
    if form.is_valid():
        with RefusalsIn(form, passing=()):
            note_hours(review=found, hours=form.hours, by=user)
            return redirect_saying(request, "已登记工时", "assessments:review", pk)
    return render(
        request, "assessments/reviews/review_hours.html", {"review": found, "form": form}, status=UNPROCESSABLE if form.errors else 200
    )
