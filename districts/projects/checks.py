"""Green requirements of a municipal work: comparison of values, and whether its acceptance is 符合 (pure).

What is asked about it and about a key project.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import NamedTuple

from districts.land.green_indicators import ASKS_NOTHING, NUMBER, YES_NO, Indicator, is_worse
from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits
from districts.plausibility.undertakings import PROJECT_DAYS, WORK_DAYS, ProjectFigures, asked_of_project, asked_of_work
from districts.projects.models import KeyProject, ValueKind, Work

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


def asked_of_key_project(
    project: KeyProject, stored: KeyProject | None, floor_m2: Decimal | None, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about a project on plots with so much floor (None if unknown)."""
    days = {name: getattr(project, name) for name in PROJECT_DAYS}
    made = ProjectFigures(project.investment, floor_m2, project.state, days)
    return asked_of_project(made, stored.investment if stored else None, limits, today)


def asked_of_listed_work(
    work: Work, stored: Work | None, district_km2: Decimal | None, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about a work in a district of this size."""
    days = {name: getattr(work, name) for name in WORK_DAYS}
    return asked_of_work(work.length_m, stored.length_m if stored else None, days, district_km2, limits=limits, today=today)
