"""Pages of the plot list, and boards by step, lateness and shortfall. Uses aggregates and pages, never whole lists."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from districts.common.enums import Acquisition, ControlStep
from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.plots.columns import PLOT_LIST, late_word
from districts.plots.models import Plot, PlotIndicator, PlotOpinion
from districts.plots.selectors.as_of_day import OWED
from districts.plots.selectors.demands import plots_in, splits_of
from districts.plots.selectors.states import UNCHECKED, UNFIT
from districts.plots.standing import LATE_LABELS, step_of
from greendistrict.core.django_internals import Compiled
from greendistrict.core.templatetags.gd import num
from greendistrict.core.toned_words import TonedWord

LIST_ROWS = 50


def late_conditions(district: District | int, today: dt.date) -> dict[str, Q]:
    """Conditions of late plots on a day, by kind: answer, acquisition, beginning, completion."""
    waiting = PlotOpinion.objects.filter(OWED, plot__district=district, answered_on__isnull=True, due_on__lt=today)
    return {"opinion": Q(pk__in=waiting.values("plot")), **_late_by_plan(today)}


UNBUILT = Q(built_on__isnull=True, buildable=True)
UNDATED = UNBUILT & Q(planned_acquisition__isnull=True, planned_start__isnull=True, planned_finish__isnull=True)
PLAN = ("acquisition", "start", "finish")  # kinds of lateness against the plan; a late answer is the fault of the asked body


class LatePlots(NamedTuple):
    """Plots behind schedule: the number of distinct plots, then by what is late; and those without any planned day, which is not judged."""

    behind: int = 0
    acquisition: int = 0
    start: int = 0
    finish: int = 0
    undated: int = 0


def late_plots(districts: QuerySet[District, Any] | Iterable[int], today: dt.date) -> dict[int, LatePlots]:
    """Plots behind schedule by district: one query for any number of districts."""
    wanted = {name: _late_by_plan(today)[name] for name in PLAN}
    counts = {"behind": reduce(or_, wanted.values()), **wanted, "undated": UNDATED}
    rows = Plot.objects.filter(district__in=districts).order_by().values("district")
    found: Any = rows.annotate(**{f"{name}_plots": Count("pk", filter=condition) for name, condition in counts.items()})
    return {row["district"]: LatePlots(**{name: row[f"{name}_plots"] for name in counts}) for row in found}


def _late_by_plan(today: dt.date) -> dict[str, Q]:
    return {
        "acquisition": UNBUILT & Q(acquired_on__isnull=True, planned_acquisition__lt=today) & ~Q(acquisition=Acquisition.OWN),
        "start": UNBUILT & Q(started_on__isnull=True, planned_start__lt=today),
        "finish": UNBUILT & Q(planned_finish__lt=today),
    }


def late_by(district: District, kind: str, today: dt.date) -> Q:
    """Condition of plots that are late in one kind, in any, or against the plan."""
    conditions = late_conditions(district, today)
    kinds = {"plan": PLAN, "any": tuple(conditions)}.get(kind, (kind,))
    return reduce(or_, (conditions[name] for name in kinds))


def in_step(step: str) -> Q:
    """Condition of plots in a step of their control table; without one: not begun, backfilled, or kept (保留)."""
    bare = (Q(control__isnull=True) | Q(control__status=ControlStep.PREPARE)) & Q(buildable=True)
    outside = {
        "none": bare & Q(acquired_on=None, built_on=None),
        "got": bare & Q(acquired_on__isnull=False, built_on=None),
        "built": bare & Q(built_on__isnull=False),
        "kept": Q(buildable=False),
    }
    return outside.get(step, Q(control__status=step))


def measured(plots: QuerySet[Plot], *, demand: str, short: str, indicator: str) -> QuerySet[Plot]:
    """Plots by what is demanded and built of an indicator, the first if none is given; and by what falls short."""
    if demand:
        return _short(plots_in(plots, demand, indicator or next(iter(indicators()))), short, "")
    return _short(plots, short, indicator)


def _short(plots: QuerySet[Plot], kind: str, key: str) -> QuerySet[Plot]:
    if not kind and not key:
        return plots
    field = "designed_short" if kind == "designed" else "built_short"
    if kind == "failing" and not key:
        return plots.filter(UNFIT)
    rows = PlotIndicator.objects.filter(plot=OuterRef("pk"), **{field: True})
    return plots.filter(Exists(rows.filter(key=key) if key else rows))


def list_rows(plots: QuerySet[Plot], today: dt.date) -> list[Any]:
    """Rows of ``PLOT_LIST``: one query."""
    waiting = PlotOpinion.objects.filter(OWED, plot=OuterRef("pk"), answered_on__isnull=True, due_on__lt=today)
    return PLOT_LIST.read(plots.annotate(opinion_late=Exists(waiting)))


def sums_of(totals: Mapping[str, Any]) -> dict[str, str]:
    """Last row of ``PLOT_LIST``, from ``totals_of``: the sums of what the list shows."""
    unfit = f"，不符合{num(totals['failing'])}个" if totals["failing"] else ""
    return {
        "number": f"合计{num(totals['shown'])}个",
        "land_use": f"可建设{num(totals['buildable'])}个",
        "area_ha": num(totals["area"], 2),
        "floor_area": num(totals["floor"], 0),
        "acquisition": f"已出让或划拨{num(totals['acquired'])}个",
        "built_on": f"建成且符合{num(totals['built'])}个{unfit}",
    }


def step_words(plot: Plot) -> TonedWord:
    """Current step of a plot with the tone of its tag."""
    return step_of(plot, plot.control.status if hasattr(plot, "control") else None)


TOTALS = """
    SELECT {listed} AS plots, count(id) AS shown,
        coalesce(sum(area_ha), 0) AS area, coalesce(sum(floor_area), 0) AS floor,
        count(*) FILTER (WHERE buildable) AS buildable,
        count(*) FILTER (WHERE buildable AND acquired_on IS NOT NULL AND acquisition IN ('grant', 'allocation')) AS acquired,
        count(*) FILTER (WHERE buildable AND built_on IS NOT NULL AND conforms) AS built,
        count(*) FILTER (WHERE buildable AND NOT conforms) AS failing
    FROM districts_plot WHERE {whole} {shown}
"""
WHOLE = "district_id = %s AND ended_by_id IS NULL"


def totals_of(district: District, shown: QuerySet[Plot] | None = None, *, kept: bool = True) -> dict[str, Any]:
    """Totals of the plots ``shown``, without it of the whole list, and the number of ``plots`` of the whole list: one query.

    Without ``kept`` plots the whole list has only the buildable ones.
    """
    whole = WHOLE if kept else f"{WHOLE} AND buildable"
    statement, parameters = shown.order_by().values("pk").query.sql_with_params() if shown is not None else ("", ())
    listed = f"(SELECT count(*) FROM districts_plot WHERE {whole})" if statement else "count(id)"  # noqa: S608 -- no value in it
    among = f"AND id IN ({statement})" if statement else ""
    with connection.cursor() as cursor:
        districts = [district.pk] * (2 if statement else 1)
        cursor.execute(TOTALS.format(listed=listed, whole=whole, shown=among), [*districts, *parameters])
        return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


@dataclass(frozen=True)
class PlotLine:
    """Row of a board: label, number of plots, hectares, and the filter that lists them."""

    label: str
    plots: int
    area: Any
    query: str
    tone: str = ""


def _steps(district: int) -> Any:
    rows = Plot.objects.filter(district=district, buildable=True)
    steps = rows.values(step=F("control__status"), got=Q(acquired_on__isnull=False), built=Q(built_on__isnull=False))
    return steps.annotate(plots=Count("pk"), area=Sum("area_ha"), unchecked=Count("pk", filter=UNCHECKED)).order_by()


STEPS = Compiled(_steps, -1)


class StepCounts(NamedTuple):
    """Buildable plots by current step, and how many are completed without a record of conformity (listed by ``state=unchecked``)."""

    lines: list[PlotLine]
    unchecked: int


def by_step(district: District) -> StepCounts:
    """Counts of the buildable plots: one query."""
    counts: dict[str, tuple[int, Any]] = {}
    rows = STEPS.read(district.pk)
    for row in rows:
        if row["step"] not in (None, ControlStep.PREPARE):
            at = str(row["step"])
        elif row["built"]:
            at = "built"
        else:
            at = "got" if row["got"] else "none"
        held = counts.get(at, (0, 0))
        counts[at] = (held[0] + row["plots"], held[1] + row["area"])
    tones = {ControlStep.DONE: "green", ControlStep.SHORT: "red"}
    wanted = [("none", "未启动", "step=none", "")]
    wanted += [(step.value, str(step.label), f"step={step.value}", tones.get(step, "blue")) for step in list(ControlStep)[1:]]
    wanted += [(key, label, f"step={key}", "") for key, label in RECORDED.items()]
    lines = [
        PlotLine(label, counts.get(key, (0, 0))[0], counts.get(key, (0, 0))[1], query, tone)
        for key, label, query, tone in wanted
        if key == "none" or key in counts
    ]
    return StepCounts(lines, sum(row["unchecked"] for row in rows))


RECORDED = {"got": "补录：已取得", "built": "补录：已建成"}


NOT_JUDGED = "没有计划日期，不作判断"


def _late_counts(district: int, today: dt.date) -> QuerySet[Plot, Any]:
    """Number and area of late plots of a district by kind, and of those without a planned day; no row without plots."""
    wanted = late_conditions(district, today) | {"undated": UNDATED}
    return (
        Plot.objects.filter(district=district)
        .order_by()
        .values("district")
        .annotate(
            **{f"{name}_plots": Count("pk", filter=condition) for name, condition in wanted.items()},
            **{f"{name}_area": Sum("area_ha", filter=condition) for name, condition in wanted.items()},
        )
    )


LATE_COUNTS = Compiled(_late_counts, -1, dt.date.min)


def by_lateness(district: District, today: dt.date) -> list[PlotLine]:
    """Late plots by kind, then those of which no planned day is known: one query."""
    rows = LATE_COUNTS.read(district.pk, today)
    found = rows[0] if rows else {f"{name}_{what}": 0 for name in (*LATE_LABELS, "undated") for what in ("plots", "area")}
    unknown = [PlotLine(NOT_JUDGED, found["undated_plots"], found["undated_area"], "", "line")] if found["undated_plots"] else []
    late = [
        PlotLine(late_word(name) if plots else label, plots, found[f"{name}_area"] or 0, f"late={name}", "amber")
        for name, label in LATE_LABELS.items()
        for plots in (found[f"{name}_plots"],)
    ]
    return late + unknown


@dataclass(frozen=True)
class ShortLine:
    """An indicator: number of plots falling short of it, designed and built; number requiring it, not requiring it, or saying nothing."""

    key: str
    label: str
    built: int
    designed: int
    required: int
    not_required: int
    not_stated: int


def by_shortfall(district: District) -> list[ShortLine]:
    """Shortfalls of buildable plots by indicator, in the policy's order; empty without plots: two queries."""
    known = indicators()
    return [
        ShortLine(
            key, known[key].name, one.unmet.plots, one.design_short.plots, one.required.plots, one.not_required.plots, one.not_stated.plots
        )
        for key, one in splits_of([district.pk]).get(district.pk, {}).items()
    ]


class FailingPlot(NamedTuple):
    """A plot found 不符合, and its shortfalls as text."""

    pk: int
    number: str
    built_on: dt.date | None
    short: str


def _failing(district: int) -> QuerySet[Plot]:
    return Plot.objects.filter(UNFIT, district=district).order_by("number")[:MOST_FAILING]


def _shortfalls(district: int) -> QuerySet[Any, Any]:
    rows = PlotIndicator.objects.filter(plot__in=_failing(district).values("pk"), built_short=True)
    return rows.values_list("plot_id", "key", "required", "built")


MOST_FAILING = 100
FAILING = Compiled(lambda district: _failing(district).values_list("pk", "number", "built_on"), -1)
SHORTFALLS = Compiled(_shortfalls, -1)


def shortfall_plots(district: District) -> list[FailingPlot]:
    """短板清单: plots found 不符合 with their shortfalls: two queries."""
    plots = FAILING.read(district.pk)
    short: dict[int, list[str]] = {}
    for pk, key, required, built in SHORTFALLS.read(district.pk):
        known, words = indicators()[key], {"yes": "是", "no": "否"}
        texts = [f"{words.get(value, value)}{known.unit}" for value in (required, built)]
        short.setdefault(pk, []).append(f"{known.short}：要求{texts[0]}，实际{texts[1]}")
    return [FailingPlot(pk, number, day, "；".join(short.get(pk, ()))) for pk, number, day in plots]
