"""Green indicators of a plot (七（二）1): parsing, display, comparison of built with required values (pure).

Values are stored as text: a number without trailing zeros (``"36.5"``), a word of the scale, ``"yes"`` or ``"no"``; empty means not given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from districts.common.enums import IndicatorDemand
from districts.common.full_width import WIDE
from greendistrict.core.rounding import half_up
from greendistrict.policy import yaml_file

DATA = Path(__file__).resolve().parents[1] / "data" / "plot_control.yaml"
NUMBER, GRADE, YES_NO = "number", "grade", "yes_no"
NONE = "无"
ASKS_NOTHING = ("", "no", NONE)  # requirements that any building meets
YES_WORDS = {"是": "yes", "yes": "yes", "true": "yes", "有": "yes", "否": "no", "no": "no", "false": "no"}
SHOWN = {"yes": "是", "no": "否"}


class WrongIndicatorValue(ValueError):  # noqa: N818 -- reads as a sentence
    """A typed value that the indicator does not accept; the message says what to type."""


@dataclass(frozen=True)
class Indicator:
    """An indicator; ``better`` is ``higher`` or ``lower``, ``scale`` runs from worst to best."""

    key: str
    name: str
    short: str
    kind: str
    better: str
    unit: str = ""
    scale: tuple[str, ...] = ()
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    decimals: int = 2

    @property
    def label(self) -> str:
        """Name with its unit."""
        return f"{self.name} {self.unit}".strip()

    @property
    def comparison(self) -> str:
        """How built and required values are compared, in words."""
        if self.kind == YES_NO:
            return "要求为“是”时须做到"
        return "不高于要求值" if self.better == "lower" else "不低于要求值"

    @property
    def grades(self) -> tuple[str, ...]:
        """Grades to choose from, worst first; includes missing even the lowest grade."""
        return self.scale if NONE in self.scale else (NONE, *self.scale)

    @property
    def how(self) -> str:
        """How to fill it in, in words."""
        if self.kind == YES_NO:
            return "是/否"
        if self.kind == GRADE:
            return "/".join(self.grades)
        return f"数字，{self.lowest}~{self.highest}"


def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml_file.read(DATA)
    return data


@cache
def indicators() -> Mapping[str, Indicator]:
    """Indicators by key in the order of the policy."""
    found = [
        Indicator(
            key=row["key"],
            name=row["name"],
            short=row["short"],
            kind=row["kind"],
            better=row["better"],
            unit=row.get("unit", ""),
            scale=tuple(row.get("scale", ())),
            lowest=Decimal(row.get("min", 0)),
            highest=Decimal(row.get("max", 0)),
            decimals=row.get("decimals", 2),
        )
        for row in _data()["indicators"]
    ]
    return MappingProxyType({indicator.key: indicator for indicator in found})


@cache
def design_departments() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Departments that must be asked about the design, and those that may be (七（二）2)."""
    kept = _data()["design_opinions"]
    return tuple(kept["must"]), tuple(kept["may"])


@cache
def check_departments() -> tuple[str, ...]:
    """Departments that check green indicators and schemes (七（二）)."""
    return tuple(_data()["checks"]["departments"])


def check_line(key: str, word: str) -> str:
    """One of the four departments to which the department with this key belongs, such as 环境保护; another keeps the recorded word."""
    known: Mapping[str, list[str]] = _data()["checks"]["departments"]
    return next((name for name, keys in known.items() if key in keys), word)


def parse(indicator: Indicator, typed: object) -> str:
    """Parse a typed value into stored form, empty for no value. Raises ``WrongIndicatorValue``."""
    text = "" if typed is None else str(typed).translate(WIDE).strip()
    if not text:
        return ""
    if indicator.kind == YES_NO:
        if text.lower() not in YES_WORDS:
            msg = "请填是或否"
            raise WrongIndicatorValue(msg)
        return YES_WORDS[text.lower()]
    if indicator.kind == GRADE:
        meant = [grade for grade in indicator.grades if text == grade] or [grade for grade in indicator.grades if text in grade]
        if len(meant) != 1:
            msg = f"请填{'、'.join(indicator.grades)}之一"
            raise WrongIndicatorValue(msg)
        return meant[0]
    return _number(indicator, text)


def _number(indicator: Indicator, text: str) -> str:
    try:
        number = Decimal(text.removesuffix("%") if indicator.unit == "%" else text)
    except InvalidOperation as error:
        msg = "请填数字，不带单位"
        raise WrongIndicatorValue(msg) from error
    if not number.is_finite() or not indicator.lowest <= number <= indicator.highest:
        msg = f"应在{indicator.lowest}到{indicator.highest}之间"
        raise WrongIndicatorValue(msg)
    if number != half_up(number, indicator.decimals):
        msg = f"最多{indicator.decimals}位小数"
        raise WrongIndicatorValue(msg)
    return f"{number.normalize() + 0:f}"


def show(indicator: Indicator, value: str) -> str:
    """Stored value in words, without unit."""
    return SHOWN.get(value, value) if indicator.kind == YES_NO else value


def demand_of(required: str, *, is_stated: bool) -> IndicatorDemand:
    """Demand of a stored requirement; ``is_stated``: the housing authority has answered, so that an empty requirement means 不要求."""
    if required not in ASKS_NOTHING:
        return IndicatorDemand.REQUIRED
    return IndicatorDemand.NOT_REQUIRED if required or is_stated else IndicatorDemand.NOT_STATED


def is_worse(indicator: Indicator, value: str, required: str) -> bool | None:
    """Whether a value falls short of the required one; None if one of them is not given."""
    if not value or not required:
        return None
    if indicator.kind == YES_NO:
        return required == "yes" and value == "no"
    if indicator.kind == GRADE:
        return indicator.grades.index(value) < indicator.grades.index(required)
    reached, asked = Decimal(value), Decimal(required)
    return reached > asked if indicator.better == "lower" else reached < asked


@dataclass(frozen=True)
class Shortfall:
    """An indicator that is worse than required."""

    indicator: Indicator
    required: str
    found: str

    @property
    def text(self) -> str:
        """The shortfall in words, as in the list."""
        unit = self.indicator.unit
        words = [f"{show(self.indicator, value)}{unit}" for value in (self.required, self.found)]
        return f"{self.indicator.name}：要求{words[0]}，实际{words[1]}"


def shortfalls(pairs: Iterable[tuple[str, str, str]]) -> list[Shortfall]:
    """Shortfalls among (key, required, found), in the order given."""
    known = indicators()
    return [Shortfall(known[key], required, found) for key, required, found in pairs if is_worse(known[key], found, required)]
