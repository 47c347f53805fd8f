"""Permissions on recusals: request, answer, read."""

from assessments.experts.rules import of_applicant
from assessments.recusals.models import RecusalRequest
from assessments.tables.models import ScoreTable
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def asks_recusal(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may request recusals: people of the applicant."""
    return of_applicant(held, table.district)


def answers_recusal(held: HeldPosts, _request: RecusalRequest | None = None) -> bool:
    """Whether the user may answer requests: the secretariat."""
    return held.has(Role.SECRETARIAT)


def reads_recusals(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may read requests: those who request, answer or oversee."""
    return asks_recusal(held, table) or answers_recusal(held) or held.is_city
