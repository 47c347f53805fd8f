"""Carbon of a district: targets of the specialised plan in force on the snapshot day beside the verified years."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.yearly_reports.selectors.carbon import VerifiedYear, received_years
from districts.facts.facts import plan_on
from districts.file.models.district import District
from reports.closings.days import received_in_time


@dataclass(frozen=True)
class CarbonFigures:
    """``target`` in kgCO₂e/(m²·a), None where no plan sets one; ``stages`` are (year, target) of the plan; ``verified`` newest first."""

    year: int
    plan: str
    target: Decimal | None
    stages: tuple[tuple[int, Decimal], ...]
    verified: tuple[VerifiedYear, ...]

    @property
    def found(self) -> VerifiedYear | None:
        """Verification of the report's own year."""
        return next((row for row in self.verified if row.report.year == self.year), None)


def carbon_of(districts: Sequence[District], year: int, day: dt.date) -> dict[int, CarbonFigures]:
    """Targets as of ``day``, and verifications on ``year`` and before that came until its last day of receipt, by district."""
    verified = received_years([district.pk for district in districts], year, received_in_time(year))
    return {district.pk: _carbon(district, year, day, verified.get(district.pk, ())) for district in districts}


def _carbon(district: District, year: int, day: dt.date, verified: Sequence[VerifiedYear]) -> CarbonFigures:
    plan = plan_on(district, day)
    stages = sorted((int(row["year"]), Decimal(str(row["value"]))) for row in plan.carbon_stage_targets) if plan else []
    target = plan.carbon_intensity_target if plan else None
    return CarbonFigures(year, str(plan) if plan else "", target, tuple(stages), tuple(verified))
