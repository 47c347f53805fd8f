"""Permissions on recusals: request, answer, read."""

from assessments.experts.rules import of_applicant
from assessments.recusals.models import RecusalRequest
from assessments.tables.models import ScoreTable
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def asks_recusal(user: User, table: ScoreTable) -> bool:
    """Whether the user may request recusals: people of the applicant."""
    return of_applicant(user, table.district)


def answers_recusal(user: User, _request: RecusalRequest | None = None) -> bool:
    """Whether the user may answer requests: the secretariat."""
    return posts_of(user).has(Role.SECRETARIAT)


def reads_recusals(user: User, table: ScoreTable) -> bool:
    """Whether the user may read requests: those who request, answer or oversee."""
    return asks_recusal(user, table) or answers_recusal(user) or posts_of(user).is_city
