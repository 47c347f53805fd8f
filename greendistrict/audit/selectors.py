"""The audit log as its keeper reads it. Who may is decided by the view of the app above."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from greendistrict.audit.action_labels import actions_like
from greendistrict.audit.models import AuditRecord, AuditSeal


def records(text: str = "") -> QuerySet[AuditRecord]:
    """Audit records newest first, filtered by a word in actor, action or object; annotated with ``sealed``."""
    rows = AuditRecord.objects.order_by("-pk").annotate(sealed=Exists(AuditSeal.objects.filter(record_id=OuterRef("pk"))))
    if text:
        words = Q(action__in=actions_like(text)) | Q(action__icontains=text)
        rows = rows.filter(words | Q(actor_name__icontains=text) | Q(subject_label__icontains=text))
    return rows
