"""Permissions on area indicators."""

from beautiful.area_indicators.models import AreaFigure
from beautiful.plans.rules import coordinates, reads_all
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.workflow.second_person import may_check


def may_read_areas(held: HeldPosts) -> bool:
    """Only the city, because the view sums up data from district files."""
    return reads_all(held)


def may_record(held: HeldPosts) -> bool:
    """The seat 美丽上海统筹 decides on links and records figures."""
    return coordinates(held)


def may_withdraw(held: HeldPosts, figure: AreaFigure) -> bool:
    """The seat withdraws a figure; whoever may check it sends it back."""
    return figure.withdrawn_at is None and (may_record(held) or may_check(held, figure))
