"""Drafts (参考稿) of the letters that the office issues outside the portal, generated from the case.

Each kind states when its draft is available to the city (``ready``) and from when others may read it (``readable_outside``);
``letters_of`` collects those of a case. Every draft is plain data printed by a single template.
"""

from collections.abc import Iterator
from functools import partial

from approvals.applications import letters as filing
from approvals.cases.letters import examination, outcomes
from approvals.cases.letters.sheet import LetterKind
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_secretary
from approvals.changes import letters as changes
from approvals.common.enums import CaseKind
from approvals.consultations.letters import consultations_of
from approvals.losses import letters as losses
from approvals.requests.letters import extensions_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.letters import Draft

ON_FILING = (*filing.LETTERS, *examination.LETTERS, *outcomes.LETTERS)
KINDS: dict[str, tuple[LetterKind, ...]] = {
    CaseKind.APPLICATION: (*filing.APPLYING, *ON_FILING),
    CaseKind.ACCEPTANCE: (*filing.ASKING_FOR_ACCEPTANCE, *ON_FILING),
    CaseKind.LOSS: losses.LETTERS,
    CaseKind.CHANGE: changes.LETTERS,
}
FILED = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})


def letters_of(case: Case, *, inside: bool) -> list[LetterKind]:
    """Drafts of a case in the order in which they come up; with ``inside`` also those only the city may read yet."""
    return [kind for kind in _kinds_of(case) if kind.readable_outside(case) or (inside and kind.ready(case))]


def _kinds_of(case: Case) -> Iterator[LetterKind]:
    """Kinds of letters of the case's kind, then one kind for each round, notice, question and request."""
    yield from KINDS[case.kind]
    if case.kind in FILED:
        yield from filing.receipts_of(case)
        yield from filing.corrections_of(case)
        yield from examination.notices_of(case)
    yield from consultations_of(case)
    yield from extensions_of(case)


def case_drafts(case: Case, viewer: Viewer) -> list[Draft]:
    """Drafts of a case that a person who may see the case may read."""
    inside = is_city(viewer.held) or is_secretary(viewer.held, case)
    return [Draft(kind.key, kind.title, partial(kind.write, case), kind.actions) for kind in letters_of(case, inside=inside)]
