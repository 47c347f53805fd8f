"""Write and seal audit records. For whom an actor acted is looked up by what the accounts app, on a higher layer, registers."""

import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from django.db import connection, models, transaction

from greendistrict.audit import anchors
from greendistrict.audit.chain import content_of, link
from greendistrict.audit.models import AuditPending, AuditRecord, AuditSeal
from greendistrict.core import clock, memoisation, request_id
from greendistrict.core.columns import fitted
from greendistrict.core.registry import Registry


class Actor(Protocol):
    """Whoever is recorded as actor: primary key and name."""

    pk: int
    name: str


_principals: Registry[Callable[[Actor, str, Any], str]] = Registry("for whom somebody acted", entry="for whom somebody acted")


def ask_for_principals(of_act: Callable[[Actor, str, Any], str]) -> None:
    """Register ``of_act(by, action, obj)``, which returns the name of the person represented, or an empty text. Called once at start-up."""
    _principals.register("accounts", of_act)


def principal_of(by: Actor, action: str, obj: Any) -> str:
    """Name of the person the actor represented; empty if the actor acted for oneself."""
    return next(filter(None, (of_act(by, action, obj) for of_act in _principals)), "")


logger = logging.getLogger(__name__)
SEAL_LOCK = 7_203_113
BATCH = 1000
ROUND_SECONDS = 120  # a minute before the task is asked to end


def subject_of(obj: models.Model) -> str:
    """Key of a stored object in records, such as ``approvals.case:12``."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def record(
    *, action: str, by: Actor | None, obj: models.Model | None = None, data: dict[str, Any] | None = None, label: str = "", name: str = ""
) -> AuditRecord:
    """Append one record in the caller's transaction.

    The data of an act on behalf of somebody contain ``principal``. ``label``: what the act concerned, if that is no stored object;
    ``name``: who acted, if that person has no account. What this request or job has read and kept is read again afterwards.
    """
    memoisation.forget()
    principal = principal_of(by, action, obj) if by else ""
    row = AuditRecord.objects.create(
        at=clock.now(),
        actor_id=by.pk if by else None,
        actor_name=by.name if by else name or "系统",
        action=action,
        subject=subject_of(obj) if obj else "",
        subject_label=fitted(AuditRecord, "subject_label", str(obj) if obj else label),
        data={**(data or {}), **({"principal": principal} if principal else {})},
        request_id=request_id.current(),
        address=request_id.address(),
    )
    # The log is stored elsewhere, so a record deleted before its sealing has left a line there.
    transaction.on_commit(lambda: logger.info("audit record %s %s", row.pk, row.action))
    return row


def seal() -> int:
    """Seal committed records and anchor the end of the chain; returns their number. A lock serialises sealing.

    Each batch is committed by itself, so that a backlog of any length is worked off over several runs. Raises ``OSError`` where the
    anchor cannot be written: the seals stand, the next sealing anchors them.
    """
    sealed, until = 0, time.monotonic() + ROUND_SECONDS
    while (count := _seal_next()) is not None:
        sealed += count
        if count < BATCH or time.monotonic() > until:
            anchors.write()
            break
    return sealed


def _seal_next() -> int | None:
    """Seal the next batch; None while somebody else is sealing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
            if not cursor.fetchone()[0]:
                return None
        waiting = list(AuditPending.objects.order_by("record_id").values_list("record_id", flat=True)[:BATCH])
        if waiting:
            last = AuditSeal.objects.order_by("-number").first()
            rows = AuditRecord.objects.in_bulk(waiting)
            now, made = clock.now(), []
            for pk in waiting:
                number, content = (last.number if last else 0) + 1, content_of(rows[pk]) if pk in rows else ""
                digest = link(last.digest if last else "", number, pk, content)
                last = AuditSeal(number=number, record_id=pk, content=content, digest=digest, sealed_at=now)
                made.append(last)
            AuditSeal.objects.bulk_create(made)
    return len(waiting)
