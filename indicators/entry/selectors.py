"""Reading drafts of editions. They hold a licensed text that is not published: only who may import editions sees them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from greendistrict.accounts.viewer import Viewer
from indicators.editions.lifecycle import may_draft
from indicators.editions.models import Edition, EditionStatus
from indicators.entry.models import DraftChapter, EntryDraft
from indicators.entry.numbers import in_order
from indicators.entry.progress import Document, DraftProgress, Pace, pace_of, progress_of


def drafts_visible_to(viewer: Viewer) -> QuerySet[EntryDraft]:
    """Return all drafts for the officer, none for anybody else."""
    return EntryDraft.objects.all() if may_draft(viewer.held) else EntryDraft.objects.none()


def chapters_of(draft: EntryDraft) -> list[DraftChapter]:
    """Return the chapters in the order of their numbers."""
    return sorted(draft.chapters.all(), key=lambda chapter: in_order(chapter.facts["no"]))


def document_of(draft: EntryDraft, chapters: Sequence[DraftChapter]) -> dict[str, Any]:
    """Return the draft in the normal form of an edition."""
    return {**draft.frame, "chapters": [chapter.content for chapter in chapters]}


def progress_with(draft: EntryDraft, chapters: Sequence[DraftChapter]) -> DraftProgress:
    """Return how far the draft is."""
    return progress_of(document_of(draft, chapters), [chapter.expected for chapter in chapters])


def pace_with(draft: EntryDraft, chapters: Sequence[DraftChapter], progress: DraftProgress) -> Pace | None:
    """Return the pace so far; None before a chapter has become whole by entering it."""
    pairs = zip(chapters, progress.chapters, strict=True)
    done = [(state.entered, timezone.localdate(chapter.whole_at)) for chapter, state in pairs if chapter.whole_at]
    return pace_of(done, timezone.localdate(draft.begun_at), sum(state.left for state in progress.chapters))


def startable_editions() -> QuerySet[Edition]:
    """Return editions that an entry can go on from: those not entered completely."""
    return Edition.objects.filter(complete=False, status=EditionStatus.DRAFT).order_by("code")


def document_to_compare(edition: Edition, chapter: Document) -> dict[str, Any] | None:
    """Return the edition with only the chapter that has the same key, number or title as this one; None if it has none."""
    document = edition.document
    for name in ("key", "title", "no"):
        found = [one for one in document["chapters"] if one[name] == chapter[name]]
        if found:
            return {**document, "chapters": found}
    return None
