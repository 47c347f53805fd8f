"""A letter of any matter on the screen."""

from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.papers import code_of
from greendistrict.workflow.letters import Draft, LetterSource, letter_sources


def seen_draft(user: User, slug: str, pk: int, key: str) -> tuple[LetterSource, models.Model, Draft]:
    """Source, matter and letter that the person may read. Raises ``Http404``."""
    source = letter_sources.by_key.get(slug)
    matter = source.seen(user, pk) if source else None
    draft = next((one for one in source.drafts(matter, user) if one.key == key), None) if source and matter else None
    if source is None or matter is None or draft is None:
        raise Http404
    return source, matter, draft


@require_safe
def letter(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """One draft letter; the office's own system issues the paper."""
    source, matter, draft = seen_draft(signed_in(request), slug, pk, key)
    context: dict[str, Any] = {
        "letter": draft.write(),
        "name": draft.title,
        "matter": matter,
        "code": code_of(matter),
        "is_demo": source.is_demo(matter),
        "back": source.page(matter),
        "crumbs": [(str(matter), source.page(matter)), (draft.title, "")],
    }
    return render(request, "reports/letters/letter.html", context)
