"""Download with permission check, viewing and changing the confidentiality of a file, resumable upload.

An upload is started, asked for its offset, and sent piece by piece. ``POST uploads/`` with ``owner``, ``name``, ``size`` returns
``{"key", "offset", "piece"}``; ``GET uploads/<key>/`` returns ``{"offset", "size"}``; ``POST uploads/<key>/`` with the header
``Upload-Offset`` and at most ``piece`` bytes as the body returns ``{"offset"}``, or 409 with the offset stored by the portal. The form that
uses the file sends its key.
"""

import uuid
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.disk import FileMissing
from greendistrict.core.errors import NotAllowed, Refused, StorageUnavailable
from greendistrict.core.integers import whole
from greendistrict.documents import copies, uploads
from greendistrict.documents.enums import Confidentiality, CopyState
from greendistrict.documents.forms import LevelForm
from greendistrict.documents.models import Evidence, Upload, refuse_quarantined
from greendistrict.documents.ranges import ByteRange, RangeContent, UnsatisfiableError, asked_part
from greendistrict.documents.reading import INLINE, OpenedPaper, key_in, shown_types
from greendistrict.documents.registry import owner_seen
from greendistrict.documents.selectors import beside, evidence_by_key
from greendistrict.documents.services import may_set_confidentiality, set_confidentiality

MOST_BESIDE = 200  # files of an owner offered for reading side by side
READING_SECONDS = 3600  # parts that a person reads of one file within this time count as one download
CLOSED = "default-src 'none'; sandbox"
PDF = "application/pdf"
SHOWN = {PDF: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"}  # browsers do not show PDFs in a sandbox


@dataclass(frozen=True)
class Sent:
    """A file to send, or the PDF made from it; ``inline`` for viewing, otherwise as an attachment."""

    file: FieldFile
    size: int
    content_type: str
    name: str
    inline: bool


def _seen(viewer: Viewer, key: uuid.UUID) -> Evidence:
    evidence = evidence_by_key(viewer, key)
    if evidence is None:
        raise Http404
    return evidence


def _opened(viewer: Viewer, key: uuid.UUID) -> Evidence:
    """The file, if its content may be read. Raises ``Http404``, ``Quarantined``."""
    evidence = _seen(viewer, key)
    refuse_quarantined(evidence)
    return evidence


@require_http_methods(["GET", "POST"])
def confidentiality(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Confidentiality of a file; a POST with a reason changes it for all versions."""
    viewer = viewer_of(request)
    evidence = _seen(viewer, key)
    form = LevelForm(request.POST or None, initial={"confidentiality": evidence.confidentiality})
    NotAllowed.when(request.method == "POST" and not may_set_confidentiality(viewer.user, evidence), "您不能改变这份材料的密级")
    if request.method == "POST" and form.is_valid():
        level, reason = Confidentiality(form.cleaned_data["confidentiality"]), form.cleaned_data["reason"]
        try:
            set_confidentiality(evidence=evidence, level=level, reason=reason, by=viewer.user)
        except Refused as refused:
            if refused.status != Refused.status:
                raise
            form.add_error("confidentiality", str(refused))
        else:
            messages.success(request, f"密级已改为{level.label}")
            return HttpResponseRedirect(request.path)
    context = {"file": evidence, "form": form, "may_change": may_set_confidentiality(viewer.user, evidence)}
    return render(request, "documents/confidentiality.html", context, status=422 if form.errors else 200)


@require_safe
def reading(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show a file at ``page`` with ``passage`` marked, and the file ``beside`` next to it; files browsers cannot show are downloaded."""
    viewer = viewer_of(request)
    papers = [OpenedPaper.asked(_seen(viewer, key), request.GET)]
    if not (papers[0].inline or papers[0].converted or papers[0].quarantine):
        return HttpResponseRedirect(papers[0].download)
    if asked := request.GET.get("beside", ""):
        if (other := key_in(asked)) is None:
            raise Http404
        papers.append(OpenedPaper.asked(_seen(viewer, other), request.GET, "beside_"))
    files = beside(viewer, papers[0].file).filter(content_type__in=shown_types())[:MOST_BESIDE]
    return render(request, "documents/reading.html", {"papers": papers, "first": papers[0], "two": papers[1:], "files": files})


@require_safe
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Send a file or the requested range of it, inline for PDF and images with ``?view=1``.

    Every download is audited; ranges that the viewer reads one after another count as one.
    """
    evidence = _opened(viewer_of(request), key)
    inline = evidence.content_type in INLINE and request.GET.get("view") == "1"
    return _answer(request, evidence, Sent(evidence.file, evidence.size, evidence.content_type, evidence.original_name, inline=inline))


@require_safe
def converted(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the PDF made from an Office file, or the state of its conversion; the page polls until it is done."""
    paper = OpenedPaper.asked(_seen(viewer_of(request), key), request.GET)
    copy = None if paper.quarantine else copies.ask(paper.file)
    context = {"paper": paper, "copy": copy, "states": CopyState, "title": paper.file.title}
    response = render(request, "documents/_converted.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def as_pdf(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """Send the PDF made from an Office file, or a range of it, to people who may open the file; recorded as a download of the file."""
    evidence = _opened(viewer_of(request), key)
    if (copy := copies.copy_of(evidence)) is None:
        raise Http404
    name = f"{evidence.original_name.rpartition('.')[0]}.pdf"
    return _answer(request, evidence, Sent(copy.file, copy.size, PDF, name, inline=True))


def _answer(request: HttpRequest, evidence: Evidence, sent: Sent) -> HttpResponseBase:
    try:
        part = asked_part(request.headers.get("Range", ""), sent.size)
    except UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{sent.size}", "Content-Security-Policy": CLOSED})
    user = signed_in(request)
    mark = f"documents:read:{user.pk}:{evidence.pk}"
    if part is None or cache.get(mark) is None:
        audit.record(action="documents.download", by=user, obj=evidence, data={"sha256": evidence.sha256})
        cache.set(mark, 1, READING_SECONDS)
    response = _handed_on(sent) if settings.ACCEL_PREFIX else _part_of(sent, part) if part else _whole(sent)
    response["Content-Security-Policy"] = SHOWN.get(sent.content_type, CLOSED) if sent.inline else CLOSED
    if sent.inline:
        response["X-Frame-Options"] = "SAMEORIGIN"  # framed by the page that shows the evidence beside its clause
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    return response


def _handed_on(sent: Sent) -> HttpResponse:
    """Empty response; the web server in front sends the file or the requested range from its folder. Raises ``FileMissing``."""
    if not sent.file.storage.exists(name := sent.file.name or ""):
        raise FileMissing(name)
    response = HttpResponse(content_type=sent.content_type)
    response["Content-Disposition"] = content_disposition_header(not sent.inline, sent.name) or "attachment"
    response["X-Accel-Redirect"] = f"{settings.ACCEL_PREFIX}{quote(name)}"
    return response


def _whole(sent: Sent) -> FileResponse:
    stream = sent.file.open("rb")
    return FileResponse(stream, as_attachment=not sent.inline, filename=sent.name, content_type=sent.content_type)


def _part_of(sent: Sent, part: ByteRange) -> StreamingHttpResponse:
    content = RangeContent(sent.file.open("rb"), part)
    response = StreamingHttpResponse(content, status=206, content_type=sent.content_type)
    response["Content-Disposition"] = content_disposition_header(not sent.inline, sent.name) or "attachment"
    response["Content-Range"] = f"bytes {part.first}-{part.last}/{sent.size}"
    response["Content-Length"] = str(part.size)
    return response


@require_POST
@at_the_page
def upload_start(request: HttpRequest) -> HttpResponse:
    """Start an upload for an owner that the person may see and add to."""
    viewer = viewer_of(request)
    size = request.POST.get("size", "")
    owner = owner_seen(viewer, request.POST.get("owner", ""))
    try:
        upload = uploads.begin(owner=owner, name=request.POST.get("name", ""), size=whole(size, 0), by=viewer.user)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status)
    return JsonResponse({"key": str(upload.key), "offset": 0, "piece": uploads.PIECE}, status=201)


@require_http_methods(["GET", "POST"])
@at_the_page
def upload_piece(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return the offset of the person's upload (GET), or append the next piece (POST)."""
    upload = get_object_or_404(Upload, key=key, by=signed_in(request))
    if request.method == "GET":
        return JsonResponse({"offset": upload.received, "size": upload.size})
    offset = request.headers.get("Upload-Offset", "")
    try:
        received = uploads.append(upload=upload, offset=whole(offset, -1), stream=request)  # type: ignore[arg-type]  # a request can be read like a file
    except uploads.WrongOffset as wrong:
        return JsonResponse({"error": str(wrong), "offset": wrong.offset}, status=wrong.status)
    except Refused as refused:
        return JsonResponse({"error": str(refused)}, status=refused.status if isinstance(refused, StorageUnavailable) else 422)
    return JsonResponse({"offset": received})
