"""Immutable facts evaluated by the policy engine; apps on higher layers collect them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

Raw = bool | int | Decimal | float | str | frozenset[str] | set[str] | tuple[str, ...] | list[str] | None


@dataclass(frozen=True)
class FactValue:
    """Value of one fact.

    ``numerator`` and ``denominator`` hold an exact ratio (``value`` may then be ``None``); ``noun`` is the unit they count (``个地块``).
    ``note`` is a text for people, ``source`` the origin, ``link`` the page on which the value can be changed. ``provisional``: what must
    happen before the value counts; until then it is compared and shown (按目前填写), but meets no requirement. ``underway``: somebody is
    working on it, so that it is neither met nor missed (正在办理). ``supply``: what makes an unknown value known where it is not
    what the policy's data name for the fact.
    """

    value: Raw = None
    numerator: int | Decimal | None = None
    denominator: int | Decimal | None = None
    note: str = ""
    source: str = ""
    link: str = ""
    noun: str = ""
    provisional: str = ""
    underway: bool = False
    supply: str = ""

    @cached_property
    def number(self) -> Fraction | None:
        """Exact number or ratio; ``None`` if unknown or computed over an empty set."""
        if self.denominator is not None:
            known = self.numerator is not None and self.denominator > 0
            return Fraction(self.numerator or 0) / Fraction(self.denominator) if known else None
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | Decimal):
            return None
        if not math.isfinite(self.value):
            return None
        return Fraction(str(self.value)) if isinstance(self.value, float) else Fraction(self.value)

    @cached_property
    def members(self) -> frozenset[str]:
        """Members of a set; empty if unknown."""
        return frozenset(self.value) if isinstance(self.value, frozenset | set | tuple | list) else frozenset()


MISSING = FactValue()


class Facts(Mapping[str, FactValue]):
    """Immutable mapping of fact names to ``FactValue``; plain values are wrapped. An absent name is an unknown fact."""

    def __init__(self, values: Mapping[str, FactValue | Raw] | None = None) -> None:
        own = {name: value if isinstance(value, FactValue) else FactValue(value) for name, value in (values or {}).items()}
        self._values: Mapping[str, FactValue] = MappingProxyType(own)

    def __getitem__(self, name: str) -> FactValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def find(self, name: str) -> FactValue:
        """Value of the fact; ``MISSING`` if it was not supplied."""
        return self._values.get(name, MISSING)

    def merge(self, other: Mapping[str, FactValue | Raw]) -> "Facts":
        """New facts in which those of ``other`` take precedence."""
        return Facts({**self._values, **other})

    def as_json(self) -> dict[str, object]:
        """Plain values for a transition record: numbers as strings, sets sorted, ratios as ``a/b``."""
        return {name: _plain(fact) for name, fact in sorted(self._values.items())}


def _plain(fact: FactValue) -> object:
    """One fact as JSON."""
    if fact.denominator is not None:
        return f"{fact.numerator}/{fact.denominator}"
    if isinstance(fact.value, set | frozenset):
        return sorted(fact.value)
    if isinstance(fact.value, Decimal | float):
        return str(fact.value)
    return list(fact.value) if isinstance(fact.value, tuple | list) else fact.value
