"""Write drafts of editions: begin, state the frame and the chapters, take in clauses, hand over to the import. Every act is audited."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from greendistrict.accounts.acting import named
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.workbooks.remembered import remember_heads
from indicators.editions.lifecycle import may_draft
from indicators.editions.models import Edition
from indicators.editions.services import ImportResult, import_document
from indicators.editions.workbook.build import BLANK
from indicators.entry.models import DraftChapter, EntryDraft
from indicators.entry.progress import WHOLE
from indicators.entry.rows import ClauseHeads
from indicators.entry.selectors import chapters_of, progress_with

ONLY = "评价标准由经办录入"
KEY = "chapter-"
FRAME = ("edition", "types", "stages", "levels", "total")


def frame_of(edition: Edition | None) -> dict[str, Any]:
    """Frame that an entry begins with: that of an edition, or an empty one with the types, stages and stars of the template.

    An edition without a clause says on what the little rests that is known of it; what is entered rests on the book.
    """
    document = edition.document if edition else BLANK
    frame = {name: document[name] for name in FRAME}
    if not any(chapter["items"] for chapter in document["chapters"]):
        frame["edition"] = {**frame["edition"], "based_on": None}
    return {**frame, "levels": frame["levels"] or BLANK["levels"]}


@transaction.atomic
def begin(*, frame: Mapping[str, Any], edition: Edition | None, by: User) -> EntryDraft:
    """Begin an entry, with the chapters and clauses of an edition that was not entered completely. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_draft(posts_of(by)), ONLY)
    code = frame["edition"]["code"]
    _free(code, None)
    now = clock.now()
    draft = EntryDraft.objects.create(code=code, frame=dict(frame), begun_at=now, begun_by=by, changed_at=now, changed_by=by)
    for content in edition.document["chapters"] if edition else ():
        facts = {name: value for name, value in content.items() if name != "items"}
        DraftChapter.objects.create(
            draft=draft, key=facts["key"], facts=facts, items=content["items"], changed_at=now, changed_by=by
        )  # fmt: skip
    audit.record(action="edition.entry_begin", by=by, obj=draft, data={"code": code})
    return draft


def _free(code: str, own: EntryDraft | None) -> None:
    found = EntryDraft.objects.filter(code=code).first()
    if found is not None and found != own:
        raise Refused([Refusal(f"{found} 已在录入，请在“逐章录入”里继续", field="code")])


def _held(draft: EntryDraft, by: User) -> EntryDraft:
    """The draft, locked: whoever writes to one of its chapters waits here for the other. Raises ``NotAllowed``."""
    NotAllowed.unless(may_draft(posts_of(by)), ONLY)
    return EntryDraft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)


def _not_stale(held: EntryDraft | DraftChapter, version: int | None, what: str) -> None:
    if held.version != version:
        at = timezone.localtime(held.changed_at)
        msg = f"{named(held, 'changed_by')}于{day_in_words(at.date())}{at:%H:%M}改动了{what}，您的内容没有写入，仍在下面；核对后可以再写入"
        raise Stale(msg, current=held)


def _saved(draft: EntryDraft, by: User) -> None:
    """Keep who changed the draft, and since when each chapter is whole."""
    now = clock.now()
    draft.changed_at, draft.changed_by = now, by
    draft.save()
    chapters = chapters_of(draft)
    for chapter, state in zip(chapters, progress_with(draft, chapters).chapters, strict=True):
        is_whole = state.standing == WHOLE
        if is_whole != (chapter.whole_at is not None) and (chapter.version or not is_whole):
            DraftChapter.objects.filter(pk=chapter.pk).update(whole_at=now if is_whole else None)


@transaction.atomic
def save_frame(*, draft: EntryDraft, frame: Mapping[str, Any], version: int | None, by: User) -> EntryDraft:
    """State code, title, dates, stars and total of the edition. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    held = _held(draft, by)
    _not_stale(held, version, "标准的数据")
    code = frame["edition"]["code"]
    _free(code, held)
    held.code, held.frame = code, dict(frame)
    held.version += 1
    _saved(held, by)
    audit.record(action="edition.entry_frame", by=by, obj=held, data={"code": code})
    return held


@transaction.atomic
def save_chapter(
    *, draft: EntryDraft, chapter: DraftChapter | None, facts: Mapping[str, Any], expected: int | None, version: int | None, by: User
) -> DraftChapter:
    """Add a chapter, or state its title, points, weights and number of clauses. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    held = _held(draft, by)
    others = {one.facts["no"]: one for one in held.chapters.all() if chapter is None or one.pk != chapter.pk}
    if facts["no"] in others:
        raise Refused([Refusal(f"已有第{facts['no']}章“{others[facts['no']].facts['title']}”", field="no")])
    if chapter is None:
        keys = {one.key for one in others.values()}
        key = next(key for key in (f"{KEY}{facts['no']}", *(f"{KEY}of-{at}" for at in range(100))) if key not in keys)
        row = DraftChapter(draft=held, key=key)
    else:
        row = held.chapters.get(pk=chapter.pk)
        _not_stale(row, version, "这一章")
        row.version += 1
    row.facts, row.expected = {"key": row.key, **facts}, expected
    row.changed_at, row.changed_by = clock.now(), by
    row.save()
    _saved(held, by)
    audit.record(action="edition.entry_chapter", by=by, obj=held, data={"chapter": facts["no"], "expected": expected})
    return row


@transaction.atomic
def write_items(
    *, chapter: DraftChapter, items: Sequence[Mapping[str, Any]], version: int | None, by: User, labels: Mapping[str, str] | None = None
) -> DraftChapter:
    """Store checked clauses as those of the chapter; ``labels``: columns that were chosen for heads. Raises ``NotAllowed``, ``Stale``."""
    held = _held(chapter.draft, by)
    row = held.chapters.get(pk=chapter.pk)
    _not_stale(row, version, "这一章")
    row.items = list(items)
    row.version += 1
    row.changed_at, row.changed_by = clock.now(), by
    row.save()
    _saved(held, by)
    remember_heads(ClauseHeads.kind, posts_of(by).organisation_ids, labels or {})
    audit.record(action="edition.entry_write", by=by, obj=held, data={"chapter": row.facts["no"], "clauses": len(items)})
    return row


@transaction.atomic
def drop_chapter(*, chapter: DraftChapter, by: User) -> None:
    """Delete a chapter with its clauses. Raises ``NotAllowed``."""
    held = _held(chapter.draft, by)
    held.chapters.filter(pk=chapter.pk).delete()
    _saved(held, by)
    audit.record(action="edition.entry_drop_chapter", by=by, obj=held, data={"chapter": chapter.facts["no"]})


@transaction.atomic
def drop(*, draft: EntryDraft, by: User) -> None:
    """Delete a draft; an edition that was made from it stays. Raises ``NotAllowed``."""
    held = _held(draft, by)
    audit.record(action="edition.entry_drop", by=by, obj=held, data={"code": held.code})
    held.delete()


@transaction.atomic
def hand_over(*, draft: EntryDraft, replace: bool, by: User) -> ImportResult:
    """Hand a whole draft to the import of editions, as if it had been uploaded. Raises ``NotAllowed``, ``Refused``."""
    held = _held(draft, by)
    progress = progress_with(held, chapters_of(held))
    Refused.unless(progress.is_whole, "各章录完整、整份标准没有问题后才能生成待核对版本")
    done = import_document(parsed=progress.parsed, by=by, replace=replace)
    held.handed_at = clock.now()
    held.save()
    audit.record(action="edition.entry_hand_over", by=by, obj=held, data={"code": held.code, "digest": progress.parsed.digest})
    return done
