"""Text blocks with their versions, previews for a case, and desk tasks.

Also here: Who may read text blocks and propose wordings.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city
from approvals.cases.selectors.cases import cases_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.enums import WordingState
from greendistrict.policy.letter_texts import BLOCKS, filled, trial
from greendistrict.policy.message_texts import MESSAGE_BLOCKS, OF_KIND, PREFIX, block_of
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.letters import drafts_of
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def reads_texts(held: HeldPosts) -> bool:
    """Whether the person may read the text blocks with their versions: city posts only."""
    return is_city(held)


def may_propose_text(held: HeldPosts) -> bool:
    """Whether the person may propose a wording: the officer or the legal office."""
    return held.has(Role.CITY_OFFICER, Role.CITY_LEGAL)


MARKER = "＠文书文本＠"


def texts_visible_to(viewer: Viewer) -> QuerySet[LetterWording]:
    """Versions of text blocks a person may read: city only."""
    wordings = LetterWording.objects.select_related("proposed_by", "decided_by")
    return wordings if reads_texts(viewer.held) else wordings.none()


def text_lines(viewer: Viewer) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All blocks of letters, and all blocks of reminders (those for one kind of duty only if they have a version). One query.

    Each with the version in force (``current``) and the pending one (``waiting``).
    """
    current: dict[str, LetterWording] = {}
    waiting: dict[str, LetterWording] = {}
    for row in texts_visible_to(viewer).order_by("since", "number"):
        if row.status == WordingState.DECIDED and row.since <= viewer.today:
            current[row.key] = row
        elif row.status == WordingState.PROPOSED:
            waiting[row.key] = row
    own = sorted(key for key in {*current, *waiting} if key.startswith(PREFIX) and OF_KIND in key)
    groups = (BLOCKS.values(), [*MESSAGE_BLOCKS.values(), *map(block_of, own)])
    letters, reminders = (
        [{"block": block, "current": current.get(block.key), "waiting": waiting.get(block.key)} for block in blocks] for blocks in groups
    )
    return letters, reminders


def previewed_cases(viewer: Viewer) -> QuerySet[Case]:
    """Cases for which a wording may be previewed."""
    return cases_visible_to(viewer).select_related("district__edition", "applicant", "table__edition", "review", "created_by")


def preview(key: str, text: str, case: Case, viewer: Viewer) -> dict[str, Any]:
    """First letter of the case that uses the block, with the proposed wording, otherwise the block alone.

    Letters not due yet are considered too.
    """
    for draft in drafts_of(case, viewer):
        with trial(key, MARKER):
            letter = draft.write()
            has_block = MARKER in "\n".join((*letter.paragraphs, *letter.closing, letter.contact))
        if has_block:
            with trial(key, text):
                return {"case": case, "title": draft.title, "letter": draft.write().spaced(viewer.today), "text": text}
    alone = filled(text, {"城区": case.district.name, "申报主体": case.applicant.name})
    return {"case": case, "title": "", "letter": None, "text": alone}


def _proposed() -> QuerySet[LetterWording]:
    return LetterWording.objects.filter(status=WordingState.PROPOSED)


@among(_proposed)
def letter_text_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks: versions waiting for a decision."""
    if not viewer.held.has(Role.CITY_CHECKER, Role.CITY_DIRECTOR):
        return
    for row in _proposed():
        yield Task(
            title="文书文本：待审定",
            subject=f"{block_of(row.key).title}第{row.number}版",
            link=reverse("approvals:letter_text", args=[row.key]),
            since=row.proposed_at,
            kind="letter_text",
        )
