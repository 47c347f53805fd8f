"""Read indicator systems: visible versions, table by chapter, missing parts, facts, targets of a year."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from districts.common.enums import SIGNED_SYSTEMS, Dimension, SystemStatus
from districts.file.models.district import ConsultantMandate, District
from districts.file.rules import mandate_in_force
from districts.file.selectors.visibility import files_visible_to
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem, covered
from districts.indicator_systems.row_rules import TARGETS, baseline_of, carbon_stages, may_leave, measure_for, target_points
from districts.indicator_systems.target_path import due_of
from districts.indicator_systems.targets import Measure, as_stored, show
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item


def systems_visible_to(viewer: Viewer) -> QuerySet[IndicatorSystem]:
    """Versions the user may open: all for their own side, handed-up ones for readers of the file, approved ones for partners."""
    held = viewer.held
    if held.is_keeper or not held.roles:
        return IndicatorSystem.objects.none()
    shown = (SystemStatus.APPROVED,) if held.roles == {Role.PARTNER} else SIGNED_SYSTEMS
    condition = Q(district__in=files_visible_to(viewer).values("pk"), status__in=shown)
    if held.has(Role.CITY_OFFICER):  # approves where no other body leads (rules.approves_system): handing up is the filing
        led = District.authorities.through.objects.filter(district_id=OuterRef("district_id"))
        others = led.exclude(organisation_id=Coalesce(OuterRef("district__applicant_id"), 0))
        condition |= Q(~Exists(others), status__in=SIGNED_SYSTEMS)
    if applicants := held.organisations_as(Role.PREPARER, Role.REVIEWER):
        condition |= Q(district__applicant_id__in=applicants)
    if consultants := held.organisations_as(Role.CONSULTANT):
        mandates = ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=consultants)
        condition |= Q(district_id__in=mandates.values("district_id"))
    return IndicatorSystem.objects.filter(condition).select_related("district", "edition", "plan")


def system_in_force(district: District, on: dt.datetime | None = None) -> IndicatorSystem | None:
    """Newest approved version, optionally of those approved by the moment ``on``."""
    approved = district.indicator_systems.filter(status=SystemStatus.APPROVED).select_related("edition", "plan")
    if on is not None:
        approved = approved.filter(approved_at__lte=on)
    return approved.order_by("-number").first()


def systems_in_force(districts: Collection[int]) -> list[IndicatorSystem]:
    """``system_in_force`` of several districts, with rows; two queries."""
    approved = IndicatorSystem.objects.filter(status=SystemStatus.APPROVED, district__in=districts).select_related("edition", "district")
    return list(approved.order_by("district_id", "-number").distinct("district_id").prefetch_related("rows"))


def carbon_targets(system: IndicatorSystem) -> list[tuple[int, str]]:
    """Year and carbon intensity of each stage, in kgCO₂e/(m²·a) (七（一）3)."""
    return carbon_stages(system, system.rows.all())


@dataclass(frozen=True)
class IndicatorLine:
    """A row of the table in words; ``must`` is the clause's requirement or the own rule."""

    row: IndicatorRow
    measure: Measure
    item: Item | None
    may_leave: bool
    must: str
    baseline: str
    targets: tuple[str, ...]


def line_of(row: IndicatorRow, items: Any) -> IndicatorLine:
    """Convert a row to its line of the table."""
    measure = measure_for(row, items)
    item = items[row.item_id] if row.item_id else None
    targets = tuple(show(measure, getattr(row, term)) for term in TARGETS)
    must = item.data["requirement"] if item else row.get_rule_display()
    return IndicatorLine(row, measure, item, may_leave(row, items), must, show(measure, row.baseline), targets)


def lines_of(system: IndicatorSystem) -> list[IndicatorLine]:
    """Every row of a version in order; one query."""
    items = rules_for(system.edition).items
    return [line_of(row, items) for row in system.rows.all()]


@dataclass(frozen=True)
class IndicatorChapter:
    """A chapter of the table."""

    chapter: str
    lines: list[IndicatorLine]

    @property
    def taking_part(self) -> int:
        """Number of participating indicators."""
        return sum(line.row.taking_part for line in self.lines)


def groups_of(lines: Iterable[IndicatorLine]) -> list[IndicatorChapter]:
    """Lines by chapter, in order."""
    found: dict[str, list[IndicatorLine]] = {}
    for line in lines:
        found.setdefault(line.row.chapter, []).append(line)
    return [IndicatorChapter(chapter, members) for chapter, members in found.items()]


def dimension_marks(rows: Iterable[IndicatorRow]) -> list[tuple[str, bool]]:
    """The five dimensions, and whether each is covered."""
    have = covered(rows)
    return [(name, name in have) for name in Dimension.values]


def targets_for_year(district: District, year: int) -> dict[str, str]:
    """Target in a year for each participating clause of the version in force, in stored form; none before its path begins.

    Read from the same path as the traffic light, so that target and light agree.
    """
    system = system_in_force(district)
    if system is None:
        return {}
    items, found = rules_for(system.edition).items, {}
    for row in system.rows.filter(taking_part=True).exclude(item_id=""):
        if due := due_of(measure_for(row, items), year, baseline_of(row), target_points(system, row)):
            found[row.item_id] = due
    return found


def table_targets(district: District, edition: Edition, year: int) -> dict[str, Any]:
    """``targets_for_year`` as values of a score table under ``edition``; empty if the system follows another edition."""
    system = system_in_force(district)
    if system is None or system.edition_id != edition.pk:
        return {}
    items = rules_for(edition).items
    found = {key: as_stored(items[key], target) for key, target in targets_for_year(district, year).items()}
    return {key: value for key, value in found.items() if value is not None}
