"""Who asks for a recusal, who answers, who reads it."""

from assessments.experts.rules import of_applicant
from assessments.recusals.models import RecusalRequest
from assessments.tables.models import ScoreTable
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def asks_recusal(user: User, table: ScoreTable) -> bool:
    """The applicant's people name who should step back."""
    return of_applicant(user, table.district)


def answers_recusal(user: User, _request: RecusalRequest | None = None) -> bool:
    """The secretariat answers."""
    return posts_of(user).has(Role.SECRETARIAT)


def reads_recusals(user: User, table: ScoreTable) -> bool:
    """Who asked, and who answers or oversees."""
    return asks_recusal(user, table) or answers_recusal(user) or posts_of(user).is_city
