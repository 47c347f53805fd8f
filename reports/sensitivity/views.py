"""Pages of the sensitivity report: choice, input, request; the result is on the page of the job."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from indicators.editions.models import Edition
from indicators.editions.selectors import editions_visible_to
from indicators.scoring.refusals import EditionIncomplete
from reports.jobs.enums import ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.selectors import may_request
from reports.sensitivity.adjust import limits_of, moved, star_lines
from reports.sensitivity.forms import LimitsForm, SensitivityForm
from reports.sensitivity.services import request_sensitivity

TEMPLATE = "reports/sensitivity/sensitivity.html"
UNPROCESSABLE = 422


def sensitivity(request: HttpRequest) -> HttpResponse:
    """Choose an edition by ``?edition=`` and clauses by ``?items=``, enter other limits, and request the computation."""
    viewer = viewer_of(request)
    NotAllowed.unless(may_request(viewer, ReportKind.SENSITIVITY), "标准调整的影响由市住房城乡建设管理委测算")
    choose = SensitivityForm(request.GET or None, editions=editions_visible_to(viewer).filter(complete=True))
    context: dict[str, Any] = {"choose": choose}
    if not choose.is_valid():
        return render(request, TEMPLATE, context, status=UNPROCESSABLE if choose.errors else 200)
    edition: Edition = choose.cleaned_data["edition"]
    limits = [*star_lines(edition.document), *limits_of(edition.document, choose.cleaned_data["items"])]
    form = LimitsForm(request.POST or None, limits=limits)
    context |= {"edition": edition, "form": form}
    if request.method == "POST" and form.is_valid():
        job = _asked(request, edition, form)
        if job is not None:
            return redirect("reports:job", job.pk)
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.is_bound else 200)


def _asked(request: HttpRequest, edition: Edition, form: LimitsForm) -> ExportJob | None:
    """The requested job; None with errors in the form."""
    numbers: dict[str, Decimal] = form.numbers()
    parsed, changes = moved(edition.document, form.limits, numbers)
    wrong = [problem for problem in parsed.problems if problem.kind == "invalid"]
    for problem in wrong:
        form.add_error(None, problem.text)
    if wrong:
        return None
    try:
        return request_sensitivity(edition=edition, changes=changes, by=signed_in(request))
    except NotAllowed:
        raise
    except Refused as refused:
        for refusal in refused.refusals:
            form.add_error(None, refusal.text)
    except EditionIncomplete as incomplete:
        form.add_error(None, str(incomplete))
    return None
