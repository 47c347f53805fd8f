"""Queries of the audit log for its keeper. The views on higher layers check who may read it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from greendistrict.audit.action_labels import actions_like
from greendistrict.audit.models import AuditRecord, AuditSeal
from greendistrict.core import clock

# Access records: sign-ins, refusals, reading and exports. They change no data, and nothing refers to them.
ACCESS = (
    Q(action__in=["accounts.login", "accounts.logout", "accounts.login_failed", "accounts.locked_out", "documents.download"])
    | Q(action__startswith="access.")
    | Q(action__startswith="api.")
    | Q(action__contains="export")
)


@dataclass(frozen=True)
class Asked:
    """Filter conditions; empty ones are ignored. ``action`` and ``q`` also match the Chinese labels of actions."""

    q: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    person: str = ""
    action: str = ""
    obj: str = ""
    address: str = ""


def records(asked: Asked | str = "") -> QuerySet[AuditRecord]:
    """Audit records, newest first, matching the conditions, or a text in actor, action or object; annotated with ``sealed``."""
    wanted = Asked(q=asked) if isinstance(asked, str) else asked
    rows = AuditRecord.objects.order_by("-pk").annotate(sealed=Exists(AuditSeal.objects.filter(record_id=OuterRef("pk"))))
    if wanted.q:
        rows = rows.filter(_action(wanted.q) | Q(actor_name__icontains=wanted.q) | Q(subject_label__icontains=wanted.q))
    if wanted.first_day:
        rows = rows.filter(at__gte=dt.datetime.combine(wanted.first_day, dt.time(), clock.SHANGHAI))
    if wanted.last_day:
        rows = rows.filter(at__lt=clock.end_of(wanted.last_day))
    if wanted.person:
        rows = rows.filter(
            Q(actor_name__icontains=wanted.person)
            | Q(data__principal__icontains=wanted.person)
            | Q(data__username__icontains=wanted.person)
        )
    if wanted.action:
        rows = rows.filter(_action(wanted.action))
    if wanted.obj:
        rows = rows.filter(Q(subject_label__icontains=wanted.obj) | Q(subject=wanted.obj))
    if wanted.address:
        rows = rows.filter(address__startswith=wanted.address)
    return rows


def _action(words: str) -> Q:
    return Q(action__in=actions_like(words)) | Q(action__icontains=words)
