"""Views that request the paper of a matter from its page; the self-check report is generated at once."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from approvals.publicity.selectors import notices_public
from assessments.self_checks.views.record import seen_check
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.downloads import as_file
from greendistrict.documents.office.inspection import KINDS
from reports.composition.enums import FileFormat
from reports.jobs.enums import Scope
from reports.jobs.kinds import report_kinds
from reports.jobs.requests import request_report
from reports.matters import notices, self_reports


@require_POST
def ask(request: HttpRequest, kind: str, subject: int) -> HttpResponse:
    """Request one format of a paper, or all, and redirect to the job. Raises ``Http404`` for a matter the user does not see."""
    viewer, report = viewer_of(request), report_kinds.by_key.get(kind)
    if report is None or report.scope != Scope.MATTER or report.matters is None:
        raise Http404
    if not report.matters(viewer).filter(pk=subject).exists():
        raise Http404
    wanted = request.POST.get("format", "")
    return _asked(request, kind=kind, year=viewer.today.year, by=viewer.user, subject=str(subject), formats=(wanted,) if wanted else ())


@require_safe
def notice_paper(request: HttpRequest, pk: int) -> FileResponse:
    """Download the signed PDF of a public notice, without signing in. Raises ``Http404`` while there is none."""
    del request
    file = notices.file_of(get_object_or_404(notices_public(), pk=pk))
    if file is None:
        raise Http404
    document = file.document
    return FileResponse(document.file.open("rb"), as_attachment=True, filename=document.original_name, content_type=document.content_type)


@require_safe
def self_report_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the self-check report as a Word document; the download is audited."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    audit.record(action="self_check.export_report", by=viewer.user, obj=check, data={"version": check.report_version})
    return as_file(self_reports.word_of(viewer, check), f"{self_reports.title_of(check)}.docx", KINDS["docx"].content_type)


@require_POST
def ask_obligations_plan(request: HttpRequest, year: int) -> HttpResponse:
    """Request the plan of obligations due in a year that the user sees."""
    return _asked(
        request, kind="obligations_plan", year=year, by=signed_in(request), formats=(FileFormat.PDF, FileFormat.DOCX, FileFormat.XLSX)
    )


def _asked(request: HttpRequest, **wanted: Any) -> HttpResponse:
    try:
        job = request_report(**wanted)
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("reports:report_center")
    return redirect("reports:job", job.pk)
