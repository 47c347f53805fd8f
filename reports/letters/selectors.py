"""Letters that a person may read, and those whose files they asked for."""

from typing import Any

from django.db.models import QuerySet

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import whole
from greendistrict.workflow.letters import Draft, LetterSource, letter_sources
from reports.letters.models import LetterCopy


def seen_draft(viewer: Viewer, slug: str, pk: int, key: str) -> tuple[LetterSource, Any, Draft] | None:
    """Source, matter and letter; None if the viewer may not read it."""
    source = letter_sources.by_key.get(slug)
    matter = source.seen(viewer, pk) if source else None
    if source is None or matter is None:
        return None
    draft = next((one for one in source.drafts(matter, viewer) if one.key == key), None)
    return (source, matter, draft) if draft else None


def draft_at(viewer: Viewer, address: str) -> tuple[LetterSource, Any, Draft] | None:
    """As ``seen_draft``, by the end of the page's URL, such as case/12/acceptance."""
    slug, _, rest = address.strip("/").partition("/")
    pk, _, key = rest.partition("/")
    number = whole(pk)
    return None if number is None else seen_draft(viewer, slug, number, key)


def copies_visible_to(viewer: Viewer) -> QuerySet[LetterCopy]:
    """Stored letters whose files the viewer requested; all for the portal itself."""
    copies = LetterCopy.objects.all()
    return copies if viewer.is_portal else copies.filter(readers=viewer.person)
