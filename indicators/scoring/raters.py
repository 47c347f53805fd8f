"""Compiles rules into raters (value → points) and tests (value → pass or fail).

Missing values are handled by the caller. A value that the rule cannot interpret raises ``ValueProblem``.
"""

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from greendistrict.core.rounding import EXACT, half_up
from indicators.scoring.numbers import decimal, plain
from indicators.scoring.refusals import ValueProblem

Rater = Callable[[Any], Decimal]
Test = Callable[[Any], bool]
# A measured value as numerator and denominator, so that a ratio is not rounded before the rule is applied.
Measure = Callable[[Any], tuple[Decimal, Decimal]]

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
MOST_COUNTED = 1_000_000
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}


def rater(rule: Mapping[str, Any], value: Mapping[str, Any] | None, *, ratio: bool, points: Decimal) -> Rater:
    """Compile a rule that earns points. ``points`` is the item's maximum."""
    kind = rule["kind"]
    if kind in MEASURED:
        return MEASURED[kind](rule, measure(value, ratio=ratio))
    if kind == "count":
        return _count(rule)
    if kind == "all_of":
        return _all_of(rule, points)
    if kind == "choice":
        return _choice(rule)
    return _checklist(rule, points) if kind == "checklist" else _claimed(points)


def control(rule: Mapping[str, Any], value: Mapping[str, Any] | None, *, ratio: bool) -> Test:
    """Compile a control: yes or no, or a limit on its value."""
    if "op" not in rule:
        return _yes
    at, measured = exact(rule["at"]), measure(value, ratio=ratio)
    sign = rule["op"].rstrip("=") if rule.get("exclusive") else rule["op"]
    compare = OPERATORS[sign]

    def holds(raw: Any) -> bool:
        number, by = measured(raw)
        return compare(number, EXACT.multiply(at, by))

    return holds


def exact(number: float | str) -> Decimal:
    """Return a number of the edition exactly as written."""
    return Decimal(str(number))


def measure(value: Mapping[str, Any] | None, *, ratio: bool) -> Measure:
    """Return a reader for values with this definition; it refuses values outside the range."""
    if value is None:
        return _unbounded
    low, high = exact(value["min"]), exact(value["max"])
    return _ratio_between(low, high) if ratio else _between(low, high)


def _unbounded(raw: Any) -> tuple[Decimal, Decimal]:
    return decimal(raw), ONE


def _between(low: Decimal, high: Decimal) -> Measure:
    def read(raw: Any) -> tuple[Decimal, Decimal]:
        number = decimal(raw)
        if not low <= number <= high:
            msg = f"应在{plain(low)}至{plain(high)}之间"
            raise ValueProblem(msg)
        return number, ONE

    return read


def _ratio_between(low: Decimal, high: Decimal) -> Measure:
    def read(raw: Any) -> tuple[Decimal, Decimal]:
        a, b = ratio_of(raw)
        part = EXACT.multiply(a, HUNDRED)
        if not EXACT.multiply(low, b) <= part <= EXACT.multiply(high, b):
            msg = f"两数之比应在{plain(low)}%至{plain(high)}%之间"
            raise ValueProblem(msg)
        return part, b

    return read


def ratio_of(raw: Any) -> tuple[Decimal, Decimal]:
    """Return the two numbers of a ratio; the second must be positive."""
    if not isinstance(raw, Mapping) or set(raw) != {"a", "b"}:
        msg = "应填比例的两个数 a 和 b"
        raise ValueProblem(msg)
    a, b = decimal(raw["a"]), decimal(raw["b"])
    if b <= 0:
        msg = "比例的分母应大于0；区内没有此类情况的，应声明不存在"
        raise ValueProblem(msg)
    return a, b


def _yes(raw: Any) -> bool:
    if not isinstance(raw, bool):
        msg = "应填是或否"
        raise ValueProblem(msg)
    return raw


def _steps(rule: Mapping[str, Any], measured: Measure) -> Rater:
    # Signs are flipped for "lower is better", so that one search serves both; a value equal to an exclusive limit does not reach it.
    mirrored = rule["better"] == "lower"
    limits = [exact(step["at"]).copy_negate() if mirrored else exact(step["at"]) for step in rule["steps"]]
    strict = [bool(step.get("exclusive")) for step in rule["steps"]]
    worth = [ZERO, *(exact(step["points"]) for step in rule["steps"])]

    def rate(raw: Any) -> Decimal:
        number, by = measured(raw)
        if mirrored:
            number = number.copy_negate()
        if by is not ONE:
            return worth[_reached(number, by, limits, strict)]
        index = bisect_right(limits, number)
        if index and strict[index - 1] and limits[index - 1] == number:
            index = bisect_left(limits, number)
        return worth[index]

    return rate


def _reached(number: Decimal, by: Decimal, limits: list[Decimal], strict: list[bool]) -> int:
    """Count the limits that number / by reaches, without dividing."""
    count = 0
    for limit, beyond in zip(limits, strict, strict=True):
        bar = EXACT.multiply(limit, by)
        if number < bar or (beyond and number == bar):
            break
        count += 1
    return count


def _linear(rule: Mapping[str, Any], measured: Measure) -> Rater:
    start, stop = exact(rule["from"]["at"]), exact(rule["to"]["at"])
    least, most = exact(rule["from"]["points"]), exact(rule["to"]["points"])
    span, gain = stop - start, most - least

    def rate(raw: Any) -> Decimal:
        number, by = measured(raw)
        way, whole = EXACT.subtract(number, EXACT.multiply(start, by)), EXACT.multiply(span, by)
        if span < 0:
            way, whole = way.copy_negate(), whole.copy_negate()
        if way <= 0:
            return least
        if way >= whole:
            return most
        return half_up(EXACT.add(least, EXACT.divide(EXACT.multiply(way, gain), whole)))

    return rate


MEASURED: dict[str, Callable[[Mapping[str, Any], Measure], Rater]] = {"steps": _steps, "linear": _linear}


def _checklist(rule: Mapping[str, Any], points: Decimal) -> Rater:
    worth = {part["key"]: exact(part["points"]) for part in rule["parts"]}
    cap = min(exact(rule["cap"]) if rule.get("cap") is not None else points, points)

    def rate(raw: Any) -> Decimal:
        return min(sum((worth[key] for key in ticked(raw, worth)), ZERO), cap)

    return rate


def ticked(raw: Any, known: Mapping[str, Any]) -> set[str]:
    """Return the ticked parts; each counts once."""
    if not isinstance(raw, list | tuple) or not all(isinstance(key, str) and key in known for key in raw):
        msg = "应为所列内容中勾选的项"
        raise ValueProblem(msg)
    return set(raw)


def _choice(rule: Mapping[str, Any]) -> Rater:
    worth = {option["key"]: exact(option["points"]) for option in rule["options"]}

    def rate(raw: Any) -> Decimal:
        if not isinstance(raw, str) or raw not in worth:
            msg = "应为所列选项之一"
            raise ValueProblem(msg)
        return worth[raw]

    return rate


def _count(rule: Mapping[str, Any]) -> Rater:
    each, cap = exact(rule["each"]), exact(rule["cap"])

    def rate(raw: Any) -> Decimal:
        return min(each * whole(raw, MOST_COUNTED), cap)

    return rate


def _claimed(points: Decimal) -> Rater:
    def rate(raw: Any) -> Decimal:
        return whole(raw, points)

    return rate


def whole(raw: Any, most: Decimal | int) -> Decimal:
    """Return a whole number from 0 to ``most``."""
    number = decimal(raw)
    if not 0 <= number <= most or number != int(number):
        msg = f"应为0至{plain(Decimal(most))}的整数"
        raise ValueProblem(msg)
    return number


def _all_of(rule: Mapping[str, Any], points: Decimal) -> Rater:
    raters = {entry["value"]["key"]: rater(entry["rule"], entry["value"], ratio=False, points=points) for entry in rule["rules"]}

    def rate(raw: Any) -> Decimal:
        if not isinstance(raw, Mapping) or not raw.keys() <= raters.keys():
            msg = "应按名称分别填写各项取值"
            raise ValueProblem(msg)
        return sum((raters[key](part) for key, part in raw.items() if part is not None), ZERO)

    return rate
