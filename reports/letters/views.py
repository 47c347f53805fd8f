"""A letter of any matter on the screen, and asking for its files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.workflow.letters import Draft, LetterSource
from reports.letters.selectors import seen_draft
from reports.letters.services import request_letter


def _seen(user: User, slug: str, pk: int, key: str) -> tuple[LetterSource, Any, Draft]:
    """Raises ``Http404`` for a letter that the person may not read."""
    found = seen_draft(user, slug, pk, key)
    if found is None:
        raise Http404
    return found


@require_safe
def letter(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """One draft letter; the office's own system issues the paper."""
    source, matter, draft = _seen(signed_in(request), slug, pk, key)
    context: dict[str, Any] = {
        "letter": draft.write(),
        "name": draft.title,
        "matter": matter,
        "is_demo": source.is_demo(matter),
        "back": source.page(matter),
        "files": reverse("reports:letter_files", args=[slug, pk, key]),
        "crumbs": [(str(matter), source.page(matter)), (draft.title, "")],
    }
    return render(request, "reports/letters/letter.html", context)


@require_POST
def letter_files(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Ask for the letter as PDF or Word document; its text is kept as it reads now."""
    user = signed_in(request)
    source, matter, draft = _seen(user, slug, pk, key)
    job = request_letter(source=source, matter=matter, draft=draft, form=request.POST.get("format", ""), by=user)
    return HttpResponseRedirect(reverse("reports:job", args=[job.pk]))
