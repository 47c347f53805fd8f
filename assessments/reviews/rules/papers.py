"""Permissions on paper scores: one person of the secretariat types them, another one checks them."""

from django.db.models import Model

from assessments.reviews.enums import PaperState
from assessments.reviews.models.papers import PaperScores
from assessments.reviews.rules.reviews import runs_reviews
from greendistrict.accounts.selectors import HeldPosts


def types_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may type the sheet: the person of the secretariat who began it."""
    return runs_reviews(held) and paper.typed_by_id == held.person


def checks_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may check the sheet: another person of the secretariat."""
    return runs_reviews(held) and paper.typed_by_id != held.person


def reads_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may see the typed scores: the typist, and during the check the second person."""
    if paper.status == PaperState.CHECKED:
        return False
    return types_paper(held, paper) or (paper.status == PaperState.CHECKING and checks_paper(held, paper))


def may_add_scan(held: HeldPosts, paper: Model) -> bool:
    """Whether the user may add the scan: the typist, until the sheet is handed over for the check."""
    return isinstance(paper, PaperScores) and paper.status == PaperState.TYPING and types_paper(held, paper)
