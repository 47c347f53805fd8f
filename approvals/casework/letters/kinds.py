"""Drafts (参考稿) of the papers that the office issues outside the portal, written from the case.

A kind says when its draft is there for the city (``ready``) and from when on the other side may read it (``readable_outside``); all of a
case are ``letters_of``. Every draft is plain data that one template prints.
"""

from collections.abc import Iterator

from approvals.applications import letters as filing
from approvals.cases.letters import outcomes
from approvals.cases.letters.sheet import Letter, LetterKind
from approvals.cases.models.cases import Case
from approvals.changes import letters as changes
from approvals.common.enums import CaseKind
from approvals.losses import letters as losses

ON_FILING = (*filing.LETTERS, *outcomes.LETTERS)
KINDS: dict[str, tuple[LetterKind, ...]] = {
    CaseKind.APPLICATION: ON_FILING,
    CaseKind.ACCEPTANCE: ON_FILING,
    CaseKind.LOSS: losses.LETTERS,
    CaseKind.CHANGE: changes.LETTERS,
}


def letters_of(case: Case, *, inside: bool) -> list[LetterKind]:
    """Drafts of a case in the order of its life; ``inside`` the city also those not yet readable outside."""
    return list(_offered(case, inside=inside))


def _offered(case: Case, *, inside: bool) -> Iterator[LetterKind]:
    for kind in KINDS[case.kind]:
        if kind.readable_outside(case) or (inside and kind.ready(case)):
            yield kind
    if case.kind in {CaseKind.APPLICATION, CaseKind.ACCEPTANCE}:
        yield from filing.corrections_of(case)


def letter_of(case: Case, key: str, *, inside: bool) -> Letter | None:
    """One readable draft by key, or None."""
    kind = next((kind for kind in _offered(case, inside=inside) if kind.key == key), None)
    return kind.write(case) if kind else None
