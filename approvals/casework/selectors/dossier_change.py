"""Dossier parts of a change (request and result), and of entries made by the officer on behalf of others."""

from approvals.cases.dossier import Part
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds import change_kind
from approvals.changes.models import Change
from greendistrict.accounts.acting import named


def change_part(case: Case) -> Part:
    """变更: request, values before and after, effects at signing and at the decision, and the records it produced."""
    change = Change.objects.filter(case=case).first()
    if change is None:
        return {}
    kind = change_kind(change.kind)
    return {
        "kind": [change.kind, kind.label],
        "reason": change.reason,
        "values": change.values,
        "lines": change.lines,
        "effects": change.effects,
        "settled": change.settled,
        "result": change.result,
        "applied_at": change.applied_at.isoformat() if change.applied_at else None,
        "made": kind.trace(case) if change.applied_at else {},
    }


def entered_part(case: Case) -> Part:
    """代录: what arrived, how, when, from whom, and who entered it; the scans are part of the evidence."""
    rows = case.paper_entries.select_related("scan", "entered_by").order_by("pk")
    return {
        f"第{number}件": {
            "what": row.what,
            "came": [row.get_way_display(), row.received_on.isoformat(), row.on_behalf, row.note],
            "scan": [str(row.scan.key), row.scan.sha256] if row.scan else None,
            "by": named(row, "entered_by"),
            "at": row.entered_at.isoformat(),
        }
        for number, row in enumerate(rows, start=1)
    }
