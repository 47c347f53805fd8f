"""Fills a fictional district with 1 to 5,000 plots: land uses, dates, steps, indicators, shortfalls. Reproducible by a seed.

Rows are inserted in bulk, because thousands of steps through the services would take an hour; they are consistent with the control tables.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, sqrt
from random import Random

from django.db import transaction

from districts.boundaries.geojson import metre_path
from districts.common.enums import Acquisition, CheckResult, CheckStage, ControlStep, OpinionPurpose
from districts.file.models.district import District
from districts.land.green_indicators import GRADE, NUMBER, Indicator, indicators
from districts.land.land_use import name_of
from districts.plot_map.models import PlotShape
from districts.plots.lifecycle import STEPS
from districts.plots.models import Plot, PlotCheck, PlotControl, PlotIndicator, PlotOpinion, SupplierLevel
from districts.plots.selectors.plots import housing_bodies
from districts.plots.services.indicator_values import compare
from greendistrict.accounts.enums import Department, Role
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.rounding import half_up

MOST = 5_000
BATCH = 1_000
# (code, share of plots, floor-area ratio, buildable), typical for land-use tables of new built-up districts
USES = (
    ("070102", 26, "2.2", True), ("0702", 6, "1.2", True), ("0802", 9, "2.0", True), ("080403", 6, "0.8", True), ("0803", 3, "1.5", True),
    ("080601", 2, "1.8", True), ("0901", 9, "2.5", True), ("0902", 12, "3.5", True), ("100101", 8, "1.6", True), ("1303", 2, "0.6", True),
    ("1401", 12, "0", False), ("1403", 2, "0", False), ("120803", 3, "0.1", True),
)  # fmt: skip
WAYS = ((Acquisition.GRANT, 62), (Acquisition.ALLOCATION, 26), (Acquisition.OWN, 12))
OWNERS = ("演示置业公司（虚构）", "演示科创公司（虚构）", "演示公共服务中心（虚构）", "演示产业园公司（虚构）", "演示城建公司（虚构）")
# (low, high) of a required number
NUMBERS = {"carbon": (28, 42), "prefab": (40, 60), "renewable": (8, 16), "runoff": (70, 85)}
ASKED = {"carbon": 1.0, "star": 1.0, "low_energy": 0.35, "prefab": 0.9, "renewable": 1.0, "runoff": 1.0, "smart_building": 0.3,
         "zero_carbon": 0.1, "open_green": 0.5}  # fmt: skip
SHORT, LATE = 0.08, 0.15
INSIDE, STREET = 0.72, 0.88  # share of the boundary's bounding box used by plots, and of a grid cell without its street


@dataclass(frozen=True)
class Way:
    """Progress of a plot: its table, the current step, whether it falls short."""

    table: str
    step: str
    short: bool


def fill_plots(district: District, count: int, *, seed: int) -> int:
    """Add plots to a fictional district; returns their number. Raises ``ValueError`` for a real district or a number outside 1 to 5,000."""
    if not district.is_demo:
        msg = "real districts keep sourced facts only"
        raise ValueError(msg)
    if not 1 <= count <= MOST:
        msg = f"1 to {MOST} plots"
        raise ValueError(msg)
    rng, today = Random(seed), clock.today()
    first = district.plots.count() + 1
    made = [_plot(district, f"Y{seed:02d}-{first + index:04d}", rng, today) for index in range(count)]
    with transaction.atomic():
        Plot.objects.bulk_create([plot for plot, _ in made], batch_size=BATCH)
        moving = [(plot, way) for plot, way in made if way]
        PlotControl.objects.bulk_create([_control(plot, way) for plot, way in moving], batch_size=BATCH)
        PlotIndicator.objects.bulk_create([row for plot, way in moving for row in _values(plot, way, rng)], batch_size=5 * BATCH)
        PlotOpinion.objects.bulk_create(_questions(district, moving, rng, today), batch_size=BATCH)
        PlotCheck.objects.bulk_create(_checks(district, moving), batch_size=BATCH)
    return len(made)


def shape_plots(district: District) -> int:
    """Give every plot of a fictional district an invented square in a grid over its boundary, in bulk; returns their number.

    Raises ``ValueError`` for a real district, or one without a boundary.
    """
    if not district.is_demo or not district.boundary:
        msg = "real districts keep sourced facts only; a fictional one needs a boundary"
        raise ValueError(msg)
    plots = list(district.plots.filter(shape__isnull=True).order_by("number", "pk").values_list("pk", "area_ha"))
    columns = ceil(sqrt(len(plots))) or 1
    lines = ceil(len(plots) / columns) or 1
    points = [point for polygon in district.boundary["coordinates"] for ring in polygon for point in ring]
    (west, south), (east, north) = ([pick(point[axis] for point in points) for axis in (0, 1)] for pick in (min, max))
    wide, high = (east - west) * INSIDE / columns, (north - south) * INSIDE / lines
    left, low = west + (east - west) * (1 - INSIDE) / 2, south + (north - south) * (1 - INSIDE) / 2
    rows = []
    for at, (pk, area) in enumerate(plots):
        x, y = left + at % columns * wide, low + at // columns * high
        ring = [[x, y], [x + wide * STREET, y], [x + wide * STREET, y + high * STREET], [x, y + high * STREET], [x, y]]
        geometry = {"type": "MultiPolygon", "coordinates": [[ring]]}
        path, (left_side, top, right_side, bottom) = metre_path(geometry)
        rows.append(
            PlotShape(
                plot_id=pk, geometry=geometry, path=path, west=left_side, top=top, east=right_side, bottom=bottom, area_ha=area,
                file_name="地块（演示）.geojson", entered_at=clock.now(),
            )
        )  # fmt: skip
    PlotShape.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _plot(district: District, number: str, rng: Random, today: dt.date) -> tuple[Plot, Way | None]:
    code, _, ratio, buildable = rng.choices(USES, weights=[use[1] for use in USES])[0]
    area = Decimal(rng.randint(60, 620)) / 100
    floor = half_up(area * 10_000 * Decimal(ratio), 0) if buildable else None
    plot = Plot(
        district=district, number=number, sub_area=f"{rng.choice('东西南北')}片区", land_use_code=code, land_use=name_of(code),
        area_ha=area, floor_area=floor, buildable=buildable, owner=rng.choice(OWNERS) if buildable else "", is_demo=True,
    )  # fmt: skip
    if not buildable:
        return plot, None
    way = _way(rng)
    _dates(plot, way, rng, today)
    return plot, way


def _way(rng: Random) -> Way:
    table = rng.choices([way for way, _ in WAYS], weights=[share for _, share in WAYS])[0]
    steps = [ControlStep.PREPARE, *STEPS[table], ControlStep.DONE]
    step = rng.choices(steps, weights=[4, *([2] * (len(steps) - 2)), 9])[0]
    short = step == ControlStep.DONE and rng.random() < SHORT
    return Way(table, ControlStep.SHORT if short else step, short)


def _dates(plot: Plot, way: Way, rng: Random, today: dt.date) -> None:
    """Planned days, and actual ones up to the plot's current step; some are late."""
    order = [ControlStep.PREPARE, *STEPS[way.table], ControlStep.DONE]
    at = order.index(ControlStep.DONE if way.short else ControlStep(way.step))
    plot.acquisition = way.table
    begun, built = at >= order.index(ControlStep.SITE) + 1, at == len(order) - 1
    acquired = way.table != Acquisition.OWN and at >= order.index(ControlStep.DESIGN)
    finish = today - dt.timedelta(days=rng.randint(10, 900)) if built else today + dt.timedelta(days=rng.randint(60, 1200))
    start = finish - dt.timedelta(days=rng.randint(500, 800)) if built else today - dt.timedelta(days=rng.randint(20, 400))
    slip = dt.timedelta(days=rng.randint(10, 120) if rng.random() < LATE else -rng.randint(0, 20))
    plot.built_on = finish if built else None
    plot.started_on = start if begun else None
    plot.acquired_on = start - dt.timedelta(days=rng.randint(120, 500)) if acquired else None
    plot.conforms = not way.short if built else None
    planned = start if begun else today + dt.timedelta(days=rng.randint(30, 700))
    plot.planned_start = planned - slip
    plot.planned_finish = max(finish, planned) - slip + dt.timedelta(days=30)
    if way.table != Acquisition.OWN:
        plot.planned_acquisition = (plot.acquired_on or plot.planned_start - dt.timedelta(days=150)) - slip


def _control(plot: Plot, way: Way) -> PlotControl:
    days = {"contract" if way.table == Acquisition.GRANT else "allocate": plot.acquired_on, "begin": plot.started_on,
            "complete_short" if way.short else "complete": plot.built_on}  # fmt: skip
    steps = {action: {"on": day.isoformat(), "number": f"演示{plot.number}"} for action, day in days.items() if day}
    return PlotControl(plot=plot, table=way.table, status=way.step, steps=steps)


def _values(plot: Plot, way: Way, rng: Random) -> Iterable[PlotIndicator]:
    """Requirements from the reply on, designed values from the drawings on, built values at completion (one too low if it falls short)."""
    order = [ControlStep.PREPARE, *STEPS[way.table], ControlStep.DONE, ControlStep.SHORT]
    at = order.index(ControlStep(way.step))
    if at <= 1:
        return
    asked = [known for known in indicators().values() if rng.random() < ASKED[known.key]]
    worst = rng.choice([known.key for known in asked if known.key in NUMBERS]) if way.short else ""
    for known in asked:
        required = _required(known, rng)
        row = PlotIndicator(plot=plot, key=known.key, required=required, by_consultation=True)
        if at >= order.index(ControlStep.DRAWINGS):
            row.designed = _reached(known, required, rng, short=rng.random() < SHORT / 2)
        if plot.built_on:
            row.built = _reached(known, required, rng, short=known.key == worst)
        compare(row)
        yield row


def _required(known: Indicator, rng: Random) -> str:
    if known.kind == NUMBER:
        return str(rng.randint(*NUMBERS[known.key]))
    if known.kind == GRADE:
        return rng.choice(known.scale[1:] if known.key == "low_energy" else known.scale[:2])
    return "yes"


def _reached(known: Indicator, required: str, rng: Random, *, short: bool) -> str:
    """A value that meets the requirement or falls slightly short of it."""
    if known.kind == NUMBER:
        step = Decimal(rng.randint(1, 60)) / 10
        worse = (known.better == "lower") == short
        number = min(max(Decimal(required) + (step if worse else -step), known.lowest), known.highest)
        return f"{number.normalize():f}"
    if known.kind == GRADE:
        at = known.grades.index(required)
        return known.grades[max(0, at - 1) if short else min(len(known.grades) - 1, at + rng.randint(0, 1))]
    return "no" if short else "yes"


def _checks(district: District, moving: Iterable[tuple[Plot, Way]]) -> list[PlotCheck]:
    """Check of each completed plot by the construction department, entered by the applicant's preparer; none without one."""
    by = User.objects.filter(posts__organisation=district.applicant, posts__role=Role.PREPARER).order_by("pk").first()
    if by is None:
        return []
    return [
        PlotCheck(
            plot=plot, stage=CheckStage.COMPLETION, department="建设交通", department_key=Department.HOUSING,
            checked_on=plot.built_on, entered_by=by,
            result=CheckResult.NOT_HELD if way.short else CheckResult.HELD,
        )
        for plot, way in moving
        if plot.built_on
    ]  # fmt: skip


def _questions(district: District, moving: Iterable[tuple[Plot, Way]], rng: Random, today: dt.date) -> list[PlotOpinion]:
    """Open questions of the plots waiting for requirements; some are overdue."""
    bodies = housing_bodies(district, SupplierLevel.DISTRICT)
    if not bodies:
        return []
    found = []
    for plot, way in moving:
        if way.step == ControlStep.CONSULT:
            asked = today - dt.timedelta(days=rng.randint(1, 25))
            opinion = PlotOpinion(
                plot=plot,
                purpose=OpinionPurpose.CONDITIONS,
                department=fitted(PlotOpinion, "department", bodies[0].name),
                organisation=bodies[0],
                level=SupplierLevel.DISTRICT,
                mandatory=True,
                asked_on=asked,
                due_on=asked + dt.timedelta(days=14),
            )
            found.append(opinion)
    return found
