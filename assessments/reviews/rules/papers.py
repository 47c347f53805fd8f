"""Permissions on paper scores: one secretary types them, another checks them."""

from django.db.models import Model

from assessments.reviews.enums import PaperState
from assessments.reviews.models.papers import PaperScores
from assessments.reviews.rules.reviews import runs_reviews
from greendistrict.accounts.models import User


def types_paper(user: User, paper: PaperScores) -> bool:
    """The member of the secretariat who began the sheet."""
    return runs_reviews(user) and paper.typed_by_id == user.pk


def checks_paper(user: User, paper: PaperScores) -> bool:
    """Another member of the secretariat."""
    return runs_reviews(user) and paper.typed_by_id != user.pk


def reads_paper(user: User, paper: PaperScores) -> bool:
    """The typist, and the second person during the check, may see what is typed."""
    if paper.status == PaperState.CHECKED:
        return False
    return types_paper(user, paper) or (paper.status == PaperState.CHECKING and checks_paper(user, paper))


def may_add_scan(user: User, paper: Model) -> bool:
    """Whoever types the sheet adds its scan, until it is handed over."""
    return isinstance(paper, PaperScores) and paper.status == PaperState.TYPING and types_paper(user, paper)
