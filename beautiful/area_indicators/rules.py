"""Permissions on area indicators."""

from beautiful.area_indicators.models import AreaFigure
from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.models import User
from greendistrict.workflow.second_person import may_check


def may_read_areas(user: User) -> bool:
    """Only the city, because the view sums up data from district files."""
    return reads_all(user)


def may_record(user: User) -> bool:
    """The seat 美丽上海统筹 decides on links and records figures."""
    return coordinates(user)


def may_withdraw(user: User, figure: AreaFigure) -> bool:
    """The seat withdraws a figure; whoever may check it sends it back."""
    return figure.withdrawn_at is None and (may_record(user) or may_check(user, figure))
