"""Checks of one rule and its value. Every function returns the maximum points the rule can give, if known."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from indicators.catalogue.problems import DECIMALS, YamlPath, exact, is_number, mapping, points, rows, text

OPERATORS = (">=", "<=", ">", "<", "==")
# Keys of each kind beside ``kind``: required, optional.
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pass": ((), ("op", "at", "exclusive")),
    "steps": (("better", "steps"), ()),
    "linear": (("from", "to"), ()),
    "checklist": (("parts",), ("cap",)),
    "choice": (("options",), ()),
    "count": (("each", "cap"), ()),
    "claimed": ((), ()),
    "all_of": (("rules",), ()),
}
NOT_INSIDE = ("pass", "all_of", "claimed")


@dataclass(frozen=True)
class Range:
    """Checked value definition."""

    lowest: Decimal
    highest: Decimal
    decimals: int | None


@dataclass(frozen=True)
class RuleAt:
    """A rule with what it has to be consistent with; ``named``: inside ``all_of``, where a value has key and label."""

    place: YamlPath
    rule: Any
    value: Any
    value_place: YamlPath
    most: Decimal | None
    named: bool = False
    range: Range | None = None


def check_rule(subject: RuleAt) -> Decimal | None:
    """Check rule and value; problems are reported at their places."""
    if not isinstance(subject.rule, dict):
        subject.place.bad("应为一组键值")
        return None
    kind = subject.rule.get("kind")
    if not isinstance(kind, str) or kind not in KEYS:
        (subject.place / "kind").bad(f"不认识的规则：{kind}")
        return None
    required, optional = KEYS[kind]
    mapping(subject.rule, subject.place, required=("kind", *required), optional=optional)
    subject = replace(subject, range=_value(subject))
    needs = kind in {"steps", "linear"} or (kind == "pass" and "op" in subject.rule)
    if needs and subject.value is None:
        subject.value_place.bad(f"{kind} 需要取值")
    if not needs and subject.value is not None and not subject.named:
        subject.value_place.bad(f"取值只用于 steps、linear、比例和有限值的 pass，不用于 {kind}")
    return CHECKS[kind](subject)


def _value(subject: RuleAt) -> Range | None:
    value, place = subject.value, subject.value_place
    if value is None:
        return None
    if not mapping(value, place, required=("unit", "min", "max", "decimals"), optional=("key", "label") if subject.named else ()):
        return None
    text(place / "unit", value.get("unit"))
    low, high, decimals = value.get("min"), value.get("max"), value.get("decimals")
    if isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= DECIMALS:
        (place / "decimals").bad(f"应为0至{DECIMALS}的整数")
        decimals = None
    if not is_number(low) or not is_number(high) or low >= high:
        place.bad("min 和 max 应为数，且 min 小于 max")
        return None
    return Range(exact(low), exact(high), decimals)


def _limit(place: YamlPath, value: object, allowed: Range | None) -> Decimal | None:
    if value is None:
        place.gap("限值未录入")
        return None
    if not is_number(value):
        place.bad("应为数")
        return None
    number = exact(value)
    if allowed and not allowed.lowest <= number <= allowed.highest:
        place.bad(f"{value}在取值范围{allowed.lowest}至{allowed.highest}之外")
    if allowed and allowed.decimals is not None and -int(number.normalize().as_tuple().exponent) > allowed.decimals:
        place.bad(f"{value}的小数位多于取值")
    return number


def _exclusive(place: YamlPath, holder: dict[str, Any], at: Decimal | None, end: Decimal | None) -> None:
    """Check an exclusive limit: at ``end``, the best value of the range, nothing could exceed it."""
    if "exclusive" not in holder:
        return
    if not isinstance(holder["exclusive"], bool):
        (place / "exclusive").bad("应为 true 或 false")
    elif holder["exclusive"] and at is not None and at == end:
        (place / "exclusive").bad(f"取值范围内没有严格优于{at}的值")


def _best(allowed: Range | None, *, higher: bool) -> Decimal | None:
    return None if allowed is None else allowed.highest if higher else allowed.lowest


def _pass(subject: RuleAt) -> Decimal | None:
    rule, place = subject.rule, subject.place
    if ("op" in rule) != ("at" in rule):
        place.bad("op 与 at 应同时出现")
    elif "op" in rule:
        operator = rule["op"]
        if operator not in OPERATORS:
            (place / "op").bad(f"应为 {' '.join(OPERATORS)} 之一")
        at = _limit(place / "at", rule["at"], subject.range)
        _exclusive(place, rule, at, _best(subject.range, higher=operator == ">="))
        if rule.get("exclusive") is True and operator not in (">=", "<="):
            (place / "exclusive").bad("只与 >= 或 <= 同用")
    elif "exclusive" in rule:
        (place / "exclusive").bad("与 op、at 同用")
    return None


def _steps(subject: RuleAt) -> Decimal | None:
    rule, place = subject.rule, subject.place
    higher = rule.get("better") == "higher"
    if rule.get("better") not in ("higher", "lower"):
        (place / "better").bad("应为 higher 或 lower")
    steps = list(rows(place / "steps", rule.get("steps")))
    if rule.get("steps") == []:
        (place / "steps").gap("没有档位")
    last_at = last_worth = None
    for here, step in steps:
        if not mapping(step, here, required=("at", "points"), optional=("exclusive",)):
            continue
        at, worth = _limit(here / "at", step.get("at"), subject.range), points(here / "points", step.get("points"), subject.most)
        _exclusive(here, step, at, _best(subject.range, higher=higher))
        if last_at is not None and last_worth is not None and at is not None and worth is not None:
            if worth <= last_worth:
                (here / "points").bad(f"档位分值应逐档升高：{last_worth}之后是{worth}")
            if (at <= last_at) if higher else (at >= last_at):
                (here / "at").bad(f"档位限值应逐档变好：{last_at}之后是{at}")
        last_at, last_worth = at, worth
    return last_worth


def _linear(subject: RuleAt) -> Decimal | None:
    ends: list[tuple[Decimal | None, Decimal | None]] = []
    for name in ("from", "to"):
        here, end = subject.place / name, subject.rule.get(name)
        if mapping(end, here, required=("at", "points")):
            ends.append((_limit(here / "at", end.get("at"), subject.range), points(here / "points", end.get("points"), subject.most)))
    if len(ends) != len(("from", "to")):
        return None
    (start, least), (stop, most) = ends
    if start is None or stop is None or least is None or most is None:
        return None
    if start == stop:
        subject.place.bad("from 与 to 的取值相同")
    if least >= most:
        subject.place.bad("从 from 到 to 分值应升高")
    return most


def _texts(subject: RuleAt, name: str) -> list[Decimal]:
    """Parts or options, each with key, text and points."""
    place, seen, worth = subject.place / name, set[str](), list[Decimal]()
    entries = list(rows(place, subject.rule.get(name)))
    if subject.rule.get(name) == []:
        place.gap("没有内容")
    for here, entry in entries:
        if not mapping(entry, here, required=("key", "text", "points")):
            continue
        text(here / "key", entry.get("key"))
        text(here / "text", entry.get("text"))
        if str(entry.get("key")) in seen:
            (here / "key").bad(f"重复：{entry.get('key')}")
        seen.add(str(entry.get("key")))
        number = points(here / "points", entry.get("points"), subject.most)
        if number is not None:
            worth.append(number)
    return worth


def _checklist(subject: RuleAt) -> Decimal | None:
    worth = _texts(subject, "parts")
    cap = points(subject.place / "cap", subject.rule["cap"], subject.most) if "cap" in subject.rule else subject.most
    if not worth:
        return None
    return min(sum(worth, Decimal(0)), cap) if cap is not None else sum(worth, Decimal(0))


def _choice(subject: RuleAt) -> Decimal | None:
    return max(_texts(subject, "options"), default=None)


def _count(subject: RuleAt) -> Decimal | None:
    each = subject.rule.get("each")
    if not is_number(each) or each <= 0:
        (subject.place / "each").bad("应为大于0的数")
    return points(subject.place / "cap", subject.rule.get("cap"), subject.most)


def _claimed(subject: RuleAt) -> Decimal | None:
    if subject.most is not None and subject.most != int(subject.most):
        subject.place.bad("claimed 的分值应为整数")
    return subject.most


def _all_of(subject: RuleAt) -> Decimal | None:
    place = subject.place / "rules"
    entries = list(rows(place, subject.rule.get("rules")))
    if len(entries) < 2:  # noqa: PLR2004 - "several named values"
        place.bad("all_of 至少有两条规则")
    total: Decimal | None = Decimal(0)
    seen: set[str] = set()
    for here, entry in entries:
        most = _inner(here, entry, subject, seen)
        total = None if total is None or most is None else total + most
    if total is not None and subject.most is not None and total != subject.most:
        place.bad(f"各规则分值之和为{total}，本条分值为{subject.most}")
    return total


def _inner(here: YamlPath, entry: Any, subject: RuleAt, seen: set[str]) -> Decimal | None:
    if not mapping(entry, here, required=("value", "rule")):
        return None
    value, rule = entry.get("value"), entry.get("rule")
    if not isinstance(value, dict) or not value.get("key") or not value.get("label"):
        (here / "value").bad("all_of 内的取值要有 key 和 label")
    else:
        text(here / "value" / "key", value["key"])
        text(here / "value" / "label", value["label"])
        if str(value["key"]) in seen:
            (here / "value" / "key").bad(f"重复：{value['key']}")
        seen.add(str(value["key"]))
    if isinstance(rule, dict) and rule.get("kind") in NOT_INSIDE:
        (here / "rule" / "kind").bad(f"{rule['kind']} 不能放在 all_of 内")
        return None
    return check_rule(RuleAt(here / "rule", rule, value, here / "value", subject.most, named=True))


CHECKS: dict[str, Callable[[RuleAt], Decimal | None]] = {
    "pass": _pass,
    "steps": _steps,
    "linear": _linear,
    "checklist": _checklist,
    "choice": _choice,
    "count": _count,
    "claimed": _claimed,
    "all_of": _all_of,
}
