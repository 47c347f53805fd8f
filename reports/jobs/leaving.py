"""Reports for which a person waits who leaves the organisation."""

from django.db.models import QuerySet

from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from reports.jobs.enums import OPEN_STATES
from reports.jobs.models import Asker, ExportJob
from reports.jobs.selectors import may_request


def _awaited(person: User) -> QuerySet[ExportJob]:
    return ExportJob.objects.filter(askers__user=person, state__in=OPEN_STATES).select_related("district").order_by("pk")


def reports_awaited(person: User) -> int:
    """Number of reports being generated for the person."""
    return _awaited(person).count()


def hand_on_reports(person: User, to: User) -> int:
    """Let the successor be notified of those reports they may request; returns the number."""
    done = 0
    for job in _awaited(person):
        in_sight = job.district_id is None or files_visible_to(Viewer(to)).filter(pk=job.district_id).exists()
        if may_request(Viewer(to), job.kind) and in_sight:
            done += Asker.objects.get_or_create(job=job, user=to, defaults={"at": clock.now()})[1]
    return done
