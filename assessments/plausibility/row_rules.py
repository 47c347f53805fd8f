"""Plausibility rules for a row, by itself and compared with last year, peers and targets; their inputs and figures.

Also here: Comparable figures of a value: a single number, both amounts of a ratio and the ratio, all numbers of a combined rule. Inputs
of the plausibility rules: rows of a table with last year's, target and peer figures. Plausibility rules that compare a figure with last
year, with peers, with values of the portal and with its target.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum, auto
from functools import cached_property
from statistics import quantiles
from typing import Any, NamedTuple

from districts.indicator_systems.targets import Measure, missed, said
from districts.plausibility.comparisons import Figure, PlausibilityFinding, PlausibilityLimits, Scale, jump, leap, words
from greendistrict.core.days import day_in_words
from indicators.scoring.engine import ItemResult
from indicators.scoring.explain import unit_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value

RATE = ""
SHARES = frozenset({"%", "百分点", "%/a"})


def figures_of(item: Item, value: Any) -> dict[str, Figure]:
    """Figures by part: ``""`` for the clause's own figure, ``a`` and ``b`` of a ratio, the key of each number of a combined rule."""
    if value is None:
        return {}
    if item.ratio:
        return dict(_ratio(item, value)) if isinstance(value, Mapping) else {}
    if item.rule["kind"] == "all_of":
        return dict(_joint(item, value)) if isinstance(value, Mapping) else {}
    found = _one(item.rule, item.value, item.title, value)
    return {RATE: found} if found else {}


def _ratio(item: Item, value: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    numbers = {}
    for entry in item.data["inputs"]:
        number = _number(value.get(entry["key"]))
        if number is not None:
            numbers[entry["key"]] = number
            yield entry["key"], Figure(entry["label"], entry["unit"], number, Scale.AMOUNT)
    if numbers.get("b") and "a" in numbers and item.value:
        share = numbers["a"] * 100 / numbers["b"]
        yield RATE, _figure(item.rule, item.value, item.title, share)._replace(typed=False)


def _joint(item: Item, value: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    for entry in item.rule["rules"]:
        found = _one(entry["rule"], entry["value"], entry["value"]["label"], value.get(entry["value"]["key"]))
        if found:
            yield entry["value"]["key"], found


def _one(rule: Mapping[str, Any], meta: Mapping[str, Any] | None, label: str, raw: Any) -> Figure | None:
    number = _number(raw)
    if number is None:
        return None
    if rule["kind"] == "count":
        return Figure(label, "项", number, Scale.COUNT)
    measured = rule["kind"] in {"steps", "linear"} or (rule["kind"] == "pass" and "op" in rule)
    return _figure(rule, meta, label, number) if measured and meta else None


def _figure(rule: Mapping[str, Any], meta: Mapping[str, Any], label: str, number: Decimal) -> Figure:
    low, high = Decimal(str(meta["min"])), Decimal(str(meta["max"]))
    scale = Scale.INTERVAL if low < 0 else Scale.SHARE if meta["unit"] in SHARES else Scale.RATE
    # The largest figure named in the rule measures the usual size of its figures.
    if rule["kind"] == "steps":
        named = [step["at"] for step in rule["steps"]]
    elif rule["kind"] == "linear":
        named = [rule["from"]["at"], rule["to"]["at"]]
    else:
        named = [value for value in (rule.get("value"), rule.get("at")) if value is not None]
    span = max((abs(Decimal(str(one))) for one in named), default=Decimal(0))
    return Figure(label, unit_of(meta), number, scale, span=span, low=low, high=high)


def _number(raw: Any) -> Decimal | None:
    if raw is None or isinstance(raw, bool | list | tuple | Mapping):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


class RowState(Enum):
    """Kind of answer in a row."""

    ANSWERED = auto()
    EXCLUDED = auto()
    ABSENT = auto()
    UNBUILT = auto()
    BY_PORTAL = auto()  # the portal finds that the clause takes no part; nobody is asked


class ProofFile(NamedTuple):
    """A file under a row: SHA-256 and last day of validity (None without an end)."""

    digest: str
    valid_to: dt.date | None = None


@dataclass(frozen=True, eq=False)
class RowInput:
    """Rule input for one row. ``last``, ``target``: values in the clause's form; ``peers``: figures of similar districts by part.

    ``offered``: (source, value) given by a source but not used by the row; ``reason`` explains why. ``pending``: prefilled by a source and
    not yet confirmed by a person. ``known``: (source, value) that the portal holds for the same quantity, prefilled or not.
    """

    item: Item
    value: Any = None
    state: RowState = RowState.ANSWERED
    filled: bool = False
    build_missing: bool = False
    evidence: int = 0
    files: tuple[ProofFile, ...] = ()
    result: ItemResult | None = None
    last: Any = None
    target: Any = None
    peers: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    offered: tuple[str, str] | None = None
    reason: str = ""
    pending: str = ""
    known: tuple[str, Any] | None = None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Figures of the value by part; empty for a row without an answer."""
        return figures_of(self.item, self.value) if self.state is RowState.ANSWERED else {}

    @cached_property
    def before(self) -> dict[str, Figure]:
        """Last year's figures by part."""
        return figures_of(self.item, self.last)

    @property
    def earns(self) -> bool:
        """Whether the row earns points or fulfils a control item."""
        return self.result is not None and bool(self.result.holds or (self.result.points or 0) > 0)


@dataclass(frozen=True)
class DistrictFacts:
    """Figures of the district by name, to which parts are compared (``area`` in 公顷, ``population`` in 人)."""

    figures: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class TableInput:
    """Rule input for a whole table; ``edition`` is its code, ``refusal`` the reason why it cannot be scored."""

    entries: Mapping[str, RowInput]
    today: dt.date
    edition: str = ""
    facts: DistrictFacts = field(default_factory=DistrictFacts)
    refusal: str = ""


LEAST_FLOOR = Decimal("0.05")
HUNDRED = Decimal(100)


def against_last_year(entry: RowInput, _sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """At most one finding per figure: a percentage typed as a fraction, a change of unit, or a large change within a year."""
    typed: list[PlausibilityFinding] = []
    computed: list[PlausibilityFinding] = []
    for part, figure in entry.figures.items():
        before = entry.before.get(part)
        found = _fraction(entry, part, figure)
        if found is None and before is not None:
            found = jump(part, figure, before, limits) or leap(part, figure, before, limits)
        if found is not None:
            (typed if figure.typed else computed).append(found)
    yield from typed or computed  # where an amount was mistaken the ratio follows from it


def _fraction(entry: RowInput, part: str, figure: Figure) -> PlausibilityFinding | None:
    """Finding if a fraction such as 0.8 was typed for 80 %: read as a percentage it is closer to last year, the target or the peers."""
    if not figure.typed or figure.unit != "%" or not 0 < figure.number <= 1:
        return None
    read = figure.number * HUNDRED
    known = _reference(entry, part, figure)
    if known is None or (figure.high is not None and read > figure.high) or abs(read - known) >= abs(figure.number - known):
        return None
    text = f"填的是{words(figure)}，疑为把{words(figure, read)}写成了小数"
    return PlausibilityFinding("fraction", text, part=part, value=words(figure), limit=f"参照{words(figure, known)}，单位{figure.unit}")


def _reference(entry: RowInput, part: str, figure: Figure) -> Decimal | None:
    if part in entry.before:
        return entry.before[part].number
    if entry.peers.get(part):
        return sorted(entry.peers[part])[len(entry.peers[part]) // 2]
    return figure.span or None


def against_peers(entry: RowInput, sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a figure far from those of similar districts, unless the comparison with last year already found something."""
    if any(against_last_year(entry, sheet, limits)):
        return
    for part, figure in entry.figures.items():
        peers = entry.peers.get(part, ())
        if figure.scale in (Scale.AMOUNT, Scale.COUNT) or len(peers) < limits.peers_least:
            continue
        low, middle, high = quantiles(peers, n=4, method="inclusive")
        floor = limits.least_points if figure.scale is Scale.SHARE else max(abs(middle), figure.span) * LEAST_FLOOR
        reach = max(high - low, floor) * limits.peer_spread
        if not low - reach <= figure.number <= high + reach:
            text = f"{figure.label}{words(figure)}明显偏离同类城区（中位数{words(figure, middle)}，{len(peers)}个城区）"
            limit = f"{words(figure, low - reach)}至{words(figure, high + reach)}"
            yield PlausibilityFinding("peer_outlier", text, part=part, value=words(figure), limit=limit)


def against_known(entry: RowInput, _sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a typed figure that differs from one the portal holds. Prefilled values are excluded: they need a reason instead."""
    if entry.known is None or entry.offered:
        return
    source, value = entry.known
    for part, held in figures_of(entry.item, value).items():
        figure = entry.figures.get(part)
        if figure and abs(figure.number - held.number) > abs(held.number) * limits.sum_tolerance:
            text = f"{figure.label}填的是{words(figure)}，{source}为{words(held)}"
            yield PlausibilityFinding("known", text, part=part, value=words(figure), limit=words(held), source=source)


def target(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a value below this year's target, or below the path between two targets where the year has none of its own."""
    if entry.state is not RowState.ANSWERED or not entry.filled or entry.target is None:
        return
    short = missed_target(entry)
    if short:
        measure, kept, wanted = short
        text = f"未达到年度目标或目标路径{said(measure, wanted)}"
        yield PlausibilityFinding("target", text, value=said(measure, kept), limit=f"{measure.sign}{said(measure, wanted)}")


def missed_target(entry: RowInput) -> tuple[Measure, str, str] | None:
    """(measure, reached, wanted) in stored form if the value misses its target; None if it meets it or either is unknown."""
    return missed(entry.item, entry.value, entry.target)


WHOLE = 100


def complete(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a row without a complete answer."""
    if entry.state is RowState.ANSWERED and not entry.filled:
        yield PlausibilityFinding("complete", "未填" if entry.value is None else "未填全", limit="各条填全")
    elif entry.build_missing and entry.state is not RowState.BY_PORTAL:
        yield PlausibilityFinding("complete", "未填建设情况", part="build_state")


def confirmed(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a prefilled value that nobody confirmed."""
    if entry.pending and entry.state is not RowState.BY_PORTAL:
        yield PlausibilityFinding("confirmed", f"{entry.pending}带入的值尚未确认", limit="逐条确认或一键“无变化”")


def reasoned(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a value that differs from a binding source without a reason."""
    if entry.offered and not entry.reason.strip():
        source, value = entry.offered
        yield PlausibilityFinding("reasoned", f"与{source}带入的“{value}”不一致，须写明改写理由", limit=value, source=source)


def numerator(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a part larger than its whole."""
    if not entry.item.ratio or not entry.item.value or entry.item.value["max"] > WHOLE:
        return
    part, whole = entry.figures.get("a"), entry.figures.get("b")
    if part and whole and part.number > whole.number:
        text = f"{part.label}{words(part)}大于{whole.label}{words(whole)}"
        yield PlausibilityFinding("numerator", text, part="a", value=words(part), limit=f"不大于{words(whole)}")


def within(entry: RowInput, sheet: TableInput, limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a stored value outside the range the clause accepts."""
    if entry.state is not RowState.ANSWERED or entry.value is None or any(numerator(entry, sheet, limits)):
        return
    try:
        check_value(entry.item, entry.value)
    except (ValueProblem, ScoringRefused) as problem:
        value = entry.item.value
        limit = f"{plain(value['min'])}至{plain(value['max'])}{value['unit']}" if value else "条文所列取值"
        yield PlausibilityFinding("range", f"取值不在条文允许的范围内：{problem}", value=_said(entry), limit=limit)


def _said(entry: RowInput) -> str:
    return "，".join(words(figure) for figure in entry.figures.values()) or str(entry.value)


def holds(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for a control item that is not fulfilled."""
    if entry.state is RowState.ANSWERED and entry.filled and entry.result is not None and entry.result.holds is False:
        yield PlausibilityFinding("control", "控制项不满足，如实填报的不影响提交")


def evidence(entry: RowInput, _sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for points claimed without evidence."""
    claimed = entry.item.rule["kind"] == "claimed"
    if entry.state is RowState.ABSENT and not entry.evidence:
        yield PlausibilityFinding("evidence_required" if entry.item.when_absent == "full" else "evidence", "声明不存在须附佐证材料")
    elif entry.state is RowState.ANSWERED and entry.filled and entry.earns and not entry.evidence:
        yield PlausibilityFinding(
            "evidence_required" if claimed else "evidence", "缺佐证材料", limit="、".join(entry.item.data["evidence"] or ())
        )


def valid(entry: RowInput, sheet: TableInput, _limits: PlausibilityLimits) -> Iterator[PlausibilityFinding]:
    """Finding for expired evidence."""
    if entry.state not in (RowState.ANSWERED, RowState.ABSENT) or not (entry.filled or entry.state is RowState.ABSENT):
        return
    over = [file.valid_to for file in entry.files if file.valid_to and file.valid_to < sheet.today]
    if over:
        ended = min(over)
        said = day_in_words(ended)
        yield PlausibilityFinding("expired", "佐证材料已过有效期", value=f"有效期至{said}", limit="在有效期内")
