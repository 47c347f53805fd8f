"""Public answer to a verification of a report by 查验码: kind, date and digests of its files."""

from greendistrict.core import clock
from greendistrict.core.papers import Paper, PaperKind
from reports.jobs.models import ExportJob


def _report(job: ExportJob) -> Paper:
    day = job.finished_at.astimezone(clock.SHANGHAI).date() if job.finished_at else None
    files = tuple((file.format.upper(), file.document.sha256) for file in job.files.select_related("document"))
    return Paper("", job.label, job.district.name if job.district else "全市", day, job.get_state_display(), job.is_demo, files)


KIND = PaperKind(ExportJob, _report, related=("district",))
