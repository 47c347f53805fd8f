"""Plausibility rules that compare a figure with last year, with peers, with values of the portal and with its target."""

from collections.abc import Iterator
from decimal import Decimal
from statistics import quantiles

from assessments.plausibility.figures import figures_of
from assessments.plausibility.inputs import RowInput, RowState, TableInput
from districts.indicator_systems.targets import Measure, missed, said
from districts.plausibility.comparisons import jump, leap
from districts.plausibility.figures import Figure, Scale, words
from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits

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
    """Finding for a value below this year's target."""
    if entry.state is not RowState.ANSWERED or not entry.filled or entry.target is None:
        return
    short = missed_target(entry)
    if short:
        measure, kept, wanted = short
        text = f"未达到年度目标{said(measure, wanted)}"
        yield PlausibilityFinding("target", text, value=said(measure, kept), limit=f"{measure.sign}{said(measure, wanted)}")


def missed_target(entry: RowInput) -> tuple[Measure, str, str] | None:
    """(measure, reached, wanted) in stored form if the value misses its target; None if it meets it or either is unknown."""
    return missed(entry.item, entry.value, entry.target)
