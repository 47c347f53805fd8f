"""The map of a district: boundary, plots by state, key projects. Paths are stored, so that drawing a map only joins them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, Max, Min, Q, QuerySet, Sum, Value

from districts.boundaries.geojson import Box, Frame, frame_of, metre_path
from districts.common.enums import BoundaryKind, PlotState
from districts.file.models.district import District
from districts.plot_map.models import FormerShape, PlotShape
from districts.plots.models import Plot
from districts.plots.selectors.states import STATE
from districts.projects.models import KeyProject
from greendistrict.columns.lists import RowAddress
from greendistrict.core import clock
from greendistrict.core.chart_marks import ChartDrawing, LinkedArea, linked_areas
from greendistrict.core.django_internals import Compiled

LINKED = 300  # plots up to which each is a link of its own; beyond, a state is drawn as one path and its list is the way to a plot
SIDES = (("west", Min), ("top", Min), ("east", Max), ("bottom", Max))


@dataclass(frozen=True)
class StateOnMap:
    """Plots of one state: number, hectares by the list, number drawn, and their joined path."""

    state: PlotState
    plots: int
    area: Decimal
    drawn: int
    path: str

    @property
    def query(self) -> str:
        """Query string of the plot list that shows exactly these plots."""
        return f"state={self.state}"


@dataclass(frozen=True)
class PlotOnMap:
    """A plot drawn as a link."""

    pk: int
    number: str
    state: PlotState
    path: str
    lineage: str = ""

    def area(self, address: RowAddress) -> LinkedArea:
        """Its shape, which leads to its page."""
        words = (self.number, self.state.label, *((self.lineage,) if self.lineage else ()))
        href = f"{address.before}{self.pk}{address.after}"
        return LinkedArea(href, f"地块{'，'.join(words)}", f"plot plot-{self.state.value}", self.path, " ".join(words))


@dataclass(frozen=True)
class ProjectOnMap:
    """A key project: number on the map, path and centre of its plots; both empty if none of them is drawn."""

    pk: int
    number: int
    name: str
    state: str
    path: str
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True)
class PlotMap:
    """Data of the map of the district with this code; ``plots`` only if they are few enough to be drawn as links."""

    code: str
    frame: Frame
    edge: str
    states: tuple[StateOnMap, ...]
    plots: tuple[PlotOnMap, ...]
    projects: tuple[ProjectOnMap, ...]

    @cached_property
    def total(self) -> int:
        """Number of plots in the list."""
        return sum(state.plots for state in self.states)

    @cached_property
    def drawn(self) -> int:
        """Number of plots with a shape."""
        return sum(state.drawn for state in self.states)

    @cached_property
    def placed(self) -> tuple[ProjectOnMap, ...]:
        """Key projects shown on the map."""
        return tuple(project for project in self.projects if project.x is not None)

    @property
    def links(self) -> ChartDrawing:
        """The plots as links; joined at once, because a template makes four hundred calls for each."""
        address = RowAddress("districts:plot_control", self.code)
        return ChartDrawing(linked_areas, [plot.area(address) for plot in self.plots])

    @cached_property
    def words(self) -> str:
        """The map in words, for screen readers."""
        counted = "，".join(f"{state.plots}个{state.state.label}" for state in self.states)
        return f"{self.total}个地块：{counted}" if counted else "尚未登记地块"


def plot_map_of(district: District) -> PlotMap | None:
    """The map; None if there is neither a boundary nor a plot. Three queries; two without shapes or with very many plots."""
    rows: list[dict[str, Any]] = BY_STATE.read(district.pk)
    edge, box = metre_path(district.boundary) if district.boundary else ("", None)
    boxes: list[Box] = [box] if box else []
    boxes += [(row["west"], row["top"], row["east"], row["bottom"]) for row in rows if row["drawn"]]
    if not rows and not boxes:
        return None
    frame = frame_of(boxes or [(0, 0, 1, 1)])
    by_state = {row["state"]: row for row in rows}
    states = tuple(
        StateOnMap(state, row["plots"], row["area"], row["drawn"], row["path"]) for state in PlotState if (row := by_state.get(state.value))
    )
    plots: tuple[PlotOnMap, ...] = ()
    if 0 < sum(state.drawn for state in states) <= LINKED:
        columns = DRAWN.read(district.pk)
        plots = tuple(PlotOnMap(pk, number, PlotState(state), path, lineage) for pk, number, state, path, lineage in columns)
    return PlotMap(district.code, frame, edge, states, plots, _projects(district, frame))


def _by_state(district: int) -> QuerySet[Any, Any]:
    sides = {name: side(f"shape__{name}") for name, side in SIDES}
    joined = StringAgg("shape__path", delimiter="", default=Value(""), order_by=("number", "pk"))
    states = Plot.objects.filter(district=district).order_by().values(state=STATE)
    counted: QuerySet[Any, Any] = states.annotate(plots=Count("pk"), area=Sum("area_ha"), drawn=Count("shape"), path=joined, **sides)
    return counted


def _drawn(district: int) -> QuerySet[Any, Any]:
    shapes = Plot.objects.filter(district=district, shape__isnull=False).order_by("number", "pk")
    return shapes.values_list("pk", "number", STATE, "shape__path", "lineage")


def _projects_drawn(district: int) -> QuerySet[Any, Any]:
    sides = {name: side(f"plots__shape__{name}") for name, side in SIDES}
    joined = StringAgg("plots__shape__path", delimiter="", default=Value(""), order_by=("plots__number", "plots__pk"))
    return KeyProject.objects.filter(district=district).order_by("planned_start", "name", "pk").annotate(path=joined, **sides)


BY_STATE, DRAWN, PROJECTS = Compiled(_by_state, -1), Compiled(_drawn, -1), Compiled(_projects_drawn, -1)


def _projects(district: District, frame: Frame) -> tuple[ProjectOnMap, ...]:
    found = []
    for number, row in enumerate(PROJECTS.read(district.pk), start=1):
        place = frame.place((row.west, row.top, row.east, row.bottom)) if row.path else (None, None)
        found.append(ProjectOnMap(row.pk, number, row.name, row.get_state_display(), row.path, *place))
    return tuple(found)


def shapes_known(district: District) -> dict[str, Any]:
    """Number of plots with a shape, plots without one (some named), source of the last import, whether an export is possible."""
    last = PlotShape.objects.filter(plot__district=district).select_related("entered_by").order_by("-entered_at", "-pk").first()
    bare = district.plots.filter(shape__isnull=True).order_by("number", "pk")
    exportable = last is not None or district.boundaries.exists()
    return {
        "last": last,
        "exportable": exportable,
        "bare": list(bare.values_list("number", flat=True)[:20]),
        "bare_count": bare.count(),
    }


@dataclass(frozen=True)
class ShapesOnDay:
    """Shapes of the plots of a district as they stood at the end of a day, with the plan boundary of that day."""

    shapes: list[PlotShape | FormerShape]
    frame: Frame | None
    edge: str

    @property
    def path(self) -> str:
        """The joined path of all shapes."""
        return "".join(shape.path for shape in self.shapes)


def shapes_on(district: District, on: dt.date) -> ShapesOnDay:
    """Shapes as they stood at the end of a day, by number of the plot; three queries."""
    moment = clock.end_of(on)
    was_there = Q(plot__ended_by__isnull=True) | Q(plot__ended_by__recorded_at__gte=moment)
    stood = Q(entered_at__lt=moment) & was_there
    present = PlotShape.objects.filter(stood, plot__district=district).select_related("plot").defer("geometry")
    former = FormerShape.objects.filter(stood, _of(district), ended_at__gte=moment).select_related("plot").defer("geometry")
    shapes: list[PlotShape | FormerShape] = sorted([*present, *former], key=lambda shape: (shape.number, shape.pk))
    boundary = district.boundaries.filter(kind=BoundaryKind.PLAN, entered_at__lt=moment).order_by("-number").first()
    edge, box = metre_path(boundary.geometry) if boundary else ("", None)
    boxes = [*([box] if box else []), *(shape.box for shape in shapes)]
    return ShapesOnDay(shapes, frame_of(boxes) if boxes else None, edge)


def former_shapes(district: District) -> QuerySet[FormerShape]:
    """Replaced shapes of the plots of a district and those of deleted plots, newest first."""
    rows = FormerShape.objects.filter(_of(district)).select_related("plot__district", "entered_by", "ended_by")
    return rows.defer("geometry").order_by("-ended_at", "plot__number", "deleted_number", "-pk")


def _of(district: District) -> Q:
    return Q(plot__district=district) | Q(deleted_from=district)
