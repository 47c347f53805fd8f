"""The page of the yearly reports on disclosure: figures of a year, and the record that its report was published."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from districts.common.enums import World
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.policy.statutes import REPORT_ON_DISCLOSURE
from greendistrict.workflow.pages import NOT_YOURS
from outreach.disclosures.forms import PublishedReportForm
from outreach.disclosures.rules import may_read_disclosures, may_reply_disclosures
from outreach.disclosures.yearly_reports import figures_of, record_report, report_of, years_reported


def disclosure_report(request: HttpRequest) -> HttpResponse:
    """Figures of one year and world (``?of=<year>-<world>``, by default last year's real ones); the officer records the publication."""
    viewer = viewer_of(request)
    if not may_read_disclosures(viewer.held):
        raise Http404
    years = {f"{year}-{World.DEMO if demo else World.REAL}": (year, demo) for year, demo in years_reported(viewer.today)}
    asked = request.GET.get("of", f"{viewer.today.year - 1}-{World.REAL}")
    if asked not in years:
        raise Http404
    (year, demo), form, status = years[asked], None, HTTPStatus.OK
    stored, page = report_of(year, demo=demo), f"{reverse('outreach:disclosure_report')}?of={asked}"
    if request.method == "POST":
        NotAllowed.unless(may_reply_disclosures(viewer.held), NOT_YOURS)
        form, status = PublishedReportForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            with RefusalsIn(form):
                record_report(year=year, demo=demo, by=signed_in(request), **form.cleaned_data)
                messages.success(request, "已登记公布")
                return redirect(page)
    elif may_reply_disclosures(viewer.held) and year < viewer.today.year:
        form = PublishedReportForm(initial={"published_on": stored.published_on, "address": stored.address} if stored else {})
    shown = [(key, number, of_demo) for key, (number, of_demo) in years.items()]
    context = {"year": year, "demo": demo, "asked": asked, "years": shown, "stored": stored, "form": form, "page": page}
    context |= {"figures": figures_of(year, demo=demo), "cite": REPORT_ON_DISCLOSURE}
    return render(request, "outreach/disclosures/disclosure_report.html", context, status=status)
