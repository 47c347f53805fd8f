"""Checks shared by all parts of an edition. Each reports problems at its path and returns the usable values."""

import math
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, TypeGuard

from indicators.catalogue.problems import YamlPath

LARGEST = 10**12
KEY_LENGTH = 64
DECIMALS = 6


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a finite number of plausible size; booleans are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST if isinstance(value, float) else abs(value) <= LARGEST


def exact(value: float) -> Decimal:
    """Return the number as it was written."""
    return Decimal(str(value))


def decimals_of(value: Decimal) -> int:
    """Count decimals, trailing zeros left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def mapping(value: object, place: YamlPath, *, required: Collection[str], optional: Collection[str] = ()) -> TypeGuard[dict[str, Any]]:
    """Whether it is a mapping; missing and unknown keys are reported."""
    if not isinstance(value, dict):
        place.bad("应为一组键值")
        return False
    missing = [key for key in required if key not in value]
    if missing:
        place.bad(f"缺少：{'、'.join(missing)}")
    for key in value:
        if key not in required and key not in optional:
            (place / key).bad("不认识的键")
    return True


def text(place: YamlPath, value: object, *, optional: bool = False, longest: int | None = None) -> None:
    """Check that it is a text that is not empty."""
    if value is None and optional:
        return
    if not isinstance(value, str) or not value.strip():
        place.bad("应为文字")
    elif longest is not None and len(value) > longest:
        place.bad(f"共{len(value)}字，最多{longest}字")


def address(place: YamlPath, value: object) -> None:
    """Check that it is a URL or empty."""
    if value is not None and not isinstance(value, str):
        place.bad("应为网址或 null")


def rows(place: YamlPath, value: object) -> Iterable[tuple[YamlPath, Any]]:
    """Entries of a list with their paths; anything else is reported and yields nothing."""
    if not isinstance(value, list):
        place.bad("应为列表")
        return []
    return [(place / index, entry) for index, entry in enumerate(value)]


def points(place: YamlPath, value: object, most: Decimal | None) -> Decimal | None:
    """Points of a rule: 0 to ``most``; null is a gap."""
    if value is None:
        place.gap("分值未录入")
        return None
    if not is_number(value) or value < 0:
        place.bad("应为不小于0的数")
        return None
    number = exact(value)
    if decimals_of(number) > DECIMALS:
        place.bad(f"最多{DECIMALS}位小数")
    if most is not None and number > most:
        place.bad(f"{value}超过本条分值{most}")
    return number


def one_of(place: YamlPath, value: object, allowed: Collection[str]) -> bool:
    """Whether it is one of the allowed words; anything else is reported."""
    if isinstance(value, str) and value in allowed:
        return True
    place.bad(f"应为 {'、'.join(allowed)} 之一")
    return False
