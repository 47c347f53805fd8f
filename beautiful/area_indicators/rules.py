"""Permissions on area indicators."""

from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.models import User


def may_read_areas(user: User) -> bool:
    """Only the city, because the view sums up data from district files."""
    return reads_all(user)


def may_record(user: User) -> bool:
    """The seat 美丽上海统筹 decides on links and records figures."""
    return coordinates(user)
