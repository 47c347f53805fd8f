"""Public answer to the verification of a report by its 查验码: kind, date, state and digests of its files."""

from greendistrict.core import clock
from greendistrict.core.papers import Paper, PaperKind, PaperStanding
from greendistrict.documents.enums import Confidentiality
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob

MADE = (JobState.DONE, JobState.EXPIRED)
COUNTED = "版"  # 第1版, 更正第2版; what is not closed (未核定) is no edition


def _report(job: ExportJob) -> Paper:
    day = job.finished_at.astimezone(clock.SHANGHAI).date() if job.finished_at else None
    unit = job.district.name if job.district else "全市"
    is_public = job.confidentiality == Confidentiality.PUBLIC
    since = job.report.since(job) if job.report.since else ""
    status = f"{job.get_state_display()}；{since}" if since else job.get_state_display()
    return Paper("", job.label, unit, day, status, job.is_demo, _state(job), is_public=is_public)


def _state(job: ExportJob) -> PaperStanding | None:
    """Superseded by a later edition of the same report in the same formats; others (未核定, other kinds) by a later report."""
    if job.state not in MADE:
        return None
    if job.report.superseded is not None and job.report.superseded(job):
        return PaperStanding.SUPERSEDED
    later = ExportJob.objects.filter(
        kind=job.kind, scope=job.scope, year=job.year, district=job.district, subject=job.subject,
        sight=job.sight, state__in=MADE, finished_at__gt=job.finished_at,
    )  # fmt: skip
    if job.edition.endswith(COUNTED):
        later = later.filter(edition__endswith=COUNTED).exclude(edition=job.edition)
    mine = set(job.formats or job.report.formats)
    superseded = any(mine <= set(other.formats or other.report.formats) for other in later)
    return PaperStanding.SUPERSEDED if superseded else PaperStanding.VALID


KIND = PaperKind(ExportJob, _report, related=("district",))
