"""Pages of a letter of any matter, and the request for its files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.documents.downloads import as_file
from greendistrict.workflow.letters import Draft, LetterSource
from reports.composition.enums import FileFormat
from reports.jobs.making import CONTENT_TYPES
from reports.letters.selectors import seen_draft
from reports.letters.services import addressed_letter, request_letter


def _seen(viewer: Viewer, slug: str, pk: int, key: str) -> tuple[LetterSource, Any, Draft]:
    """Source, matter and letter. Raises ``Http404`` if the user may not read it."""
    found = seen_draft(viewer, slug, pk, key)
    if found is None:
        raise Http404
    return found


@require_safe
def letter(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Show one draft letter; the official document is issued in the office's own system."""
    viewer = viewer_of(request)
    source, matter, draft = _seen(viewer, slug, pk, key)
    context: dict[str, Any] = {
        "letter": draft.write().spaced(viewer.today),
        "name": draft.title,
        "matter": matter,
        "is_demo": source.is_demo(matter),
        "back": source.page(matter),
        "files": reverse("reports:letter_files", args=[slug, pk, key]),
        "addressed": draft.addressed,
        "send": reverse("reports:letter_addressed", args=[slug, pk, key]),
        "crumbs": [(str(matter), source.page(matter)), (draft.title, "")],
    }
    return render(request, "reports/letters/letter.html", context)


@require_POST
def letter_files(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Request the letter as PDF or Word document; its current text is stored."""
    viewer = viewer_of(request)
    source, matter, draft = _seen(viewer, slug, pk, key)
    job = request_letter(source=source, matter=matter, draft=draft, form=request.POST.get("format", ""), by=viewer.user)
    return HttpResponseRedirect(reverse("reports:job", args=[job.pk]))


@require_POST
def letter_addressed(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Download the letter as a Word document with the name of its receiver."""
    viewer = viewer_of(request)
    source, matter, draft = _seen(viewer, slug, pk, key)
    if draft.addressed is None:
        raise Http404
    if not draft.addressed.is_open:
        messages.info(request, "请先写明查看申请人姓名的理由。")
        return HttpResponseRedirect(draft.addressed.ask)
    content = addressed_letter(source=source, matter=matter, name=draft.title, addressed=draft.addressed, by=viewer.user)
    return as_file(content, f"{draft.title}.docx", CONTENT_TYPES[FileFormat.DOCX])
