"""Exact numbers for scoring: decimals as written, ratios as two numbers."""

from decimal import Decimal, InvalidOperation

from greendistrict.core import number_parsing
from greendistrict.core.number_parsing import NumberError, parse_number
from greendistrict.core.rounding import EXACT
from indicators.scoring.refusals import ValueProblem

LARGEST = Decimal(10) ** 15
MOST_DECIMALS = 20
plain = number_parsing.plain


def decimal(value: object) -> Decimal:
    """Return the number as written. Raises ``ValueProblem`` for anything that is not a finite number of sensible size."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        msg = "应填数字"
        raise ValueProblem(msg)
    try:
        number = Decimal(value) if isinstance(value, str | Decimal) else Decimal(str(value))
    except (InvalidOperation, ValueError) as error:
        msg = "应填数字"
        raise ValueProblem(msg) from error
    if not number.is_finite() or not -LARGEST < number < LARGEST or number.adjusted() < -MOST_DECIMALS * 2:
        if number.is_finite() and not number:
            return Decimal(0)
        msg = "数字过大、过小或不是数"
        raise ValueProblem(msg)
    return number


def typed(raw: object) -> Decimal:
    """Parse a number as typed by people, see ``parse_number``."""
    if not isinstance(raw, str):
        return decimal(raw)
    try:
        return decimal(parse_number(raw))
    except NumberError as problem:
        raise ValueProblem(str(problem)) from problem


def figure(value: Decimal | None) -> str | None:
    """Format a figure with at least 2 decimals: ``8.00``, ``0.125``; None stays None."""
    if value is None:
        return None
    text = plain(value)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def decimals_of(value: Decimal) -> int:
    """Count the decimals without trailing zeros."""
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
