"""Rounding of decimals for display: half up, away from zero, as in the policy's own tables. The only module that rounds.

Also here: Chinese numerals of headings.
"""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

Exact = Decimal | Fraction | int
# Precise enough that sums and products of accepted values are exact, and a single division detects every tie.
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=10_000)  # a product of two numbers of a thousand digits, which files may contain, is still exact


def half_up(value: Exact, places: int = 2) -> Decimal:
    """Return the number with exactly ``places`` decimals, a half rounded away from zero; never minus zero."""
    if isinstance(value, Fraction):
        scaled = (abs(value.numerator) * 10**places * 2 + value.denominator) // (2 * value.denominator)
        value = _WIDE.scaleb(Decimal(scaled if value >= 0 else -scaled), -places)
    return _rounded(value, places, ROUND_HALF_UP)


def cut(value: Decimal, places: int) -> Decimal:
    """Return the number truncated to ``places`` decimals, so that a rate below its limit is never shown as reaching it."""
    return _rounded(value, places, ROUND_DOWN)


def floor_to(value: Decimal, places: int) -> Decimal:
    """Return the largest number with ``places`` decimals that is not above ``value``."""
    return _rounded(value, places, ROUND_FLOOR)


def ceiling_to(value: Decimal, places: int) -> Decimal:
    """Return the smallest number with ``places`` decimals that is not below ``value``."""
    return _rounded(value, places, ROUND_CEILING)


def fixed(value: Exact, places: int = 2, *, grouped: bool = False, signed: bool = False) -> str:
    """Write a number half up with exactly ``places`` decimals: ``12.50``, grouped ``1,234.50``, signed ``+12.50``."""
    return format(half_up(value, places), f"{'+' if signed else ''}{',' if grouped else ''}f")


def percent(part: Exact, whole: Exact = 1, places: int = 1) -> str:
    """Write ``part`` of ``whole`` as a percentage half up: 1 of 16 is ``6.3%``. ``whole`` is not zero."""
    return f"{fixed(Fraction(part) / Fraction(whole) * 100, places)}%"


def _rounded(value: Decimal | int, places: int, rounding: str) -> Decimal:
    found = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE)
    return _WIDE.plus(found)  # minus zero becomes zero


DIGITS = "零一二三四五六七八九"
HUNDRED = 100


def chinese(number: int) -> str:
    """Numeral of a heading from 1 to 99 (12 → 十二); other numbers in digits."""
    if not 0 < number < HUNDRED:
        return str(number)
    tens, ones = divmod(number, 10)
    return f"{DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones] if ones else ''}"
