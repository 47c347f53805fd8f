"""Fingerprint of the data of a report, so that an equal report is not generated again while it is valid."""

import hashlib

from django.db.models import Count, Max, Q

from greendistrict.audit.models import AuditRecord
from greendistrict.audit.selectors import ACCESS
from greendistrict.core import clock
from reports.jobs.kinds import Wanted, report_kinds

# Recorded actions that change no figure. Every other recorded action makes finished reports outdated.
UNCHANGING = ACCESS | Q(action__startswith="reports.") | Q(action__startswith="audit.") | Q(action__startswith="personal.")


def changes_today() -> str:
    """Number of today's records that may have changed a figure, and the last of them.

    The number also detects a record whose transaction ended after that of a later record.
    """
    since = clock.day_began()
    found = AuditRecord.objects.filter(at__gte=since).exclude(UNCHANGING).order_by().aggregate(count=Count("pk"), last=Max("pk"))
    return f"{found['count']} {found['last']}"


def contents(wanted: Wanted, changes: str) -> str:
    """Digest of a request and of the state of the data, at most as long as ``ExportJob.asked``.

    It includes the day, because deadlines pass without any recorded action.
    """
    stamp = report_kinds.by_key[wanted.kind].stamp
    parts = [
        wanted.year, wanted.district.pk if wanted.district else "", wanted.subject, ",".join(sorted(wanted.formats)), clock.today(),
        changes, wanted.sight, stamp(wanted) if stamp else "",
    ]  # fmt: skip
    return f"{wanted.kind}:{hashlib.sha256('|'.join(map(str, parts)).encode()).hexdigest()}"
