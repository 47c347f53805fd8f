"""Report centre: kinds, request, jobs with progress, history."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from reports.annual.selectors import received_checks_visible_to, received_years
from reports.center.forms import RequestForm
from reports.jobs import lease
from reports.jobs.enums import JobState, ReportKind, Scope
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from reports.jobs.selectors import jobs_visible_to, may_request

PER_PAGE = 20


def _form(user: User, request: HttpRequest) -> RequestForm:
    checks = received_checks_visible_to(user)
    years = [year for year, _ in received_years(user)]
    return RequestForm(
        user, years, checks, request.POST or None, initial={"kind": request.GET.get("kind"), "year": request.GET.get("year")}
    )


def report_center(request: HttpRequest) -> HttpResponse:
    """Kinds, a request form and what was made."""
    user = signed_in(request)
    form = _form(user, request)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        check = asked["check"] if report_kinds.by_key[asked["kind"]].scope == Scope.DISTRICT else None
        try:
            job = request_report(kind=asked["kind"], year=asked["year"], by=user, district=check.district if check else None)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("reports:job", job.pk)
    page = Paginator(jobs_visible_to(user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "years": received_years(user),
        "may_request": bool(form.kinds),
        "may_compute": may_request(user, ReportKind.SENSITIVITY),
    }
    return render(request, "reports/center/report_center.html", context)


def job_card(job: ExportJob) -> dict[str, object]:
    """What ``components/job.html`` shows."""
    card: dict[str, object] = {
        "label": job.label, "done": job.done, "total": job.total, "state": job.state, "remaining": lease.remaining(job), "error": job.error,
    }  # fmt: skip
    if job.report.result and job.state == JobState.DONE:
        card |= {"href": reverse("reports:job", args=[job.pk]), "result": "查看结果"}
    return card


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: progress while it runs, files when it is done; htmx asks for the card alone."""
    found = get_object_or_404(jobs_visible_to(signed_in(request)), pk=pk)
    context = {
        "job": found,
        "askers": "、".join(found.askers.values_list("user__name", flat=True)) or "系统",
        "card": job_card(found),
        "poll": reverse("reports:job", args=[pk]),
        **(found.report.result(found, request.GET.get("page", "")) if found.report.result else {}),
    }
    template = "reports/center/_job.html" if getattr(request, "htmx", False) else "reports/center/job.html"
    return render(request, template, context)
