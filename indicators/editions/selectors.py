"""Reading editions. Any signed-in user may read them: a standard is public within the portal."""

import datetime as dt

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Refusal
from greendistrict.workflow.task_rows import TaskRows
from greendistrict.workflow.todo import Task
from indicators.editions.lifecycle import may_draft, may_publish
from indicators.editions.models import Chapter, Clause, Edition, EditionStatus
from indicators.scoring.prepare import EditionRules, prepare
from indicators.scoring.refusals import EditionIncomplete

ENTER = "由市级在“评价标准”录入并发布官方标准，并为城区选用"
IN_USE = (EditionStatus.PUBLISHED, EditionStatus.FROZEN)
# Prepared rules of this process; an edition that changes has another digest.
_RULES: dict[str, EditionRules] = {}
MOST_RULES = 32


def editions_visible_to(viewer: Viewer) -> QuerySet[Edition]:
    """Return every edition for anybody signed in, none otherwise."""
    return Edition.objects.all() if viewer.is_somebody and (viewer.held.roles or viewer.user.is_active) else Edition.objects.none()


def editions_with_counts(viewer: Viewer) -> QuerySet[Edition]:
    """Return the visible editions with ``chapter_count`` and ``clause_count``, newest first."""
    return _counted(editions_visible_to(viewer))


def _counted(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    return editions.annotate(chapter_count=Count("chapters", distinct=True), clause_count=Count("clauses", distinct=True))


def editions_public(today: dt.date) -> QuerySet[Edition]:
    """Return editions in use or replaced, and official ones in force, entered or not, with counts, newest first."""
    known = Q(status__in=(*IN_USE, EditionStatus.SUPERSEDED)) | Q(official=True, in_force__lte=today)
    return _counted(Edition.objects.filter(known))


def published_editions(*, real: bool = False) -> QuerySet[Edition]:
    """Return the editions a district may be set to, newest first; for a real district without 参考版."""
    found = Edition.objects.filter(status__in=IN_USE, complete=True).order_by("-in_force", "code")
    return found.filter(official=True) if real and not settings.TRAINING else found


def against_scoring(edition: Edition | None, *, real: bool) -> list[Refusal]:
    """Reasons against choosing the edition for what is scored from now on."""
    if edition is None:
        return [Refusal("尚无可用的评价标准", remedy=ENTER)]
    if edition.status not in IN_USE or not edition.complete:
        return [Refusal(f"评价标准{edition.code}没有发布，不能选用", remedy=ENTER)]
    return against_reference(edition, real=real)


def against_reference(edition: Edition, *, real: bool) -> list[Refusal]:
    """A real district is scored by an official standard only; 参考版 is for fictional districts and training installations."""
    if edition.official or not real or settings.TRAINING:
        return []
    return [Refusal(f"{edition.code}不是官方标准，真实城区不能据以评分", remedy=ENTER)]


DRAFTS = TaskRows(lambda: Edition.objects.filter(status=EditionStatus.DRAFT, complete=True))
CHECKED = TaskRows(lambda: Edition.objects.filter(status=EditionStatus.CHECKED, complete=True))


def tasks_for(viewer: Viewer) -> list[Task]:
    """Whole editions that wait for the person: drafts to be checked (经办), checked ones to be published (审定)."""
    turns = {EditionStatus.DRAFT: ("校核评价标准", may_draft, DRAFTS), EditionStatus.CHECKED: ("发布评价标准", may_publish, CHECKED)}
    mine = [status for status, (_, holds, rows) in turns.items() if holds(viewer.held) and rows.exist]
    if not mine:
        return []
    waiting = Edition.objects.filter(status__in=mine, complete=True).only("status", "code", "title").order_by("pk")
    return [
        Task(turns[EditionStatus(row.status)][0], str(row), reverse("indicators:edition_detail", args=[row.pk]), kind="edition")
        for row in waiting
    ]


def edition_named(code: str) -> Edition:
    """Return the edition with this code. Raises ``Edition.DoesNotExist``."""
    return Edition.objects.get(code=code)


def rules_for(edition: Edition) -> EditionRules:
    """Return the edition ready to score, prepared once per process. Raises ``EditionIncomplete``."""
    rules = _RULES.get(edition.digest)
    if rules is None:
        if not edition.complete:
            refuse_incomplete(edition)
        rules = prepare(edition.document)
        if len(_RULES) >= MOST_RULES:
            _RULES.clear()
        _RULES[edition.digest] = rules
    return rules


def refuse_incomplete(edition: Edition) -> None:
    """Raise ``EditionIncomplete`` with the first things missing."""
    shown = "；".join(f"{problem['path']} {problem['text']}" for problem in edition.problems[:3])
    msg = f"{edition.code} 未录全，缺{len(edition.problems)}处，不能评分：{shown}"
    raise EditionIncomplete(msg)


def chapters_for(edition: Edition) -> QuerySet[Chapter]:
    """Return the chapters in order."""
    return edition.chapters.order_by("order")


def clauses_matching(edition: Edition, *, kind: str = "", stage: str = "", query: str = "") -> QuerySet[Clause]:
    """Return the clauses of an edition in order, by type, stage and words in number, title or requirement."""
    clauses = edition.clauses.order_by("order")
    if kind:
        clauses = clauses.filter(applies__types__contains=[kind])
    if stage:
        clauses = clauses.filter(applies__stages__contains=[stage])
    if query:
        clauses = clauses.filter(Q(item_id__startswith=query) | Q(title__icontains=query) | Q(requirement__icontains=query))
    return clauses


def clauses_visible_to(viewer: Viewer) -> QuerySet[Clause]:
    """Return the clauses of the visible editions, with chapter and edition."""
    return Clause.objects.filter(edition__in=editions_visible_to(viewer)).select_related("chapter", "edition")


def clauses_around(clause: Clause) -> dict[str, Clause | None]:
    """Return the clauses before and after in the edition, as ``previous`` and ``following``; one query."""
    near = clause.edition.clauses.filter(order__in=[clause.order - 1, clause.order + 1])
    found = {one.order: one for one in near.only("item_id", "title", "order")}
    return {"previous": found.get(clause.order - 1), "following": found.get(clause.order + 1)}
