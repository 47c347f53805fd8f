"""Validate values of a district and points of a panel."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from greendistrict.core.rounding import half_up
from indicators.scoring.numbers import decimals_of, plain, typed
from indicators.scoring.prepare import Item
from indicators.scoring.raters import MOST_COUNTED, exact, ratio_of, ticked, whole
from indicators.scoring.refusals import ValueProblem

SLIPS = {2: "100", 3: "1000", 4: "1万"}
YES = {"true": True, "1": True, "on": True, "yes": True, "是": True, "false": False, "0": False, "off": False, "no": False, "否": False}


def check_value(item: Item, raw: object) -> Any:
    """Return the value in its stored form, or raise ``ValueProblem`` with instructions in Chinese.

    Stored form: numbers as text (``"70.5"``), yes/no as boolean, ticked parts as a list in the rule's order, a choice as its key,
    ratios and ``all_of`` as a mapping of the parts filled in; None if nothing is filled in.
    """
    if _blank(raw):
        return None
    if item.ratio:
        return _ratio(item, raw)
    if item.rule["kind"] == "all_of":
        rules = {entry["value"]["key"]: entry for entry in item.rule["rules"]}
        filled = _each({key: partial(_part, item, rules[key], part) for key, part in _mapping(raw, list(rules)).items()})
        return {key: filled[key] for key in rules if key in filled} or None
    return _one(item.rule, item.value, item.points, raw)


def _blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _one(rule: Mapping[str, Any], value: Mapping[str, Any] | None, points: Decimal, raw: object) -> Any:
    kind = rule["kind"]
    if kind in {"steps", "linear"} or (kind == "pass" and "op" in rule):
        return _number(value or {}, raw)
    if kind == "pass":
        return _yes(raw)
    if kind in {"count", "claimed"}:
        return plain(whole(typed(raw), MOST_COUNTED if kind == "count" else points))
    if kind == "checklist":
        keys = [part["key"] for part in rule["parts"]]
        chosen = ticked([raw] if isinstance(raw, str) else raw, dict.fromkeys(keys))
        return [key for key in keys if key in chosen]
    if raw not in [option["key"] for option in rule["options"]]:
        msg = "应为所列选项之一"
        raise ValueProblem(msg)
    return str(raw)


def _number(value: Mapping[str, Any], raw: object) -> str:
    number = typed(raw)
    low, high = exact(value["min"]), exact(value["max"])
    if not low <= number <= high:
        msg = f"应在{plain(low)}至{plain(high)}{value['unit']}之间"
        raise ValueProblem(msg)
    if decimals_of(number) > value["decimals"]:
        msg = f"最多{value['decimals']}位小数" if value["decimals"] else "应为整数"
        raise ValueProblem(msg)
    return plain(number)


def _yes(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in YES:
        msg = "应填是或否"
        raise ValueProblem(msg)
    return YES[word]


def _ratio(item: Item, raw: object) -> dict[str, str] | None:
    entries = _mapping(raw, [entry["key"] for entry in item.data["inputs"]])
    filled = _each({key: partial(_input, item, key, entry) for key, entry in entries.items()})
    if set(filled) == {"a", "b"} and item.value:
        a, b = ratio_of(filled)
        low, high = exact(item.value["min"]), exact(item.value["max"])
        if not low * b <= a * 100 <= high * b:
            labels = [entry["label"] for entry in item.data["inputs"]]
            slip = _slip(item, Fraction(a) / Fraction(b), Fraction(high) / 100)
            msg = f"{labels[0]}与{labels[1]}之比应在{plain(low)}至{plain(high)}{item.value['unit']}之间{slip}"
            raise ValueProblem(msg)
    return {key: plain(filled[key]) for key in sorted(filled)} or None


def _slip(item: Item, share: Fraction, most: Fraction) -> str:
    """Describe the factor of a probable mistake: 平方米 typed instead of 公顷 is 10,000 times too large."""
    over = next((power for power in SLIPS if most and most * 10 ** (power - 1) < share <= most * 10**power), 0)
    if not over or not item.value:
        return ""
    units = "、".join(dict.fromkeys(entry["unit"] for entry in item.data["inputs"]))
    return f"；现为{plain(half_up(share * 100))}{item.value['unit']}，可能差了{SLIPS[over]}倍，请核对单位（{units}）"


def _input(item: Item, key: str, raw: object) -> Decimal:
    label = next(entry["label"] for entry in item.data["inputs"] if entry["key"] == key)
    try:
        number = typed(raw)
    except ValueProblem as problem:
        msg = f"{label}：{problem.message}"
        raise ValueProblem(msg) from problem
    if number < 0:
        msg = f"{label}不应小于0"
        raise ValueProblem(msg)
    if key == "b" and not number:
        msg = f"{label}应大于0；区内没有此类情况的，应声明不存在"
        raise ValueProblem(msg)
    return number


def _part(item: Item, entry: Mapping[str, Any], raw: object) -> Any:
    try:
        return _one(entry["rule"], entry["value"], item.points, raw)
    except ValueProblem as problem:
        msg = f"{entry['value']['label']}：{problem.message}"
        raise ValueProblem(msg) from problem


def _each(readers: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Results of all readers; all their problems are raised together."""
    found: dict[str, Any] = {}
    problems: list[str] = []
    for key, read in readers.items():
        try:
            found[key] = read()
        except ValueProblem as problem:
            problems.append(problem.message)
    if problems:
        raise ValueProblem("；".join(problems))
    return found


def _mapping(raw: object, keys: list[str]) -> dict[str, object]:
    if not isinstance(raw, Mapping) or not set(raw) <= set(keys):
        msg = "应分别填写各项取值"
        raise ValueProblem(msg)
    return {key: raw[key] for key in keys if not _blank(raw.get(key))}


def valid_points(item: Item) -> tuple[Decimal, ...] | None:
    """Return the points a panel may agree on, ascending; None if any number with 2 decimals up to the item's points is allowed.

    ``steps``: its own points or 0; ``choice``: those of its options; ``claimed``: whole numbers; ``checklist`` and ``count``: possible
    sums of parts or counted things; ``all_of``: sums over its rules; a control has none.
    """
    if item.is_control:
        return ()
    found = _reachable(item.rule, item.points)
    return None if found is None else tuple(sorted(found))


def _reachable(rule: Mapping[str, Any], points: Decimal) -> set[Decimal] | None:
    if rule["kind"] == "linear":
        return None
    return REACHABLE[rule["kind"]](rule, points)


def _sums(rule: Mapping[str, Any], points: Decimal) -> set[Decimal]:
    cap = min(exact(rule["cap"]), points) if rule.get("cap") is not None else points
    sums = {Decimal(0)}
    for part in rule["parts"]:
        sums |= {min(one + exact(part["points"]), cap) for one in sums}
    return sums


def _counted(rule: Mapping[str, Any], points: Decimal) -> set[Decimal]:
    each, cap = exact(rule["each"]), min(exact(rule["cap"]), points)
    return {min(each * number, cap) for number in range(int(cap / each) + 2)}


def _all_of(rule: Mapping[str, Any], points: Decimal) -> set[Decimal] | None:
    sums = {Decimal(0)}
    for entry in rule["rules"]:
        inner = _reachable(entry["rule"], points)
        if inner is None:
            return None
        sums = {one + other for one in sums for other in inner}
    return sums


REACHABLE: dict[str, Callable[[Mapping[str, Any], Decimal], set[Decimal] | None]] = {
    "steps": lambda rule, _points: {Decimal(0), *(exact(step["points"]) for step in rule["steps"])},
    "choice": lambda rule, _points: {exact(option["points"]) for option in rule["options"]},
    "claimed": lambda _rule, points: {Decimal(number) for number in range(int(points) + 1)},
    "checklist": _sums,
    "count": _counted,
    "all_of": _all_of,
}


def check_points(item: Item, raw: object) -> Decimal:
    """Return the points given by a panel or expert, or raise ``ValueProblem`` with the allowed values."""
    number, allowed = typed(raw), valid_points(item)
    if allowed is None:
        if 0 <= number <= item.points and decimals_of(number) <= 2:  # noqa: PLR2004 - points of a linear rule have 2 decimals
            return number
        msg = f"应为0至{plain(item.points)}，最多2位小数"
        raise ValueProblem(msg)
    if number not in allowed:
        msg = f"应为 {'、'.join(plain(one) for one in allowed)} 之一" if allowed else "控制项没有分值"
        raise ValueProblem(msg)
    return number
