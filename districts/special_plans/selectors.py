"""Read versions of the specialised plan and their sections; used by pages, policy check, papers and reports."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from districts.baselines.selectors import baseline_of
from districts.common.enums import BaselineKind, Dimension
from districts.file.models.district import District
from districts.plausibility.expectations import CarbonBeside
from districts.special_plans.models import PlanPart, PlanSection, PlanSectionKind, SectionState, SpecialPlan
from districts.special_plans.rules import (
    CITES,
    PIECES,
    SectionPiece,
    Synchrony,
    counts,
    covered,
    filled_pieces,
    kinds_for,
    state_of,
    synchrony,
)
from greendistrict.documents.models import Evidence


def dimensions_of_plan(plan: SpecialPlan, day: dt.date) -> frozenset[str]:
    """Dimensions covered on a day by the indicator system under a plan version; without one, those stated in an approved version."""
    system = plan.indicator_systems.counting_on(day)
    return system.dimensions_covered() if system else stated_dimensions(plan)


def stated_dimensions(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions that were ticked before they were derived from the indicator system; they count only in an approved version."""
    kind = PlanSectionKind.INDICATORS
    rows = [row for row in plan.sections.all() if row.section == kind]
    return frozenset[str]().union(*(covered(kind, row.texts, row.stated, approved=bool(plan.approved_on)) for row in rows))


CARBON = "carbon"  # key of the carbon intensity among the rows of an indicator system


@dataclass(frozen=True)
class SectionLine:
    """State of a section: its texts in the order of its pieces, its files, whether the policy check counts it."""

    kind: PlanSectionKind
    cite: str
    state: SectionState
    counts: bool
    texts: list[tuple[SectionPiece, str]]
    stated: list[str]
    files: list[Evidence]
    is_asked: bool  # of the district's type; another that holds something was written under the other type

    @property
    def is_whole(self) -> bool:
        """Whether every piece has a text."""
        return self.state == SectionState.WHOLE

    @property
    def filled(self) -> int:
        """Number of pieces with a text."""
        return sum(bool(text) for _, text in self.texts)

    @property
    def words(self) -> str:
        """State in words; with several pieces, how many are filled in."""
        return f"{self.state.label}，{self.filled}/{len(self.texts)}" if self.state == SectionState.PARTIAL else self.state.label


def sections_of(plan: SpecialPlan, *, files: bool = True) -> list[SectionLine]:
    """Sections for the district's type, and others with content; in the order of the policy.

    Uses rows prefetched on the plan; without ``files`` no files are read.
    """
    if files and plan.pk:
        prefetch_related_objects([plan], "sections__files__document")
    rows = {row.section: row for row in plan.sections.all()} if plan.pk else {}
    asked = kinds_for(plan.district.type)
    others = [kind for kind in PlanSectionKind if kind in rows and kind not in asked]
    kinds = [kind for kind in others if rows[kind].stated or filled_pieces(kind, rows[kind].texts)]
    return [_line(plan, kind, rows.get(kind), files=files) for kind in (*asked, *kinds) if kind != PlanSectionKind.INDICATORS]


def _line(plan: SpecialPlan, kind: PlanSectionKind, row: PlanSection | None, *, files: bool) -> SectionLine:
    texts, stated = (row.texts, row.stated) if row else ({}, [])
    return SectionLine(
        kind,
        CITES[kind],
        state_of(kind, texts, stated),
        counts(kind, texts, stated, approved=bool(plan.approved_on)),
        [(piece, texts.get(piece.key, "")) for piece in PIECES[kind]],
        list(stated),
        [file.document for file in row.files.all()] if row and files else [],
        kind in kinds_for(plan.district.type),
    )


def early_work(plan: SpecialPlan) -> frozenset[str]:
    """Names of the parts of the early work that count (六（二）)."""
    return frozenset(line.kind.label for line in sections_of(plan, files=False) if line.counts and line.kind != PlanSectionKind.STRATEGIES)


def strategy_dimensions(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions for which the scheme states a strategy (七（一）2)."""
    kind = PlanSectionKind.STRATEGIES
    rows = [row for row in plan.sections.all() if row.section == kind]
    return frozenset[str]().union(*(covered(kind, row.texts, row.stated, approved=bool(plan.approved_on)) for row in rows))


def synchrony_of(plan: SpecialPlan) -> Synchrony:
    """Whether the scheme was drawn up together with the urban design (七（一）2)."""
    return synchrony(plan.design_started_on, plan.design_approved_on, plan.scheme_started_on, plan.approved_on)


def plan_context(district: District, today: dt.date) -> dict[str, Any]:
    """Template context of ``_plan.html``: versions of the plan, newest first, with sections, parts, dimensions, carbon targets."""
    plans = list(
        district.plans.select_related("district").prefetch_related("parts__document", "sections__files__document").order_by("-number")
    )
    shown = [
        {
            "plan": plan,
            "sections": sections_of(plan),
            "synchrony": synchrony_of(plan),
            "parts": [(part.label, held.get(part.value)) for part in PlanPart],
            "dimensions": [(name, name in indicators, name in strategies) for name in Dimension.values],
        }
        for plan in plans
        for held in [{row.part: row.document for row in plan.parts.all()}]
        for indicators, strategies in [(dimensions_of_plan(plan, today), strategy_dimensions(plan))]
    ]
    return {"district": district, "plans": shown, "plan_baseline": baseline_of(district, BaselineKind.PLAN)}


def path_beside(plan: SpecialPlan) -> CarbonBeside:
    """What the carbon targets of a plan are compared with: its indicator system, the newest measured intensity; three queries."""
    system = plan.indicator_systems.order_by("-number").first() if plan.pk else None
    row = system.rows.filter(key=CARBON).first() if system else None
    terms = {getattr(system, f"{term}_year"): getattr(row, term) for term in ("near", "mid", "long")} if row else {}
    measured = plan.district.indicator_actuals.filter(key=CARBON).order_by("-year").values_list("year", "value").first()
    reached = (measured[0], Decimal(measured[1])) if measured and measured[1] else None
    return CarbonBeside({year: Decimal(value) for year, value in terms.items() if year and value}, reached)
