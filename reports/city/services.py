"""Compositions of the city's annual report for its jobs."""

import datetime as dt

from approvals.casework.selectors.titles_on_day import snapshot_day
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from reports.city.enums import ReportEdition
from reports.closings.figures import year_figures
from reports.composition.blocks import Composition
from reports.jobs.kinds import Progress, Wanted, recent_years
from reports.jobs.models import ExportJob


def internal_report(job: ExportJob, report_progress: Progress) -> Composition:
    """The internal edition. Raises ``Refused`` if nothing for the year was received."""
    return _composed(job, ReportEdition.INTERNAL, report_progress)


def report_to_hand_on(job: ExportJob, report_progress: Progress) -> Composition:
    """The external edition, without rankings, names of late districts and open adverse matters."""
    return _composed(job, ReportEdition.HANDED_ON, report_progress)


def _composed(job: ExportJob, edition: ReportEdition, report_progress: Progress) -> Composition:
    from reports.city.documents import city_composition  # noqa: PLC0415 -- heavy; web workers never make reports
    from reports.city.figures.whole import city_report, has_received  # noqa: PLC0415 -- as above

    asked_by = job.requested_by
    demo = asked_by.is_demo if asked_by else not has_received(job.year, demo=False)
    with held_reads():
        made = city_composition(city_report(job.year, clock.today(), demo=demo), edition)
    report_progress(1)
    return made


def ended_years(today: dt.date) -> list[int]:
    """Years whose snapshot day has passed, newest first."""
    return [year for year in recent_years(today) if snapshot_day(year, dt.date.max) < today]


def stood_stamp(wanted: Wanted) -> str:
    """What the year-end lists depend on besides recorded actions: real or demo districts, and the year's edition."""
    return f"{bool(wanted.by and wanted.by.is_demo)} {year_figures(wanted.year, clock.today()).edition_words}"


def year_end(job: ExportJob, report_progress: Progress) -> Composition:
    """Lists of the last day of the year: of real districts, or for demo users of demo districts."""
    from reports.city.documents import year_end_composition  # noqa: PLC0415 -- heavy; web workers never make reports
    from reports.city.figures.whole import CityReport  # noqa: PLC0415 -- as above

    with held_reads():
        made = year_end_composition(CityReport(job.year, clock.today(), demo=bool(job.requested_by and job.requested_by.is_demo)))
    report_progress(1)
    return made
