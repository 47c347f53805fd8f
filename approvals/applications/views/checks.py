"""Policy check on the page of a case: live while the applicant edits, as frozen at submission afterwards."""

from typing import Any

from approvals.cases.enums import AT_RECEIPT, CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import EDITABLE
from approvals.cases.verdicts import Verdicts
from approvals.common.enums import CaseKind
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.engine import Verdict
from greendistrict.policy.enums import Outcome, PolicyStep, RuleLevel

OTHER_TYPE = "不适用于本类城区"
ORDERS: dict[str, tuple[PolicyStep, ...]] = {
    CaseKind.APPLICATION: (PolicyStep.FILE, PolicyStep.ACCEPT, PolicyStep.GRANT),
    CaseKind.ACCEPTANCE: (PolicyStep.REQUEST, PolicyStep.CONCLUDE),
}
FILED = frozenset({PolicyStep.FILE, PolicyStep.REQUEST})
LIVE_FILE = EDITABLE | {CaseState.SIGNING}
UNDER_EXAMINATION = frozenset(
    {
        CaseState.REVIEWING,
        CaseState.REVIEWED,
        CaseState.NOTICE,
        CaseState.CHECKING,
        CaseState.DECIDING,
        CaseState.DECIDED,
        CaseState.ANNOUNCED,
    }
)
GRANTING = UNDER_EXAMINATION | {CaseState.REVISING, CaseState.LEGAL}
REACHED = {
    PolicyStep.ACCEPT: GRANTING | AT_RECEIPT,
    PolicyStep.CONCLUDE: UNDER_EXAMINATION | {CaseState.VISITING, CaseState.FAILED},
    PolicyStep.GRANT: GRANTING,
}


def check_groups(case: Case, policy: Verdicts | None, *, edits: bool) -> list[dict[str, Any]]:
    """Groups as ``components/check.html`` renders them; empty without a policy in force.

    With ``edits`` a failing fact links to the page where it can be corrected.
    """
    if policy is None:
        return []
    groups = []
    for step in ORDERS[case.kind]:
        rows = [row for row in policy[step.value] if row.level != "effect" and row.found != OTHER_TYPE]
        groups.append(_file_group(case, step, rows) if step in FILED else _group(case, step, rows))
    return groups if edits else [{**group, "verdicts": [{**row, "href": ""} for row in group["verdicts"]]} for group in groups]


def _file_group(case: Case, step: PolicyStep, verdicts: list[Verdict]) -> dict[str, Any]:
    submission = case.submissions.order_by("-number").first()
    if case.status in LIVE_FILE or submission is None:
        return {"title": step.label, "note": "随填随核", "verdicts": [row_of(case, verdict) for verdict in verdicts]}
    day = submission.at.astimezone(clock.SHANGHAI)
    kept = submission.content["policy"]["verdicts"]
    rows = [_kept(case, row) for row in kept if row["found"] != OTHER_TYPE]
    return {"title": step.label, "note": f"{cn_date(day)}核对，结果已锁定", "verdicts": rows}


def _kept(case: Case, row: dict[str, str]) -> dict[str, Any]:
    required = row["required"] if row["level"] != RuleLevel.INFO else ""
    return {**row, "required": required, "remedy": _remedy(case, row["rule"], row["remedy"])}


def _group(case: Case, step: PolicyStep, verdicts: list[Verdict]) -> dict[str, Any]:
    is_reached = case.status in REACHED[step]
    rows = [row_of(case, verdict) for verdict in verdicts]
    if not is_reached:
        rows = [
            {**row, "verdict": Outcome.LATER.value, "look": Outcome.LATER.value, "remedy": ""} if row["verdict"] != "n/a" else row
            for row in rows
        ]
    return {"title": step.label, "note": "" if is_reached else "前面环节不核对", "verdicts": rows}


def row_of(case: Case, verdict: Verdict) -> dict[str, Any]:
    """One verdict for the page, with the applicant's reason."""
    return {
        "rule": verdict.rule,
        "level": str(verdict.level),
        "verdict": str(verdict.verdict),
        "title": verdict.title,
        "required": verdict.required if verdict.level != RuleLevel.INFO else "",
        "found": verdict.found,
        "remedy": _remedy(case, verdict.rule, verdict.remedy),
        "cite": verdict.cite,
        "reading": verdict.reading,
        "href": verdict.href if case.status in LIVE_FILE else "",
        "look": verdict.look,
    }


def _remedy(case: Case, rule: str, remedy: str) -> str:
    reason = case.reasons.get(rule, "")
    return f"{remedy}　理由：{reason}" if reason and remedy else remedy
