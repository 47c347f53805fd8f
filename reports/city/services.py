"""Compositions of the city's annual report for its jobs."""

from greendistrict.core.memoisation import held_reads
from reports.city.enums import ReportEdition
from reports.composition.blocks import Composition
from reports.jobs.kinds import Progress
from reports.jobs.models import ExportJob


def internal_report(job: ExportJob, report_progress: Progress) -> Composition:
    """The internal edition. Raises ``Refused`` when nothing of the year was received."""
    return _composed(job, ReportEdition.INTERNAL, report_progress)


def report_to_hand_on(job: ExportJob, report_progress: Progress) -> Composition:
    """The edition without ranking, names of who is late, and open adverse matters."""
    return _composed(job, ReportEdition.HANDED_ON, report_progress)


def _composed(job: ExportJob, edition: ReportEdition, report_progress: Progress) -> Composition:
    from reports.city.documents import city_composition  # noqa: PLC0415 -- heavy; web workers never make reports
    from reports.city.figures.whole import city_report, has_received  # noqa: PLC0415 -- as above

    asked_by = job.requested_by
    demo = asked_by.is_demo if asked_by else not has_received(job.year, demo=False)
    with held_reads():
        made = city_composition(city_report(job.year, demo=demo), edition)
    report_progress(1)
    return made
