"""Targets compared with achieved values, by year; higher apps pass in the achieved values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from districts.file.models.district import District
from districts.file.stated_figures import MARK
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import baseline_of, target_points
from districts.indicator_systems.selectors.actuals import Entered, entered_by_district, is_own
from districts.indicator_systems.selectors.indicators import IndicatorLine, dimension_marks, line_of, system_in_force
from districts.indicator_systems.target_path import AMBER, GREEN, NONE, RED, Light, Limits, due_in, light, start_of
from districts.indicator_systems.targets import reached, read, show
from greendistrict.core import charts
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.rounding import percent
from greendistrict.policy import parameters
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ValueProblem

Actuals = Mapping[int, Mapping[str, Any]]
COLOURS = ((GREEN, "达到"), (AMBER, "略落后"), (RED, "落后"), (NONE, "不作判断"))


@dataclass(frozen=True)
class IndicatorProgress:
    """An indicator: achieved values by year in words, and the light of the latest year."""

    line: IndicatorLine
    reached: tuple[str, ...]
    light: Light
    due: str


@dataclass(frozen=True)
class Track:
    """The indicator shown as a chart, with its figures as (year, path, reached)."""

    line: IndicatorLine
    chart: ChartDrawing
    figures: list[tuple[int, str, str]]


def indicators_context(district: District, actuals: Actuals | None = None, *, chosen: str = "") -> dict[str, Any]:
    """Template context: the approved version, its targets against ``actuals`` (year → key → value), one indicator as a chart.

    A clause's value is in the form of the score table; that of an indicator outside the edition is typed text. ``chosen`` is the key of
    the indicator for the chart, by default the first number with a value.
    """
    system = system_in_force(district)
    if system is None:
        return {"district": district, "system": None}
    entered = entered_by_district([district.pk])[district.pk]
    given = _joined(actuals or {}, entered.values)
    limits, is_default = amber_limits()
    years, items = sorted(given), rules_for(system.edition).items
    rows = list(system.rows.all())
    lines = [line_of(row, items) for row in rows if row.taking_part]
    kept = {line.row.key: values_of(line, given, items) for line in lines}
    progress = [_marked(progress_of(system, line, kept[line.row.key], years, limits), years, entered) for line in lines]
    drawable = [line for line in lines if line.measure.is_numeric and target_points(system, line.row)]
    chapters: dict[str, list[IndicatorProgress]] = {}
    for indicator in progress:
        chapters.setdefault(indicator.line.row.chapter, []).append(indicator)
    return {
        "district": district,
        "system": system,
        "years": years,
        "limits": limits,
        "amber": percent(limits.progress, places=0),
        "amber_is_default": is_default,
        "own": any(is_own(line.row) for line in lines),
        "groups": list(chapters.items()),
        "excluded": [row for row in rows if not row.taking_part],
        "dimensions": dimension_marks(rows),
        "tally": tally_of(progress) if years else [],
        "drawable": drawable,
        "track": _track(system, drawable, kept, chosen),
    }


def progress_lines(system: IndicatorSystem, actuals: Actuals, entered: Actuals, limits: Limits) -> list[IndicatorProgress]:
    """Participating indicators of a version whose rows are loaded, as ``indicators_context`` shows them."""
    given, items = _joined(actuals, entered), rules_for(system.edition).items
    lines = [line_of(row, items) for row in system.rows.all() if row.taking_part]
    return [progress_of(system, line, values_of(line, given, items), given, limits) for line in lines]


def amber_limits() -> tuple[Limits, bool]:
    """Limits of amber from the settings, and whether they are still the defaults."""
    found = parameters.load()
    names = ("indicators.amber_progress", "indicators.amber_distance")
    progress, distance = (Fraction(found.number(name)) for name in names)
    return Limits(progress, distance), any(found[name].is_default for name in names)


def _joined(first: Actuals, second: Actuals) -> dict[int, dict[str, Any]]:
    """Both mappings merged; an indicator has values in one of them only."""
    return {year: {**first.get(year, {}), **second.get(year, {})} for year in {*first, *second}}


def values_of(line: IndicatorLine, actuals: Actuals, items: Mapping[str, Item]) -> dict[int, str]:
    """Values of one indicator in stored form by year; years without a value are left out."""
    row, found = line.row, {}
    for year, values in actuals.items():
        raw = values.get(row.key)
        if value := reached(items[row.item_id], raw) if row.item_id else _typed(line, raw):
            found[year] = value
    return found


def _typed(line: IndicatorLine, raw: Any) -> str:
    try:
        return read(line.measure, "" if raw is None else str(raw))
    except ValueProblem:
        return ""


def progress_of(
    system: IndicatorSystem, line: IndicatorLine, values: Mapping[int, str], years: Iterable[int], limits: Limits
) -> IndicatorProgress:
    """Values by year in words, and the light of the newest of ``years`` with a value; it is named if it is not the last year."""
    ordered = sorted(years)
    points = target_points(system, line.row)
    last = ordered[-1] if ordered else 0
    newest = max((year for year in ordered if values.get(year)), default=last)
    found = light(line.measure, newest, values.get(newest, ""), baseline=baseline_of(line.row), targets=points, limits=limits)
    if newest != last:
        found = replace(found, words=f"{found.words}（{newest}年）")
    shown = tuple(show(line.measure, values.get(year, "")) for year in ordered)
    return IndicatorProgress(line, shown, found, show(line.measure, found.due))


def _marked(one: IndicatorProgress, years: Iterable[int], entered: Entered) -> IndicatorProgress:
    """With a mark at every value that a second person has not checked."""
    unchecked = entered.unchecked.get(one.line.row.key)
    if not unchecked:
        return one
    marked = (f"{words}（{MARK}）" if year in unchecked and words else words for year, words in zip(years, one.reached, strict=True))
    return replace(one, reached=tuple(marked))


def tally_of(progress: Iterable[IndicatorProgress]) -> list[tuple[str, str, int]]:
    """(colour, words, number) from good to bad."""
    counts = Counter(one.light.colour for one in progress)
    return [(colour, words, counts[colour]) for colour, words in COLOURS]


def _track(system: IndicatorSystem, lines: list[IndicatorLine], kept: Mapping[str, Mapping[int, str]], chosen: str) -> Track | None:
    """Chart of the chosen indicator over every year with a figure."""
    filled = [line for line in lines if kept[line.row.key]] or lines
    line = next((one for one in lines if one.row.key == chosen), filled[0] if filled else None)
    if line is None:
        return None
    values, targets = kept[line.row.key], target_points(system, line.row)
    points = [*start_of(line.measure, baseline_of(line.row), targets), *targets]
    known = {year for year, _ in points} | set(values)
    years = range(min(known), max(known) + 1)  # every year, so that the path is drawn to scale
    path = [due_in(line.measure, year, points) for year in years]
    chart = ChartDrawing(
        charts.line,
        [str(year) if year in known else "" for year in years],
        [charts.Series("实际", [_figure(values.get(year, "")) for year in years]), charts.Series("路径", [_figure(due) for due in path])],
        unit=line.measure.unit or "数",
        title=f"{line.row.title}的实际值与目标路径",
    )
    figures = [(year, due, values.get(year, "")) for year, due in zip(years, path, strict=True) if year in known]
    return Track(line, chart, figures)


def _figure(kept: str) -> Decimal | None:
    return Decimal(kept) if kept else None
