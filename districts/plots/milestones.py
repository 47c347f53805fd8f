"""Plots that count as acquired or built by a day: through their control table, or entered with reason and proof."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse

from districts.common.enums import Acquisition, BaselineKind, ControlStep
from districts.file.models.district import District
from districts.plots import succession
from districts.plots.models import Plot
from greendistrict.core.django_internals import Compiled

ACQUIRING = frozenset({"ask", "reply", "contract", "land_opinion", "allocate"})
BUILDING = frozenset({"pass_design", "exempt_design", "pass_drawings", "begin", "finish", "complete", "correct"})
WAYS = (Acquisition.GRANT, Acquisition.ALLOCATION)
DATED, TOTALS = "_dated_plots", "_buildable_plots"


class DatedPlot(NamedTuple):
    """Fields of a plot needed by the milestones; a plain row, because a district may have thousands of plots."""

    id: int
    buildable: bool
    area_ha: Decimal
    acquisition: str
    acquired_on: dt.date | None
    conforms: bool | None
    built_on: dt.date | None
    backfill_id: int | None
    origins: dict[str, str]
    control__status: str | None
    control__steps: dict[str, dict[str, Any]] | None

    def is_backfilled(self, actions: Collection[str]) -> bool:
        """Whether the applicant recorded one of these steps for the body that did it."""
        return any(name in actions and kept.get("backfill") for name, kept in (self.control__steps or {}).items())


class BuildablePlots(NamedTuple):
    """Number and area of the buildable plots in the list."""

    number: int = 0
    area_ha: Decimal = Decimal(0)


class MilestonePlots(NamedTuple):
    """Plots that count, the backfilled ones among them, and plots that do not count for lack of proof."""

    counted: set[int]
    proven: set[int]
    unproven: set[int]


def read_plots(districts: Iterable[District], was: Mapping[int, Mapping[str, Any] | None]) -> None:
    """Read the plots needed by the functions below and keep them with each district; two queries for all districts.

    ``was``: what was stored of plots before later changes, None for those that did not exist (``plot_changes.selectors.changed_after``).
    """
    found = {district.pk: district for district in districts}
    before = {pk: Decimal(row["area_ha"]) for pk, row in was.items() if row}
    plots = Plot.with_ended.filter(Q(ended_by=None) | Q(pk__in=list(before)), district__in=found).order_by()
    plots = plots.exclude(pk__in=[pk for pk, row in was.items() if row is None])
    dated: dict[int, list[DatedPlot]] = defaultdict(list)
    for whose, *row in plots.filter(Q(acquired_on__isnull=False) | Q(built_on__isnull=False)).values_list("district", *DatedPlot._fields):
        plot = DatedPlot._make(row)
        dated[whose].append(plot._replace(area_ha=before.get(plot.id, plot.area_ha)))
    areas = Case(*(When(pk=pk, then=Value(area)) for pk, area in before.items()), default=F("area_ha"), output_field=DecimalField())
    counted = plots.filter(buildable=True).values_list("district").annotate(number=Count("pk"), area=Sum(areas if before else "area_ha"))
    totals = {whose: BuildablePlots(number, area) for whose, number, area in counted}
    for pk, district in found.items():
        vars(district).update({DATED: dated[pk], TOTALS: totals.get(pk, BuildablePlots())})


def buildable_plots(district: District) -> BuildablePlots:
    """Buildable plots of the current list."""
    kept: BuildablePlots | None = vars(district).get(TOTALS)
    if kept is not None:
        return kept
    return next((BuildablePlots(*row) for row in BUILDABLE.read(district.pk)), BuildablePlots())


def _buildable(district: int) -> QuerySet[Any, Any]:
    plots = Plot.objects.filter(district=district, buildable=True).order_by().values("district")
    counted: QuerySet[Any, Any] = plots.annotate(number=Count("pk"), area=Sum("area_ha")).values_list("number", "area")
    return counted


BUILDABLE = Compiled(_buildable, -1)


def acquired_rows(district: District, on: dt.date) -> list[DatedPlot]:
    """Plots granted or allocated by a day, with or without proof."""
    kept: list[DatedPlot] | None = vars(district).get(DATED)
    if kept is None:
        return [DatedPlot._make(row) for row in ACQUIRED.read(district.pk, on)]
    return [plot for plot in kept if plot.acquisition in WAYS and plot.acquired_on and plot.acquired_on <= on]


def acquired_plots(district: District, on: dt.date) -> MilestonePlots:
    """Plots granted or allocated by a day, plus the earlier plots that they fully represent."""
    rows = acquired_rows(district, on)
    return _with_forebears(acquired_of(rows), rows)


def acquired_of(plots: Iterable[DatedPlot]) -> MilestonePlots:
    """Plots of a list with a day of acquisition. If the table was entered after a 补录, that proof is named as well."""
    held = list(plots)
    done = milestone_plots(held)
    done.proven.update(plot.id for plot in held if plot.backfill_id or plot.is_backfilled(ACQUIRING))
    return done


def built_plots(district: District, on: dt.date) -> MilestonePlots:
    """Plots built and conforming by a day, plus the earlier plots that they fully represent."""
    kept: list[DatedPlot] | None = vars(district).get(DATED)
    if kept is None:
        rows = [DatedPlot._make(row) for row in BUILT.read(district.pk, on)]
    else:
        rows = [plot for plot in kept if plot.conforms and plot.built_on and plot.built_on <= on]
    done = milestone_plots(rows)
    done.proven.update(plot.id for plot in rows if plot.is_backfilled(BUILDING))
    return _with_forebears(done, rows)


def _with_forebears(done: MilestonePlots, plots: Iterable[DatedPlot]) -> MilestonePlots:
    """Add baseline plots that were split or merged: each counts once all plots that represent it do."""
    heirs = [plot for plot in plots if plot.origins]
    done.counted.update(succession.whole(plot.origins for plot in heirs if plot.id in done.counted))
    for kept in (done.proven, done.unproven):
        kept.update(succession.touched(plot.origins for plot in heirs if plot.id in kept))
    return done


def _rows(district: int, **reached: Any) -> QuerySet[Any, Any]:
    return Plot.objects.filter(district=district, **reached).order_by().values_list(*DatedPlot._fields)


ACQUIRED = Compiled(lambda district, on: _rows(district, acquisition__in=WAYS, acquired_on__lte=on), -1, dt.date.min)
BUILT = Compiled(lambda district, on: _rows(district, conforms=True, built_on__lte=on), -1, dt.date.min)


def milestone_plots(plots: Iterable[DatedPlot]) -> MilestonePlots:
    """Plots that passed a control table, or were backfilled with reason and proof."""
    done = MilestonePlots(set(), set(), set())
    for plot in plots:
        through_table = plot.control__status not in {None, ControlStep.PREPARE}
        if through_table or plot.backfill_id:
            done.counted.add(plot.id)
        if not through_table:
            (done.proven if plot.backfill_id else done.unproven).add(plot.id)
    return done


def entered_words(kept: set[int], done: MilestonePlots, district: District, link: str) -> tuple[str, str]:
    """Text about plots outside the control tables, with a link to the page for missing reasons and proofs."""
    proven, unproven = len(kept & done.proven), len(kept & done.unproven)
    counted = f"其中补录{proven}个，有理由和证明" if proven else ""
    if not unproven:
        return counted, link
    missing = f"另有补录{unproven}个没有理由和证明，不计入"
    page = reverse("districts:plot_backfill", args=[district.code])
    return f"{counted}；{missing}" if counted else missing, page


def missing_plots(district: District, milestone: str, on: dt.date) -> set[int]:
    """Plots in the denominator but not the numerator of a rate: of the baseline once it is frozen, before that of the buildable plots."""
    kind, reached = MILESTONES[milestone]
    # Read through the relation, because baselines are a higher package.
    frozen = district.baselines.filter(kind=kind, frozen_at__date__lte=on).order_by("-number")
    rows = frozen.values_list("content__plots", flat=True).first()
    if rows is None:
        kept = set(district.plots.filter(buildable=True).values_list("pk", flat=True))
    else:
        kept = {row["id"] for row in rows if row["buildable"]}
    done = reached(district, on).counted
    missing = kept - done
    heirs = district.plots.exclude(origins={}).values_list("pk", "origins")
    return missing | {pk for pk, origins in heirs if pk not in done and missing & succession.touched([origins])}


MILESTONES: dict[str, tuple[BaselineKind, Callable[[District, dt.date], MilestonePlots]]] = {
    "acquired": (BaselineKind.PLAN, acquired_plots),
    "built": (BaselineKind.PILOT, built_plots),
}
