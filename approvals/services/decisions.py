"""Freezing what a decision stood on.

Called by the machines' own steps through ``workflow.on``, by the title service, and by a change once it is applied.
"""

from typing import Any

from django.db import transaction

from approvals.enums import DossierStep
from approvals.models import Case, DecisionRecord
from approvals.selectors.dossier import PARTS, digest_of, parts_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock

AT_STEP = {
    DossierStep.DECISION: frozenset(PARTS) - {"announcement", "service"},
    DossierStep.ANNOUNCEMENT: frozenset({"announcement", "service", "handling"}),
    DossierStep.CORRECTION: frozenset({"decision", "announcement", "handling"}),
}


@transaction.atomic
def freeze(*, case: Case, step: str, by: User | None) -> DecisionRecord:
    """Keep the parts of a step with their digests; the digest over all goes into the audit record."""
    now = Case.objects.select_related("table__edition__stored", "review", "decision_scan").get(pk=case.pk)
    wanted = AT_STEP[DossierStep(step)]
    parts = {key: {"digest": digest_of(part), "content": part} for key, part in parts_of(now).items() if key in wanted}
    digest = digest_of({key: part["digest"] for key, part in parts.items()})
    record = DecisionRecord.objects.create(case=now, step=step, parts=parts, digest=digest, at=clock.now(), by=by)
    audit.record(action="decision.freeze", by=by, obj=record, data={"case": now.number, "step": str(step), "digest": digest})
    return record


def decided(*, record: Any, obj: Case, by: User | None, payload: Any) -> None:
    """A case was decided, either way: its dossier is frozen in the same transaction."""
    del record, payload
    freeze(case=obj, step=DossierStep.DECISION, by=by)
