"""Explains scoring in words: rule of an item, step reached, next step and its worth, and what blocks a level (pure functions)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from greendistrict.core.rounding import EXACT, half_up
from indicators.scoring.engine import ChapterResult, Result
from indicators.scoring.numbers import decimal, plain
from indicators.scoring.prepare import EditionRules, Item
from indicators.scoring.raters import exact, ratio_of
from indicators.scoring.refusals import ValueProblem

OPERATOR_WORDS = {">=": "不低于", "<=": "不高于", ">": "高于", "<": "低于", "==": "等于"}
DIMENSIONLESS = "无量纲"
STRICT_WORDS = {">=": "高于", "<=": "低于"}


@dataclass(frozen=True)
class RuleStep:
    """One line of a rule: text, points (None for a control), whether the value reaches it, whether it is the next to reach."""

    label: str
    points: Decimal | None
    hit: bool
    next: bool
    distance: str = ""


@dataclass(frozen=True)
class ItemExplanation:
    """An item explained. ``gain``: item points of the next step; ``worth``: what they add to the total (2 decimals)."""

    id: str
    rule: str
    steps: tuple[RuleStep, ...]
    gain: Decimal | None
    worth: Decimal | None
    distance: str


@dataclass(frozen=True)
class ChapterExplanation:
    """How a chapter's points become its share of the total, in words."""

    key: str
    text: str
    contribution: Decimal


@dataclass(frozen=True)
class Blocker:
    """What prevents the table from reaching a level: a control item, a chapter, or the total."""

    kind: str
    key: str
    text: str


def unit_of(value: Mapping[str, Any] | None) -> str:
    """Unit printed after a figure; empty for a dimensionless figure, for which the standard names a unit."""
    unit = (value or {}).get("unit") or ""
    return "" if unit == DIMENSIONLESS else str(unit)


def rule_words(item: Item) -> str:
    """Return the rule of an item in Chinese."""
    return words(item.rule, item.value, item.points)


def words(rule: Mapping[str, Any], value: Mapping[str, Any] | None, points: Decimal) -> str:
    """Return a rule of the edition format in Chinese; ``points`` is the maximum of its item."""
    kind = rule["kind"]
    if kind == "pass":
        return _limit(rule, value) if "op" in rule else "应满足"
    if kind == "steps":
        return "按达到的最高一档得分：" + "；".join(f"{at_words(rule, step, value)}得{step['points']}分" for step in rule["steps"])
    if kind == "linear":
        start, stop = rule["from"], rule["to"]
        unit = unit_of(value)
        return f"{start['at']}{unit}得{start['points']}分，{stop['at']}{unit}得{stop['points']}分，其间按比例计算，保留2位小数"
    return OTHER_WORDS[kind](rule, points)


def _checklist_words(rule: Mapping[str, Any], points: Decimal) -> str:
    cap = rule.get("cap") if rule.get("cap") is not None else plain(points)
    return f"逐项累计，最多{cap}分：" + "；".join(f"{part['text']}（{part['points']}分）" for part in rule["parts"])


def _all_of_words(rule: Mapping[str, Any], points: Decimal) -> str:
    return "各项分别得分后相加：" + "；".join(
        f"{entry['value']['label']}：{words(entry['rule'], entry['value'], points)}" for entry in rule["rules"]
    )


OTHER_WORDS = {
    "checklist": _checklist_words,
    "choice": lambda rule, _points: (
        "按所选情形得分：" + "；".join(f"{option['text']}（{option['points']}分）" for option in rule["options"])
    ),
    "count": lambda rule, _points: f"每项得{rule['each']}分，最多{rule['cap']}分",
    "claimed": lambda _rule, points: f"按实际情况申报0至{plain(points)}分的整数分",
    "all_of": _all_of_words,
}


def _limit(rule: Mapping[str, Any], value: Mapping[str, Any] | None) -> str:
    signs = STRICT_WORDS if rule.get("exclusive") else OPERATOR_WORDS
    return f"{signs[rule['op']]}{rule['at']}{unit_of(value)}"


def at_words(rule: Mapping[str, Any], step: Mapping[str, Any], value: Mapping[str, Any] | None) -> str:
    """Return the limit of a step in Chinese: ``不低于50%``."""
    sign = ">=" if rule["better"] == "higher" else "<="
    return _limit({"op": sign, "at": step["at"], "exclusive": step.get("exclusive")}, value)


def steps_of(item: Item, raw: Any) -> tuple[RuleStep, ...]:
    """Return the lines of the rule, marking those that the value reaches; a missing or unusable value reaches none."""
    if item.rule["kind"] == "all_of":
        parts = raw if isinstance(raw, Mapping) else {}
        return tuple(
            RuleStep(f"{entry['value']['label']}：{step.label}", step.points, step.hit, step.next, step.distance)
            for entry in item.rule["rules"]
            for step in _lines(entry["rule"], entry["value"], item.points, parts.get(entry["value"]["key"]))
        )
    if item.ratio:
        try:
            a, b = ratio_of(raw)
            raw = EXACT.divide(EXACT.multiply(a, Decimal(100)), b)
        except ValueProblem:
            raw = None
    return _lines(item.rule, item.value, item.points, raw)


def _lines(rule: Mapping[str, Any], value: Mapping[str, Any] | None, points: Decimal, raw: Any) -> tuple[RuleStep, ...]:
    kind = rule["kind"]
    if kind == "steps":
        return _step_lines(rule, value, _number(raw))
    if kind == "linear":
        return _linear_lines(rule, value, points, _number(raw))
    if kind == "pass":
        return (_pass_line(rule, value, raw),)
    if kind == "count":
        number = _number(raw) or Decimal(0)
        return _up_to(f"每项{rule['each']}分", exact(rule["cap"]), exact(rule["each"]) * number, f"{plain(number)}项")
    if kind == "claimed":
        return _up_to("申报分", points, _number(raw) or Decimal(0), "申报分")
    entries = rule["parts"] if rule["kind"] == "checklist" else rule["options"]
    chosen = raw if isinstance(raw, list | tuple) else [raw]
    return tuple(RuleStep(entry["text"], exact(entry["points"]), entry["key"] in chosen, next=False) for entry in entries)


def _number(raw: Any) -> Decimal | None:
    try:
        return decimal(raw)
    except ValueProblem:
        return None


def _step_lines(rule: Mapping[str, Any], value: Mapping[str, Any] | None, number: Decimal | None) -> tuple[RuleStep, ...]:
    reached = [number is not None and _reaches(rule, step, number) for step in rule["steps"]]
    best = max((index for index, hit in enumerate(reached) if hit), default=-1)
    return tuple(
        RuleStep(
            label=at_words(rule, step, value),
            points=exact(step["points"]),
            hit=index == best,
            next=index == best + 1,
            distance=_distance(number, exact(step["at"]), value, beyond=bool(step.get("exclusive"))) if index == best + 1 else "",
        )
        for index, step in enumerate(rule["steps"])
    )


def _reaches(rule: Mapping[str, Any], step: Mapping[str, Any], number: Decimal) -> bool:
    at = exact(step["at"])
    if number == at:
        return not step.get("exclusive")
    return number > at if rule["better"] == "higher" else number < at


def _distance(number: Decimal | None, at: Decimal, value: Mapping[str, Any] | None, *, beyond: bool = False) -> str:
    if number is None or value is None:
        return ""
    gap, places = abs(at - number), value["decimals"] or 0
    least = Decimal(1).scaleb(-places)
    shown = plain(half_up(gap, places)) if gap >= least or not gap else plain(least)
    return f"还差{shown}{unit_of(value)}" + ("以上" if beyond else "")


def _linear_lines(
    rule: Mapping[str, Any], value: Mapping[str, Any] | None, points: Decimal, number: Decimal | None
) -> tuple[RuleStep, ...]:
    """Both ends, and between them a line for a value that lies there, with the points it earns."""
    unit, start, stop = unit_of(value), exact(rule["from"]["at"]), exact(rule["to"]["at"])
    done = number is not None and (number >= stop if stop > start else number <= stop)
    first = RuleStep(f"{rule['from']['at']}{unit}", exact(rule["from"]["points"]), number == start, next=False)
    last = RuleStep(
        f"{rule['to']['at']}{unit}", exact(rule["to"]["points"]), done, not done, "" if done else _distance(number, stop, value)
    )
    if number is None or value is None or not min(start, stop) < number < max(start, stop):
        return first, last
    shown = plain(half_up(number, value["decimals"]))
    return first, RuleStep(f"{shown}{unit}，按比例", _points_of(rule, number, points), hit=True, next=False), last


def _pass_line(rule: Mapping[str, Any], value: Mapping[str, Any] | None, raw: Any) -> RuleStep:
    if "op" not in rule:
        return RuleStep("应满足", None, raw is True, raw is not True)
    number, at = _number(raw), exact(rule["at"])
    hit = number is not None and _meets(rule, number, at)
    return RuleStep(_limit(rule, value), None, hit, not hit, "" if hit else _distance(number, at, value))


def _meets(rule: Mapping[str, Any], number: Decimal, at: Decimal) -> bool:
    if number == at:
        return "=" in rule["op"] and not rule.get("exclusive")
    return (number > at and ">" in rule["op"]) or (number < at and "<" in rule["op"])


def _up_to(label: str, most: Decimal, got: Decimal, part: str) -> tuple[RuleStep, ...]:
    """The line of the most points, after one for the ``part`` of them that the value earns."""
    done = got >= most
    whole = RuleStep(label, most, done, not done, "" if done else f"还可得{plain(most - got)}分")
    return (whole,) if done or not got else (RuleStep(part, got, hit=True, next=False), whole)


def explain_item(rules: EditionRules, result: Result, item_id: str, raw: Any) -> ItemExplanation:
    """Explain one item of a scored table: rule, steps, the next step and its worth in total points."""
    item = rules.items[item_id]
    found = next(one for one in result.items if one.id == item_id)
    steps = steps_of(item, raw)
    upcoming = [step for step in steps if step.next and step.points is not None]
    gain = None
    if found.points is not None and not found.excluded and found.points < item.points:
        # What the smallest next improvement gains; with a linear rule its maximum.
        gain = min(_better(item.rule, item.points, raw, found.points), default=None)
    worth = None if gain is None else _worth(rules, result, item, gain)
    return ItemExplanation(item_id, rule_words(item), steps, gain, worth, "；".join(step.distance for step in upcoming if step.distance))


def _better(rule: Mapping[str, Any], most: Decimal, raw: Any, points: Decimal) -> list[Decimal]:
    kind = rule["kind"]
    if kind == "all_of":
        parts = raw if isinstance(raw, Mapping) else {}
        inner = [(entry["rule"], parts.get(entry["value"]["key"])) for entry in rule["rules"]]
        return [gain for sub, value in inner for gain in _better(sub, most, value, _points_of(sub, value, most))]
    if kind == "steps":
        return [exact(step["points"]) - points for step in rule["steps"] if exact(step["points"]) > points]
    if kind == "linear":
        return [exact(rule["to"]["points"]) - points] if exact(rule["to"]["points"]) > points else []
    if kind == "choice":
        return [exact(option["points"]) - points for option in rule["options"] if exact(option["points"]) > points]
    if kind == "checklist":
        room = (most if rule.get("cap") is None else min(exact(rule["cap"]), most)) - points
        chosen = raw if isinstance(raw, list | tuple) else ()
        left = [exact(part["points"]) for part in rule["parts"] if part["key"] not in chosen and part["points"]]
        return [min(worth, room) for worth in left] if room > 0 else []
    step = exact(rule["each"]) if kind == "count" else Decimal(1)
    room = (exact(rule["cap"]) if kind == "count" else most) - points
    return [min(step, room)] if room > 0 else []


def _points_of(rule: Mapping[str, Any], value: Any, most: Decimal) -> Decimal:
    from indicators.scoring.raters import rater  # noqa: PLC0415 - only explanations compile single parts of a rule

    try:
        return Decimal(0) if value is None else rater(rule, None, ratio=False, points=most)(value)
    except ValueProblem:
        return Decimal(0)


def _worth(rules: EditionRules, result: Result, item: Item, gain: Decimal) -> Decimal:
    """Turn item points into total points, rounded half up to 2 decimals."""
    chapter = next(one for one in result.chapters if one.key == item.chapter)
    if chapter.bonus:
        return min(gain, rules.bonus_cap - result.bonus)
    if not rules.weighted:
        return gain
    return half_up(chapter.weight * Fraction(gain) * 100 / Fraction(chapter.possible))


def explain_chapter(rules: EditionRules, chapter: ChapterResult) -> ChapterExplanation:
    """Explain how points become the chapter's share of the total."""
    if chapter.bonus:
        text = f"加分{plain(chapter.obtained)}分，各加分章合计最多计{plain(rules.bonus_cap)}分"
        return ChapterExplanation(chapter.key, text, chapter.obtained)
    base = f"得{plain(chapter.obtained)}分，参评条文共{plain(chapter.possible)}分"
    if not rules.weighted:
        return ChapterExplanation(chapter.key, f"{base}，直接计入总分", chapter.obtained)
    contribution = half_up(chapter.weight * chapter.exact)
    weight = plain(Decimal(chapter.weight.numerator) / Decimal(chapter.weight.denominator))
    text = f"{base}，折算{plain(chapter.score)}分，权重{weight}，计入总分{plain(contribution)}分"
    return ChapterExplanation(chapter.key, text, contribution)


def explain_level(rules: EditionRules, result: Result) -> tuple[Blocker, ...]:
    """Everything that prevents a level, or the next level; empty at the highest level."""
    blockers = []
    for name in result.blocked_by:
        if name in rules.items:
            blockers.append(Blocker("control", name, f"控制项 {name} {rules.items[name].title}不满足"))
        else:
            chapter = next(one for one in result.chapters if one.key == name)
            least = plain(chapter.minimum) if chapter.minimum is not None else ""
            blockers.append(Blocker("chapter", name, f"{chapter.title}得{plain(chapter.score)}分，低于最低{least}分"))
    upper = next((level for level in rules.levels if result.total < level.least), None)
    if upper is not None:
        text = f"总分{plain(result.total)}，距{upper.label}（{plain(upper.least)}分）还差{plain(upper.least - result.total)}分"
        blockers.append(Blocker("total", upper.key, text))
    return tuple(blockers)
