"""Area indicators: contribution of each pilot, sums, figures recorded by the city, links of dimensions in force.

Also here: Permissions on area indicators.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import QuerySet

from assessments.self_checks.selectors.self_checks import received_by_district
from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.area_indicators.questions import RecordedFigure
from beautiful.area_indicators.sources import AREA_FIGURES, AreaFigureSource, Fed
from beautiful.frame.programme import BeautyArea, programme
from beautiful.plans.rules import coordinates, reads_all
from districts.common.enums import TITLED
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.selectors import (
    COLOURS,
    Actuals,
    Entered,
    IndicatorProgress,
    amber_limits,
    entered_by_district,
    is_own,
    progress_lines,
    systems_in_force,
)
from districts.indicator_systems.target_path import Limits
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.workflow.second_person import check_tasks, may_check
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def may_read_areas(held: HeldPosts) -> bool:
    """Only the city, because the view sums up data from district files."""
    return reads_all(held)


def may_record(held: HeldPosts) -> bool:
    """The seat 美丽上海统筹 decides on links and records figures."""
    return coordinates(held)


def may_withdraw(held: HeldPosts, figure: AreaFigure) -> bool:
    """The seat withdraws a figure; whoever may check it sends it back."""
    return figure.withdrawn_at is None and (may_record(held) or may_check(held, figure))


def links_in_force() -> dict[str, tuple[str, ...]]:
    """Areas by dimension: from the newest decision that is checked, else from the frame."""
    decided = DimensionLinkDecision.objects.counted().order_by("dimension", "-recorded_at", "-pk").distinct("dimension")
    return {**programme().dimension_links, **{one.dimension: tuple(one.areas) for one in decided}}


def earlier_figure(figure: AreaFigure) -> RecordedFigure | None:
    """The newest valid figure of an earlier year with the same name and unit; None without one."""
    same = AreaFigure.objects.filter(
        area=figure.area, name=figure.name, unit=figure.unit, is_demo=figure.is_demo, withdrawn_at__isnull=True, year__lt=figure.year
    )
    found = same.order_by("-year").first()
    return told_of(found) if found else None


def told_of(figure: AreaFigure) -> RecordedFigure:
    """The figure as the questions about it read it."""
    return RecordedFigure(figure.name, figure.unit, figure.year, figure.value)


def link_decisions() -> QuerySet[DimensionLinkDecision]:
    """All decisions, newest first."""
    return DimensionLinkDecision.objects.select_related("recorded_by", "checked_by", "returned_by")


def pilots(viewer: Viewer, *, is_demo: bool) -> QuerySet[District]:
    """Pilots and demonstrations whose file the person reads, either real or fictional ones."""
    return files_visible_to(viewer).filter(stage__in=TITLED, guideline_area=False, is_demo=is_demo).order_by("name_pinyin", "pk")


@dataclass(frozen=True)
class Lights:
    """Number of indicators by traffic light, in the order of ``COLOURS``."""

    counts: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        """Number of indicators."""
        return sum(count for _, _, count in self.counts)


@dataclass(frozen=True)
class FedIndicator:
    """An indicator of a pilot with its newest actual value; ``year`` is None without a value.

    ``waiting``: number of years whose value does not count before a second person of the district has checked it.
    """

    progress: IndicatorProgress
    year: int | None
    found: str
    waiting: int = 0

    @property
    def came(self) -> str:
        """Origin of its values: received self-checks, or entered by the district."""
        return "城区填报" if is_own(self.progress.line.row) else "年度自查（已接收）"


@dataclass(frozen=True)
class PilotShare:
    """Indicators of a pilot for an area, by traffic light. ``has_system`` is False without an approved indicator system."""

    district: District
    indicators: tuple[FedIndicator, ...]
    has_system: bool

    @property
    def lights(self) -> Lights:
        """Its indicators counted by traffic light."""
        found = Counter(indicator.progress.light.colour for indicator in self.indicators)
        return Lights(tuple((colour, words, found[colour]) for colour, words in COLOURS))

    @property
    def waiting(self) -> int:
        """Number of values of its indicators that do not count yet."""
        return sum(indicator.waiting for indicator in self.indicators)


@dataclass(frozen=True)
class FigureShare:
    """A registered figure for an area: by pilot, and in total; ``total`` is None if no pilot has a value.

    ``waiting``: number of entries that do not count before a second person of their district has checked them.
    """

    source: AreaFigureSource
    by_pilot: tuple[tuple[District, Fed | None], ...]
    waiting: int = 0

    @property
    def fed(self) -> list[Fed]:
        """Values of the pilots that have one."""
        return [one for _, one in self.by_pilot if one is not None]

    @property
    def total(self) -> Fed | None:
        """Sum over the pilots with a value; None if there is none."""
        if not self.fed:
            return None
        wholes = [one.whole for one in self.fed if one.whole is not None]
        return Fed(sum((one.value for one in self.fed), Decimal()), sum(wholes, Decimal()) if wholes else None)


@dataclass(frozen=True)
class AreaView:
    """Everything known about an area, for real or for fictional districts; ``unchecked`` figures of the city do not count yet."""

    area: BeautyArea
    pilots: tuple[PilotShare, ...] = ()
    figures: tuple[FigureShare, ...] = ()
    by_hand: tuple[AreaFigure, ...] = ()
    dimensions: tuple[str, ...] = field(default=())
    unchecked: tuple[AreaFigure, ...] = ()

    @property
    def all_lights(self) -> Lights:
        """Indicators of all pilots by traffic light."""
        return Lights(
            tuple((colour, words, sum(one.lights.counts[place][2] for one in self.pilots)) for place, (colour, words) in enumerate(COLOURS))
        )

    @property
    def waiting(self) -> int:
        """Number of values and entries of districts that do not count yet."""
        return sum(pilot.waiting for pilot in self.pilots) + sum(figure.waiting for figure in self.figures)

    @property
    def feeding(self) -> int:
        """Number of pilots with an indicator in the area."""
        return sum(bool(pilot.lights.total) for pilot in self.pilots)

    @property
    def feeding_anything(self) -> int:
        """Number of pilots with an indicator or a registered figure in the area."""
        fed = {pilot.district.pk for pilot in self.pilots if pilot.lights.total}
        return len(fed.union(district.pk for figure in self.figures for district, found in figure.by_pilot if found is not None))

    @property
    def figures_unfed(self) -> list[FigureShare]:
        """Registered figures without a value from any pilot."""
        return [figure for figure in self.figures if figure.total is None]

    @property
    def figures_fed(self) -> int:
        """Registered figures with a value from at least one pilot."""
        return sum(figure.total is not None for figure in self.figures)

    @property
    def is_fed(self) -> bool:
        """Whether any district contributes to the area."""
        return bool(self.feeding or self.figures_fed)


def area_views(viewer: Viewer, *, is_demo: bool, year: int, only: str = "") -> list[AreaView]:
    """The ten areas or one of them; the number of queries does not depend on the number of pilots."""
    districts = list(pilots(viewer, is_demo=is_demo))
    links = links_in_force()
    fed = _indicators_fed(viewer, districts)
    hand: dict[str, list[AreaFigure]] = {}
    unchecked: dict[str, list[AreaFigure]] = {}
    for row in AreaFigure.objects.filter(is_demo=is_demo, withdrawn_at__isnull=True).select_related("recorded_by", "checked_by"):
        (hand if row.checked_at else unchecked).setdefault(row.area, []).append(row)
    areas = [area for area in programme().areas if not only or area.key == only]
    entries = [one for one in AREA_FIGURES.values() if not only or one.area == only]
    with memoisation.held_reads():
        figures = {id(entry): _figure(viewer, entry, districts, year) for entry in entries}
    return [
        AreaView(
            area,
            tuple(_share(district, fed.get(district.pk), area.key, links) for district in districts),
            tuple(figures[id(entry)] for entry in entries if entry.area == area.key),
            tuple(hand.get(area.key, ())),
            tuple(dimension for dimension, keys in links.items() if area.key in keys),
            tuple(unchecked.get(area.key, ())),
        )
        for area in areas
    ]


def only_fiction_has_figures(viewer: Viewer, year: int) -> bool:
    """Whether fictional districts and figures have something to show and real ones have nothing."""
    return not _has_figures(viewer, year, is_demo=False) and _has_figures(viewer, year, is_demo=True)


def _has_figures(viewer: Viewer, year: int, *, is_demo: bool) -> bool:
    if AreaFigure.objects.filter(is_demo=is_demo, withdrawn_at__isnull=True).exists():
        return True
    districts = list(pilots(viewer, is_demo=is_demo))
    if not districts or systems_in_force([district.pk for district in districts]):
        return bool(districts)
    return any(_figure(viewer, source, districts, year).fed for source in AREA_FIGURES.values())


def shares_by_pilot(views: Sequence[AreaView]) -> list[tuple[PilotShare, list[int]]]:
    """For each pilot the number of its indicators in each area; an indicator may belong to several areas."""
    return [(first, [view.pilots[at].lights.total for view in views]) for at, first in enumerate(views[0].pilots)]


def _figure(viewer: Viewer, source: AreaFigureSource, districts: Sequence[District], year: int) -> FigureShare:
    keys = [district.pk for district in districts]
    found, waiting = (source.read(viewer, keys, year), source.waiting(keys, year)) if keys else ({}, 0)
    return FigureShare(source, tuple((district, found.get(district.pk)) for district in districts), waiting)


def _indicators_fed(viewer: Viewer, districts: Collection[District]) -> dict[int, list[FedIndicator]]:
    """Indicators by district, for districts with an approved system."""
    systems = systems_in_force([district.pk for district in districts])
    received = received_by_district(viewer, {one.district_id: one.edition.code for one in systems}) if systems else {}
    entered = entered_by_district([one.district_id for one in systems])
    limits = amber_limits()[0]
    return {
        system.district_id: _newest(system, received.get(system.district_id, {}), entered[system.district_id], limits) for system in systems
    }


def _newest(system: IndicatorSystem, received: Actuals, entered: Entered, limits: Limits) -> list[FedIndicator]:
    counted = entered.counted()
    years = sorted({*received, *counted})
    found = []
    for one in progress_lines(system, received, counted, limits):
        reached = [(year, words) for year, words in zip(years, one.reached, strict=True) if words]
        year, words = reached[-1] if reached else (None, "")
        found.append(FedIndicator(one, year, words, len(entered.unchecked.get(one.line.row.key, ()))))
    return found


def _share(district: District, fed: Sequence[FedIndicator] | None, area: str, links: Mapping[str, Collection[str]]) -> PilotShare:
    return PilotShare(district, tuple(one for one in fed or () if area in links.get(one.progress.line.row.dimension, ())), fed is not None)


def withdrawn_figures(area: str, *, is_demo: bool) -> list[AreaFigure]:
    """Withdrawn figures of the city, newest first."""
    figures = AreaFigure.objects.filter(area=area, is_demo=is_demo, withdrawn_at__isnull=False)
    return list(figures.select_related("recorded_by", "withdrawn_by").order_by("-withdrawn_at", "-pk"))


@among(AreaFigure.objects.waiting, DimensionLinkDecision.objects.waiting)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: figures and links that the person may check; no query for people outside the city."""
    return [*check_tasks(viewer.user, AreaFigure.objects.waiting()), *check_tasks(viewer.user, DimensionLinkDecision.objects.waiting())]
