"""Visible versions, table by chapter, yearly values and progress towards the targets."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from districts.common.enums import SIGNED_SYSTEMS, Dimension, SystemStatus
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import mandate_in_force
from districts.file.selectors.visibility import files_visible_to
from districts.file.stated_figures import MARK
from districts.indicator_systems.models import IndicatorActual, IndicatorRow, IndicatorSystem, covered
from districts.indicator_systems.row_rules import TARGETS, baseline_of, carbon_stages, may_leave, measure_for, target_points
from districts.indicator_systems.target_path import AMBER, GREEN, NONE, RED, Light, Limits, due_in, due_of, light, start_of
from districts.indicator_systems.targets import Measure, as_stored, reached, read, show
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import charts, clock
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.rounding import percent
from greendistrict.policy import parameters
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ValueProblem

# Achieved values of own indicators and of the carbon intensity, as entered by the district.

EARLIEST = 10


def is_own(row: IndicatorRow) -> bool:
    """Whether its values are entered here: an indicator outside the edition, or the carbon intensity."""
    return not row.item_id


def own_rows(system: IndicatorSystem) -> list[IndicatorRow]:
    """Indicators of a version whose values are entered here, in order."""
    return list(system.rows.filter(item_id="", taking_part=True))


class Entered(NamedTuple):
    """What a district entered: year → key → value in stored form; ``unchecked`` are the years of an indicator that do not count yet."""

    values: dict[int, dict[str, str]]
    unchecked: dict[str, set[int]]

    def counted(self) -> dict[int, dict[str, str]]:
        """Values that a second person has checked."""
        found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for year, values in self.values.items():
            for key, value in values.items():
                if year not in self.unchecked.get(key, ()):
                    found[year][key] = value
        return dict(found)


def entered_by_district(districts: Collection[int]) -> defaultdict[int, Entered]:
    """Entered values by district; one query."""
    entered: defaultdict[int, Entered] = defaultdict(lambda: Entered({}, {}))
    rows = IndicatorActual.objects.filter(district__in=districts).values_list("district", "year", "key", "value", "checked_at")
    for district, year, key, value, checked in rows:
        entered[district].values.setdefault(year, {})[key] = value
        if checked is None:
            entered[district].unchecked.setdefault(key, set()).add(year)
    return entered


def indicator_of(actual: IndicatorActual) -> IndicatorRow | None:
    """The indicator in the district's newest version that has it."""
    return IndicatorRow.objects.filter(system__district=actual.district_id, key=actual.key).order_by("-system__number").first()


def earlier_actual(actual: IndicatorActual) -> IndicatorActual | None:
    """The newest value of an earlier year, to compare with."""
    return IndicatorActual.objects.filter(district=actual.district_id, key=actual.key, year__lt=actual.year).order_by("-year").first()


@among(IndicatorActual.objects.waiting)
def actual_tasks(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: values that the person may check; no query for people without a reviewer's post."""
    return check_tasks(viewer.user, IndicatorActual.objects.for_desk(viewer.held).titled())


def newest_actual(row: IndicatorRow, today: dt.date) -> tuple[int, str] | None:
    """Year and value in stored form of the newest entered value of an own indicator or the carbon intensity; None without one."""
    if not is_own(row):
        return None
    indicator_actuals = row.system.district.indicator_actuals.filter(key=row.key, year__lte=today.year).exclude(value="")
    return indicator_actuals.order_by("-year").values_list("year", "value").first()


def actuals_in(district: District, year: int) -> dict[str, IndicatorActual]:
    """Rows of one year by key."""
    return {row.key: row for row in district.indicator_actuals.filter(year=year)}


def years_to_enter(today: dt.date) -> list[int]:
    """Years that may be entered, newest first: the current one and the ten before."""
    return list(range(today.year, today.year - EARLIEST - 1, -1))


# Read indicator systems: visible versions, table by chapter, missing parts, facts, targets of a year.


def systems_visible_to(viewer: Viewer) -> QuerySet[IndicatorSystem]:
    """Versions the user may open: all for their own side, handed-up ones for readers of the file, approved ones for partners."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return IndicatorSystem.objects.none()
    shown = (SystemStatus.APPROVED,) if held.roles == {Role.PARTNER} else SIGNED_SYSTEMS
    condition = Q(district__in=files_visible_to(viewer).values("pk"), status__in=shown)
    if held.has(Role.CITY_OFFICER):  # approves where no other body leads (rules.approves_system): handing up is the filing
        led = District.authorities.through.objects.filter(district_id=OuterRef("district_id"))
        others = led.exclude(organisation_id=Coalesce(OuterRef("district__applicant_id"), 0))
        condition |= Q(~Exists(others), status__in=SIGNED_SYSTEMS)
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(district__applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(district_id__in=mandates.values("district_id"))
    return IndicatorSystem.objects.filter(condition).select_related("district", "edition", "plan")


def system_in_force(district: District, on: dt.datetime | None = None) -> IndicatorSystem | None:
    """Newest approved version, optionally of those approved by the moment ``on``."""
    approved = district.indicator_systems.filter(status=SystemStatus.APPROVED).select_related("edition", "plan")
    if on is not None:
        approved = approved.filter(approved_at__lte=on)
    return approved.order_by("-number").first()


def systems_in_force(districts: Collection[int]) -> list[IndicatorSystem]:
    """``system_in_force`` of several districts, with rows; two queries."""
    approved = IndicatorSystem.objects.filter(status=SystemStatus.APPROVED, district__in=districts).select_related("edition", "district")
    return list(approved.order_by("district_id", "-number").distinct("district_id").prefetch_related("rows"))


def carbon_targets(system: IndicatorSystem) -> list[tuple[int, str]]:
    """Year and carbon intensity of each stage, in kgCO₂e/(m²·a) (七（一）3)."""
    return carbon_stages(system, system.rows.all())


@dataclass(frozen=True)
class IndicatorLine:
    """A row of the table in words; ``must`` is the clause's requirement or the own rule."""

    row: IndicatorRow
    measure: Measure
    item: Item | None
    may_leave: bool
    must: str
    baseline: str
    targets: tuple[str, ...]


def line_of(row: IndicatorRow, items: Any) -> IndicatorLine:
    """Convert a row to its line of the table."""
    measure = measure_for(row, items)
    item = items[row.item_id] if row.item_id else None
    targets = tuple(show(measure, getattr(row, term)) for term in TARGETS)
    must = item.data["requirement"] if item else row.get_rule_display()
    return IndicatorLine(row, measure, item, may_leave(row, items), must, show(measure, row.baseline), targets)


def lines_of(system: IndicatorSystem) -> list[IndicatorLine]:
    """Every row of a version in order; one query."""
    items = rules_for(system.edition).items
    return [line_of(row, items) for row in system.rows.all()]


@dataclass(frozen=True)
class IndicatorChapter:
    """A chapter of the table."""

    chapter: str
    lines: list[IndicatorLine]

    @property
    def taking_part(self) -> int:
        """Number of participating indicators."""
        return sum(line.row.taking_part for line in self.lines)


def groups_of(lines: Iterable[IndicatorLine]) -> list[IndicatorChapter]:
    """Lines by chapter, in order."""
    found: dict[str, list[IndicatorLine]] = {}
    for line in lines:
        found.setdefault(line.row.chapter, []).append(line)
    return [IndicatorChapter(chapter, members) for chapter, members in found.items()]


def dimension_marks(rows: Iterable[IndicatorRow]) -> list[tuple[str, bool]]:
    """The five dimensions, and whether each is covered."""
    have = covered(rows)
    return [(name, name in have) for name in Dimension.values]


def targets_for_year(district: District, year: int) -> dict[str, str]:
    """Target in a year for each participating clause of the version in force, in stored form; none before its path begins.

    Read from the same path as the traffic light, so that target and light agree.
    """
    system = system_in_force(district)
    if system is None:
        return {}
    items, targets = rules_for(system.edition).items, {}
    for row in system.rows.filter(taking_part=True).exclude(item_id=""):
        if due := due_of(measure_for(row, items), year, baseline_of(row), target_points(system, row)):
            targets[row.item_id] = due
    return targets


def table_targets(district: District, edition: Edition, year: int) -> dict[str, Any]:
    """``targets_for_year`` as values of a score table under ``edition``; empty if the system follows another edition."""
    system = system_in_force(district)
    if system is None or system.edition_id != edition.pk:
        return {}
    items = rules_for(edition).items
    found = {key: as_stored(items[key], target) for key, target in targets_for_year(district, year).items()}
    return {key: value for key, value in found.items() if value is not None}


# Targets compared with achieved values, by year; higher apps pass in the achieved values.

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
    """The indicator shown as a chart, with its figures as (year, path, reached), and the years without a value.

    ``missing``: from the approval of the version to the year before this one.
    """

    line: IndicatorLine
    chart: ChartDrawing
    figures: list[tuple[int, str, str]]
    missing: list[int]


def indicators_context(district: District, actuals: Actuals | None = None, *, chosen: str = "", this_year: int = 0) -> dict[str, Any]:
    """Template context: the approved version, its targets against ``actuals`` (year → key → value), one indicator as a chart.

    A clause's value is in the form of the score table; that of an indicator outside the edition is typed text. ``chosen`` is the key of
    the indicator for the chart, by default the first number with a value; the chart runs to ``this_year`` at least.
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
        "track": _track(system, drawable, kept, chosen, this_year),
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


def _track(
    system: IndicatorSystem, lines: list[IndicatorLine], kept: Mapping[str, Mapping[int, str]], chosen: str, this_year: int
) -> Track | None:
    """Chart of the chosen indicator over every year with a figure, to this year at least."""
    filled = [line for line in lines if kept[line.row.key]] or lines
    line = next((one for one in lines if one.row.key == chosen), filled[0] if filled else None)
    if line is None:
        return None
    values, targets = kept[line.row.key], target_points(system, line.row)
    points = [*start_of(line.measure, baseline_of(line.row), targets), *targets]
    known = {this_year} - {0} | {year for year, _ in points} | set(values)
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
    since = system.approved_at.astimezone(clock.SHANGHAI).year if system.approved_at else this_year
    return Track(line, chart, figures, [year for year in range(since, this_year) if year not in values])


def _figure(kept: str) -> Decimal | None:
    return Decimal(kept) if kept else None
