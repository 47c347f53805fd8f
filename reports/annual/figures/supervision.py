"""Supervision of a district: inspections with findings, assessments, panel opinions, as of the snapshot day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from approvals.losses.city_assessments import CityResult, results_of
from approvals.opinions.selectors import OpinionOnDay, opinions_on
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import FindingOnDay, issued_on
from assessments.opinions.models import OpinionState
from districts.file.models.district import District


@dataclass(frozen=True)
class SupervisionFigures:
    """Inspections and assessments of the year; findings and opinions of the year and earlier ones still open."""

    inspections: tuple[Inspection, ...]
    findings: tuple[FindingOnDay, ...]
    results: tuple[CityResult, ...]
    opinions: tuple[OpinionOnDay, ...]

    @property
    def open_opinions(self) -> tuple[OpinionOnDay, ...]:
        """Opinions still open on the day."""
        return tuple(row for row in self.opinions if row.state != OpinionState.CLOSED)


def supervision_of(districts: Sequence[District], year: int, day: dt.date) -> dict[int, SupervisionFigures]:
    """State as of ``day`` by district; eight queries."""
    keys = [district.pk for district in districts]
    inspections, findings = issued_on(keys, year, day)
    results, opinions = results_of(districts, day), opinions_on(keys, year, day)
    return {
        key: SupervisionFigures(
            tuple(row for row in inspections if row.district_id == key),
            tuple(row for row in findings if row.finding.inspection.district_id == key),
            tuple(row for row in results[key] if row.on.year == year),
            tuple(opinions.get(key, ())),
        )
        for key in keys
    }
