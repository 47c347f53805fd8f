"""Carbon of a district: targets of the plan in force on the snapshot day, with verified years and filed inventories."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.yearly_reports.selectors.text import VerifiedYear, received_years
from carbon.targets.compared_years import ComparedYear
from carbon.targets.selectors import paths_filed, targets_in
from districts.facts.facts import plan_on
from districts.file.models.district import District
from reports.closings.registry import received_in_time


@dataclass(frozen=True)
class CarbonFigures:
    """``target`` in kgCO₂e/(m²·a), None if no plan sets one; ``stages`` are (year, target) of the plan; ``verified`` newest first.

    ``compared`` are the years with an inventory compared with the path, oldest first; None in editions closed before inventories were
    read.
    """

    year: int
    plan: str
    target: Decimal | None
    stages: tuple[tuple[int, Decimal], ...]
    verified: tuple[VerifiedYear, ...]
    compared: tuple[ComparedYear, ...] | None = None

    @property
    def found(self) -> VerifiedYear | None:
        """Verification of the report's year, or None."""
        return next((row for row in self.verified if row.report.year == self.year), None)

    @property
    def against(self) -> ComparedYear | None:
        """The report's year compared with its target, or None."""
        return next((row for row in self.compared or () if row.year == self.year), None)


def carbon_of(districts: Sequence[District], year: int, day: dt.date) -> dict[int, CarbonFigures]:
    """By district: targets as of ``day``; verifications and inventories up to ``year`` that arrived by its last day of receipt."""
    plans = {district.pk: plan_on(district, day) for district in districts}
    verified = received_years(plans, year, received_in_time(year), day)
    compared = paths_filed(plans, year, received_in_time(year, "filed_at"))
    figures = {}
    for key, plan in plans.items():
        stages, target = targets_in(plan)
        own, paths = tuple(verified.get(key, ())), tuple(compared.get(key, ()))
        figures[key] = CarbonFigures(year, str(plan) if plan else "", target, tuple(sorted(stages)), own, paths)
    return figures
