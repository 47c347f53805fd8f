"""Green requirements of a municipal work: comparison of values, and whether its acceptance is 符合 (pure)."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import NamedTuple

from districts.land.green_indicators import ASKS_NOTHING, NUMBER, YES_NO, Indicator, is_worse
from districts.projects.models import ValueKind

MOST = Decimal(1_000_000_000)
BETTER = {ValueKind.AT_LEAST: "higher", ValueKind.AT_MOST: "lower", ValueKind.YES_NO: "higher"}


class GreenValues(NamedTuple):
    """Required, designed and built value of an indicator."""

    known: Indicator
    required: str
    designed: str
    built: str

    @property
    def asks(self) -> bool:
        """Whether the requirement demands anything; 否 demands nothing."""
        return self.required not in ASKS_NOTHING

    @property
    def designed_short(self) -> bool | None:
        """Whether the designed value falls short; None if a value is missing."""
        return is_worse(self.known, self.designed, self.required)

    @property
    def built_short(self) -> bool | None:
        """Whether the built value falls short; None if a value is missing."""
        return is_worse(self.known, self.built, self.required)


def measure(name: str, kind: str, unit: str) -> Indicator:
    """How values of an indicator named by the district are parsed and compared."""
    way = ValueKind(kind)
    shape = YES_NO if way == ValueKind.YES_NO else NUMBER
    return Indicator(
        key=name, name=name, short=name, kind=shape, better=BETTER[way], unit=unit, highest=Decimal(100) if unit == "%" else MOST
    )


def unbuilt(values: Iterable[GreenValues]) -> list[str]:
    """Names of indicators that demand something and have no built value."""
    return [one.known.name for one in values if one.asks and not one.built]


def is_conforming(values: Iterable[GreenValues], objections: Collection[str]) -> bool:
    """Whether a completed work is 符合: stated requirements, each built no worse than demanded, no department's last check 不符合."""
    held = list(values)
    return bool(held) and all(one.built_short is False for one in held if one.asks) and not objections
