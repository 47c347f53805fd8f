"""Measures of indicators: parse, store, show and compare their values (pure functions).

A value is stored as text: a number without trailing zeros (``"70.5"``), ``"yes"`` / ``"no"``, a range ``"60~80"`` (or one number if both
ends are equal), the key of an option. Ratios are stored as percentage, checklists as number of parts done, combined rules (``all_of``) as
points.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from districts.common.full_width import WIDE
from districts.indicator_systems.models import TargetRule
from greendistrict.core.rounding import half_up
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem

NUMBER, YES, CHOICE, RANGE = "number", "yes", "choice", "range"
YES_WORDS = {"是": "yes", "否": "no", "yes": "yes", "no": "no", "达到": "yes", "未达到": "no"}
OWN_LIMIT = Decimal(10) ** 12
OWN_DECIMALS = 3
MOST_COUNTED = Decimal(1000)
_PLAIN = re.compile(r"[+-]?\d{1,20}(\.\d{0,10})?", re.ASCII)


@dataclass(frozen=True)
class Measure:
    """How an indicator is measured. ``options`` are (key, words) from worst to best; ``better`` is 1, -1 or 0 (a range)."""

    kind: str
    unit: str = ""
    better: int = 1
    low: Decimal = -OWN_LIMIT
    high: Decimal = OWN_LIMIT
    decimals: int = OWN_DECIMALS
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether values are single numbers, so that a linear path exists."""
        return self.kind == NUMBER

    @property
    def sign(self) -> str:
        """Sign shown before a target."""
        return {1: "≥ ", -1: "≤ "}[self.better] if self.kind == NUMBER else ""

    @property
    def how(self) -> str:
        """How a value must be typed, in words."""
        if self.kind == YES:
            return "填是或否"
        if self.kind == CHOICE:
            return "填：" + " / ".join(words for _, words in self.options)
        words = "填范围，如 60~80" if self.kind == RANGE else "填数字"
        return f"{words}，单位{self.unit}" if self.unit else words


def own_measure(rule: str, unit: str) -> Measure:
    """Measure of an indicator outside the edition."""
    if rule == TargetRule.YES:
        return Measure(YES)
    if rule == TargetRule.RANGE:
        return Measure(RANGE, unit, better=0)
    return Measure(NUMBER, unit, better=-1 if rule == TargetRule.AT_MOST else 1)


@lru_cache(maxsize=2048)
def measure_of(item: Item) -> Measure:
    """Measure of a clause, from its rule."""
    rule, kind = item.rule, item.rule["kind"]
    if kind in {"steps", "linear"} or (kind == "pass" and "op" in rule):
        value = item.value or {}
        low, high = Decimal(str(value["min"])), Decimal(str(value["max"]))
        return Measure(NUMBER, value["unit"], _direction(rule), low, high, value["decimals"])
    if kind == "pass" or item.is_control:
        return Measure(YES)
    if kind == "choice":
        ranked = sorted(rule["options"], key=lambda option: Decimal(str(option["points"])))
        return Measure(CHOICE, options=tuple((option["key"], option["text"]) for option in ranked))
    if kind == "checklist":
        return Measure(NUMBER, "项", 1, Decimal(0), Decimal(len(rule["parts"])), 0)
    if kind == "count":
        return Measure(NUMBER, "项", 1, Decimal(0), MOST_COUNTED, 0)
    return Measure(NUMBER, "分", 1, Decimal(0), item.points, 0 if kind == "claimed" else 2)


def _direction(rule: Mapping[str, Any]) -> int:
    if rule["kind"] == "pass":
        return -1 if rule["op"].startswith("<") else 1
    if rule["kind"] == "linear":
        return 1 if rule["to"]["at"] > rule["from"]["at"] else -1
    return -1 if rule["better"] == "lower" else 1


def read(measure: Measure, text: str) -> str:
    """Parse typed text into stored form; empty for no value. Raises ``ValueProblem`` with what to do."""
    typed = text.translate(WIDE).strip()
    if not typed:
        return ""
    if measure.kind == YES:
        if typed not in YES_WORDS:
            msg = "请填是或否"
            raise ValueProblem(msg)
        return YES_WORDS[typed]
    if measure.kind == CHOICE:
        return _option(measure, text.strip())
    if measure.kind == RANGE:
        return _range(measure, typed)
    return plain(_number(measure, typed))


def _option(measure: Measure, typed: str) -> str:
    for key, words in measure.options:
        if typed in (key, words):
            return key
    msg = "请填所列情形之一：" + "、".join(words for _, words in measure.options)
    raise ValueProblem(msg)


def _range(measure: Measure, typed: str) -> str:
    first, sign, last = typed.partition("~")
    if not sign:
        return plain(_number(measure, typed))
    low, high = _number(measure, first.strip()), _number(measure, last.strip())
    if low > high:
        msg = "范围的前一个数不能大于后一个数"
        raise ValueProblem(msg)
    return f"{plain(low)}~{plain(high)}"


def _number(measure: Measure, typed: str) -> Decimal:
    text = typed.removesuffix("%").rstrip() if measure.unit == "%" else typed
    if text.endswith("%"):
        msg = f"这一条的单位不是%，请按“{measure.unit or '数'}”填数字"
        raise ValueProblem(msg)
    if not _PLAIN.fullmatch(text):
        msg = "请填数字，不带单位和逗号"
        raise ValueProblem(msg)
    number = Decimal(text)
    if not measure.low <= number <= measure.high:
        if abs(measure.low) >= OWN_LIMIT:
            msg = "数字过大"
            raise ValueProblem(msg)
        msg = f"应在{plain(measure.low)}至{plain(measure.high)}{measure.unit}之间"
        raise ValueProblem(msg)
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > measure.decimals:
        msg = f"最多{measure.decimals}位小数" if measure.decimals else "应为整数"
        raise ValueProblem(msg)
    return number


def show(measure: Measure, kept: str) -> str:
    """A stored value in words without its unit; empty for no value."""
    if measure.kind == YES:
        return {"yes": "是", "no": "否"}.get(kept, kept)
    return dict(measure.options).get(kept, kept) if measure.kind == CHOICE else kept


def reached(item: Item, raw: Any) -> str:
    """A value of the score table in stored form of the clause's measure; empty if it is missing or incomplete."""
    if raw is None:
        return ""
    measure = measure_of(item)
    try:
        if item.ratio and measure.kind == NUMBER:
            return plain(half_up(Decimal(str(raw["a"])) * 100 / Decimal(str(raw["b"]))))
        if measure.kind == YES:
            return "yes" if (item.test(raw) if item.test else raw is True) else "no"
        if item.rule["kind"] == "all_of":
            return plain(item.rate(raw)) if item.rate else ""
        return str(len(raw)) if isinstance(raw, list) else str(raw)
    except (ScoringRefused, ValueProblem, KeyError, ArithmeticError, TypeError):
        return ""


def as_stored(item: Item, target: str) -> Any:
    """A target in the form of a score table; None for combined rules and checklists, whose parts are not named."""
    kind = item.rule["kind"]
    if not target or kind in {"all_of", "checklist"}:
        return None
    if item.ratio:
        return {"a": target, "b": "100"}
    return target == "yes" if measure_of(item).kind == YES else target


def meets(measure: Measure, kept: str, target: str) -> bool:
    """Whether a value is at least as good as a target; both must be given."""
    if measure.kind == NUMBER:
        return (Decimal(kept) - Decimal(target)) * measure.better >= 0
    if measure.kind == RANGE:
        low, high = limits(target)
        return low <= Decimal(kept) <= high
    if measure.kind == CHOICE:
        order = [key for key, _ in measure.options]
        return order.index(kept) >= order.index(target)
    return kept == "yes" or target == "no"


def limits(kept: str) -> tuple[Decimal, Decimal]:
    """Both ends of a stored range."""
    low, _, high = kept.partition("~")
    return Decimal(low), Decimal(high or low)


def missed(item: Item, value: Any, target: Any) -> tuple[Measure, str, str] | None:
    """(measure, reached, wanted) in stored form if a stored value is worse than a stored target; None if it is as good or unknown."""
    kept, wanted = reached(item, value), reached(item, target)
    if not kept or not wanted:
        return None
    measure = measure_of(item)
    return None if meets(measure, kept, wanted) else (measure, kept, wanted)


def said(measure: Measure, kept: str) -> str:
    """A stored value in words; numbers with their unit."""
    return f"{show(measure, kept)}{measure.unit if measure.kind == NUMBER else ''}"
