"""Measures, forecast and scenarios of a district; every page reads them here.

Also here: Permissions on measures and scenarios.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, QuerySet, Sum

from carbon.inventories.selectors import filed_years
from carbon.measures.forecast import (
    BaseInventory,
    CostStep,
    ForecastYear,
    MeasureFigures,
    PlannedMeasure,
    cost_curve,
    forecast,
    with_shares,
)
from carbon.measures.models import AbatementMeasure, AbatementMeasures, CarbonScenario, ScenarioShare
from carbon.targets.compared_years import UNIT, ComparedYear, Found, compared_years
from carbon.targets.selectors import targets_of
from districts.file.models.district import District
from districts.file.rules import is_consultant, is_own_side, may_edit_district
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, line
from greendistrict.core.errors import NotAllowed
from greendistrict.core.number_parsing import parse_number
from greendistrict.core.rounding import half_up
from greendistrict.core.stair_chart import StairStep, stairs
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def keeps_measures(held: HeldPosts, district: District) -> bool:
    """Who edits measures: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(held, district)


def hold_measures(held: HeldPosts, district: District) -> None:
    """Raise ``NotAllowed`` unless the person may edit the measures of the district."""
    NotAllowed.unless(keeps_measures(held, district), "减排措施和情景由申报主体填报人和获授权的咨询单位填写")


def sees_scenarios(held: HeldPosts, district: District) -> bool:
    """Scenarios are seen by the district's own side only (applicant, consultant, leading body); measures by all readers of the file."""
    return is_own_side(held, district) or is_consultant(held, district)


FROZEN, PLANNED, DUE = "不采取措施", "登记的措施", "目标路径"
YEARS_WITHOUT_TARGETS, MOST_YEARS = 5, 15
INTENSITY_PLACES = 3


@dataclass(frozen=True)
class ForecastBasis:
    """Starting point of all forecasts of the district; ``found`` are the intensities (kg/m²) of the visible filed years."""

    base: BaseInventory
    found: Found
    targets: tuple[tuple[int, Decimal], ...]
    control: Decimal | None

    @property
    def years(self) -> range:
        """From the inventory's year to the last target year."""
        last = max((year for year, _ in self.targets), default=self.base.year + YEARS_WITHOUT_TARGETS)
        return range(self.base.year, min(max(last, self.base.year + 1), self.base.year + MOST_YEARS) + 1)

    def against(self, years: list[ForecastYear]) -> dict[int, ComparedYear]:
        """Forecast years compared with the target path, by the same rule as filed years."""
        known = [row for row in self.found if row[0] < self.base.year]
        values = [(row.year, half_up(row.per_m2_kg, INTENSITY_PLACES)) for row in years]
        return {row.year: row for row in compared_years([*known, *values], self.targets, self.control, {})}


@dataclass(frozen=True)
class Forecast:
    """Measures of the district or of one scenario, with their cost and emission path (None before an inventory was filed)."""

    name: str
    basis: ForecastBasis | None
    planned: tuple[PlannedMeasure, ...]

    @cached_property
    def years(self) -> list[ForecastYear]:
        """From the inventory's year on."""
        return forecast(self.basis.base, self.planned, self.basis.years) if self.basis else []

    @cached_property
    def lines(self) -> list[tuple[ForecastYear, ComparedYear]]:
        """Each forecast year with its comparison to the target."""
        against = self.basis.against(self.years) if self.basis else {}
        return [(row, against[row.year]) for row in self.years]

    @cached_property
    def steps(self) -> list[CostStep]:
        """Cost steps, cheapest first."""
        return cost_curve(self.planned)

    @property
    def tonnes(self) -> Decimal:
        """Tonnes a year with all measures operating."""
        return half_up(self.steps[-1].end if self.steps else 0)

    @property
    def investment(self) -> Decimal:
        """Investment in total (万元), each measure with its share."""
        return half_up(sum((one.figures.investment * one.share for one in self.planned), Decimal(0)) / 100)

    @property
    def chart(self) -> ChartDrawing:
        """Line chart: forecast, intensity without measures, targets."""
        series = [
            Series(self.name, [half_up(row.per_m2_kg, INTENSITY_PLACES) for row, _ in self.lines]),
            Series(DUE, [Decimal(against.due) if against.due else None for _, against in self.lines]),
        ]
        if self.basis:
            series.append(Series(FROZEN, [self.basis.base.per_m2_kg] * len(self.lines)))
        return ChartDrawing(line, [str(row.year) for row, _ in self.lines], series, unit=UNIT, title="单位面积碳排放预测")

    @property
    def legend(self) -> list[tuple[str, str]]:
        """CSS class and label of each line."""
        return [("line-0", self.name), ("line-1", DUE), ("line-2", FROZEN)]

    @property
    def curve(self) -> ChartDrawing:
        """SVG of the marginal abatement cost curve."""
        steps = [StairStep(str(step.number), step.planned.figures.name, step.width, step.cost) for step in self.steps]
        return ChartDrawing(stairs, steps, unit="元/tCO₂e", width_unit="tCO₂e/a", title="边际减排成本")


def basis_of(viewer: Viewer, district: District) -> ForecastBasis | None:
    """Basis from the newest filed inventory the person may see; None before one was filed."""
    filed = [one for one in filed_years(viewer, [district.pk]).get(district.pk, ()) if one.frozen]
    if not filed:
        return None
    newest, content = filed[0], (filed[0].frozen or {})["content"]
    base = BaseInventory(
        newest.year, Decimal(content["total"]), Decimal(content["per_m2_kg"]), parse_number(content["boundary"]["area_m2"])
    )
    found = [(one.year, Decimal((one.frozen or {})["content"]["per_m2_kg"])) for one in filed]
    targets, control = targets_of(district, viewer.today)
    return ForecastBasis(base, found, tuple(targets), control)


def measures_of(district: District) -> QuerySet[AbatementMeasure]:
    """Measures of the district, earliest first."""
    return district.carbon_measures.select_related("checked_by")


def stated_in(districts: Collection[int], year: int) -> dict[int, Decimal]:
    """Tonnes a year saved by the measures operating in a year, as stated and checked, by district; one query."""
    found = _operating(districts, year).counted().order_by()
    return dict(found.values_list("district").annotate(Sum("tco2e")))


def unchecked_in(districts: Collection[int], year: int) -> int:
    """Number of measures operating in a year that nobody has checked."""
    return _operating(districts, year).unchecked().count()


def _operating(districts: Collection[int], year: int) -> AbatementMeasures:
    return AbatementMeasure.objects.filter(district__in=districts, first__lte=year, last__gte=year)


@among(AbatementMeasure.objects.waiting)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: measures that the person may check; no query for people without a reviewer's post."""
    return check_tasks(viewer.user, AbatementMeasure.objects.for_desk(viewer.held))


def forecast_of(basis: ForecastBasis | None, measures: list[AbatementMeasure]) -> Forecast:
    """Forecast with all measures of the district."""
    return Forecast(PLANNED, basis, tuple(PlannedMeasure(measure.figures) for measure in measures))


def scenarios_of(district: District) -> QuerySet[CarbonScenario]:
    """Scenarios with their measures; two queries."""
    shares = ScenarioShare.objects.select_related("measure").order_by("measure__first", "measure_id")
    return CarbonScenario.objects.filter(district=district).prefetch_related(Prefetch("shares", shares))


def scenario_forecast(basis: ForecastBasis | None, scenario: CarbonScenario) -> Forecast:
    """Forecast with only the measures of a scenario, each with its share."""
    shares = list(scenario.shares.all())
    figures: list[MeasureFigures] = [share.measure.figures for share in shares]
    return Forecast(scenario.name, basis, tuple(with_shares(figures, {share.measure_id: share.share for share in shares})))


def side_by_side(forecasts: list[Forecast]) -> list[tuple[int, Decimal, list[ComparedYear]]]:
    """Rows for comparison: year, intensity without measures, and intensity of each forecast."""
    basis = forecasts[0].basis
    if basis is None:
        return []
    columns = [[against for _, against in one.lines] for one in forecasts]
    return [(row[0].year, basis.base.per_m2_kg, list(row)) for row in zip(*columns, strict=True)]
