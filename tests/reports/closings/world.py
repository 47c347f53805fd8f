"""A year with one received self-check, to be closed."""

from assessments.self_checks.models import SelfCheck
from tests.factories.accounts import Cast, cast
from tests.factories.received import received_self_check
from tests.steps import step

YEAR = 2026


def make_people() -> tuple[Cast, SelfCheck]:
    """People, and the self-check of a pilot that was received in time."""
    people = cast()
    return people, received_self_check(people)


def close_year(people, closing):
    """The closing after the director has closed the year."""
    return step(closing, "close", people.city_director)
