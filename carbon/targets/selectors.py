"""Targets of the specialised plan compared with the valid inventories; page, tile and report all read them here."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q

from carbon.inventories.content import amount_of
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import counted_years, filed_years
from carbon.targets.compared_years import UNIT, ComparedYear, Found, aim_words, axis_of, compared_years, unfiled
from carbon.targets.models import TargetExplanation
from districts.facts.facts import plan_on
from districts.file.models.district import District
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.chart_marks import ChartDrawing
from greendistrict.core.charts import Series, line

FEWEST_DRAWN = 2
FOUND, DUE = "清单", "目标路径"


@dataclass(frozen=True)
class CarbonPath:
    """Valid inventories the person may see (newest first), and each year compared with its target (oldest first).

    ``axis``: each year from the first of these to today's, with its target; empty where none is due. ``targets``: the staged
    ones. ``over``: the last year that is over.
    """

    inventories: tuple[CarbonInventory, ...]
    years: tuple[ComparedYear, ...]
    axis: tuple[tuple[int, str], ...] = ()
    targets: Found = ()
    over: int = 0

    def aim(self, row: ComparedYear) -> str:
        """What a year is measured against, in words; empty for the baseline, which is measured against nothing."""
        return "" if row.is_baseline else aim_words(row.year, row.due, self.targets)

    @property
    def lines(self) -> list[tuple[CarbonInventory, ComparedYear]]:
        """Each inventory with its year compared, newest first."""
        by_year = {row.year: row for row in self.years}
        return [(inventory, by_year[inventory.year]) for inventory in self.inventories]

    @property
    def newest(self) -> ComparedYear | None:
        """The newest year."""
        return self.years[-1] if self.years else None

    @property
    def missing(self) -> list[int]:
        """Years of the axis that are over and of which there is no inventory."""
        return unfiled(self.axis, self.years, over=self.over)

    @property
    def chart(self) -> ChartDrawing | None:
        """Chart of measured values and targets to today's year, with a gap for a year without an inventory; None for a single inventory."""
        if len(self.years) < FEWEST_DRAWN:
            return None
        found = {row.year: row.found for row in self.years}
        series = [
            Series(FOUND, [found.get(year) for year, _ in self.axis]),
            Series(DUE, [Decimal(due) if due else None for _, due in self.axis]),
        ]
        return ChartDrawing(line, [f"{year}年" for year, _ in self.axis], series, unit=UNIT, title="单位面积碳排放与目标")

    @property
    def legend(self) -> list[tuple[str, str]]:
        """CSS class and label of each line."""
        return [("line-0", FOUND), ("line-1", DUE)]


def carbon_path(viewer: Viewer, district: District) -> CarbonPath:
    """The path as far as the person may see inventories; three queries."""
    inventories = tuple(filed_years(viewer, [district.pk]).get(district.pk, ()))
    if not inventories:
        return CarbonPath((), ())
    plan = plan_on(district, viewer.today)
    reasons = dict(TargetExplanation.objects.filter(district=district).values_list("year", "text"))
    years = _compared(inventories, plan, reasons)
    targets, control = targets_in(plan)
    return CarbonPath(inventories, years, axis_of(years, viewer.today.year, targets, control), targets, viewer.today.year - 1)


def paths_filed(plans: Mapping[int, SpecialPlan | None], year: int, in_time: Q) -> dict[int, tuple[ComparedYear, ...]]:
    """Compared years up to ``year`` by district, from inventories filed ``in_time``, for reports of the portal; two queries.

    ``plans`` gives for each district the specialised plan whose targets apply.
    """
    filed = counted_years(in_time, plans, year)
    reasons: dict[int, dict[int, str]] = {}
    said = TargetExplanation.objects.filter(district__in=filed) if filed else TargetExplanation.objects.none()
    for district, about, text in said.values_list("district_id", "year", "text"):
        reasons.setdefault(district, {})[about] = text
    return {key: _compared(rows, plans[key], reasons.get(key, {})) for key, rows in filed.items()}


def _compared(inventories: Iterable[CarbonInventory], plan: SpecialPlan | None, reasons: Mapping[int, str]) -> tuple[ComparedYear, ...]:
    targets, control = targets_in(plan)
    contents = {inventory.year: inventory.frozen["content"] for inventory in inventories if inventory.frozen}
    found = [(year, Decimal(content["per_m2_kg"])) for year, content in contents.items()]
    rows = compared_years(found, targets, control, reasons)
    return tuple(replace(row, population=amount_of(contents[row.year]["boundary"].get("population"))) for row in rows)


def targets_of(district: District, today: dt.date) -> tuple[list[tuple[int, Decimal]], Decimal | None]:
    """Staged targets by year and the control target of the plan that counts today, approved or else the newest draft; one query."""
    return targets_in(plan_on(district, today))


def targets_in(plan: SpecialPlan | None) -> tuple[list[tuple[int, Decimal]], Decimal | None]:
    """Staged targets by year and the control target of a plan."""
    if plan is None:
        return [], None
    return [(int(row["year"]), Decimal(str(row["value"]))) for row in plan.carbon_stage_targets], plan.carbon_intensity_target


def version_of(district: District, year: int) -> int:
    """Version of the explanation of a year, for the edit form; 0 if there is none yet."""
    return TargetExplanation.objects.filter(district=district, year=year).values_list("version", flat=True).first() or 0
