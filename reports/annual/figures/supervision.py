"""Supervision of a district: inspections with their findings, assessments by the city, opinions of panels, as of the snapshot day."""

import datetime as dt
from dataclasses import dataclass

from approvals.losses.city_assessments import CityResult, city_results
from approvals.opinions.selectors import OpinionOnDay, opinions_on
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import FindingOnDay, issued_on
from assessments.opinions.enums import OpinionState
from districts.file.models.district import District


@dataclass(frozen=True)
class SupervisionFigures:
    """Inspections and assessments of the year; findings and opinions of the year, and earlier ones that were still open."""

    inspections: tuple[Inspection, ...]
    findings: tuple[FindingOnDay, ...]
    results: tuple[CityResult, ...]
    opinions: tuple[OpinionOnDay, ...]

    @property
    def open_opinions(self) -> tuple[OpinionOnDay, ...]:
        """Opinions that were not closed on the day."""
        return tuple(row for row in self.opinions if row.state != OpinionState.CLOSED)


def supervision_of(district: District, year: int, day: dt.date) -> SupervisionFigures:
    """State as of ``day``."""
    inspections, findings = issued_on(district, year, day)
    results = [row for row in city_results(district, day) if row.on.year == year]
    return SupervisionFigures(tuple(inspections), tuple(findings), tuple(results), tuple(opinions_on(district, year, day)))
