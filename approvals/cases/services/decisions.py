"""Record decisions and freeze their dossiers.

Called by the effects of deciding steps, by the title service, and by a change once it is applied.
"""

from django.db import transaction

from approvals.cases.dossier import digest_of, parts_of
from approvals.cases.models.cases import Case
from approvals.cases.models.decisions import DecisionRecord
from approvals.common.enums import DossierStep
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import Taken


@transaction.atomic
def freeze(*, case: Case, step: str, by: User | None) -> DecisionRecord:
    """Store the parts of a step with their digests, and the digest over all of them in the audit record."""
    now = Case.objects.select_related("table__edition__stored", "review", "decision_scan").get(pk=case.pk)
    parts = {key: {"digest": digest_of(part), "content": part} for key, part in parts_of(now, DossierStep(step)).items()}
    digest = digest_of({key: part["digest"] for key, part in parts.items()})
    record = DecisionRecord.objects.create(case=now, step=step, parts=parts, digest=digest, at=clock.now(), by=by)
    audit.record(action="decision.freeze", by=by, obj=record, data={"case": now.number, "step": str(step), "digest": digest})
    return record


def record(taken: Taken) -> None:
    """Store date, number and scan of the decision; the number may be entered later (``numbering``)."""
    case, values = taken.obj, taken.values
    case.decision_number, case.decided_on = fitted(case, "decision_number", str(values.get("number") or "").strip()), values["decided_on"]
    if scan := values.get("scan"):
        case.decision_scan = store(owner=case, upload=scan, kind="决定", title=f"决定 {case.decision_number}".strip(), by=taken.person)
    case.save(update_fields=["decision_number", "decided_on", "decision_scan"])


def record_and_freeze(taken: Taken) -> None:
    """Store the decision and freeze its dossier."""
    record(taken)
    freeze(case=taken.obj, step=DossierStep.DECISION, by=taken.by)
