"""What is asked about a key project and a municipal work."""

import datetime as dt
from decimal import Decimal

from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits
from districts.plausibility.undertakings import PROJECT_DAYS, WORK_DAYS, ProjectFigures, asked_of_project, asked_of_work
from districts.projects.models import KeyProject, Work


def asked_of_key_project(
    project: KeyProject, stored: KeyProject | None, floor_m2: Decimal | None, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about a project on plots with so much floor (None if unknown)."""
    days = {name: getattr(project, name) for name in PROJECT_DAYS}
    made = ProjectFigures(project.investment, floor_m2, project.state, days)
    return asked_of_project(made, stored.investment if stored else None, limits, today)


def asked_of_listed_work(
    work: Work, stored: Work | None, district_km2: Decimal | None, *, limits: PlausibilityLimits, today: dt.date
) -> list[PlausibilityFinding]:
    """Questions about a work in a district of this size."""
    days = {name: getattr(work, name) for name in WORK_DAYS}
    return asked_of_work(work.length_m, stored.length_m if stored else None, days, district_km2, limits=limits, today=today)
