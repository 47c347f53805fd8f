"""What a report is made of, as text: the same report is not made a second time while it stands as it is."""

import datetime as dt
import hashlib

from django.db.models import Count, Max, Q

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from reports.jobs.kinds import Wanted, report_kinds

# Recorded actions that change no figure. Every other one that is recorded makes a finished report an old one.
UNCHANGING = (
    Q(action__in=["accounts.login", "accounts.logout", "accounts.login_failed", "accounts.locked_out", "documents.download"])
    | Q(action__startswith="reports.")
    | Q(action__startswith="api.")
    | Q(action__contains="export")
)


def contents(wanted: Wanted) -> str:
    """Digest of a request and of the state of the data, at most as long as ``ExportJob.asked``.

    The day belongs to it, because deadlines pass without anybody doing anything. Number and last of the day's records tell any change:
    the number also one whose transaction ended after that of a later record.
    """
    today = clock.today()
    since = dt.datetime.combine(today, dt.time(), clock.SHANGHAI)
    changes = AuditRecord.objects.filter(at__gte=since).exclude(UNCHANGING).order_by().aggregate(count=Count("pk"), last=Max("pk"))
    stamp = report_kinds.by_key[wanted.kind].stamp
    parts = [
        wanted.year, wanted.district.pk if wanted.district else "", wanted.subject, ",".join(sorted(wanted.formats)), today,
        changes["count"], changes["last"], stamp(wanted) if stamp else "",
    ]  # fmt: skip
    return f"{wanted.kind}:{hashlib.sha256('|'.join(map(str, parts)).encode()).hexdigest()}"
