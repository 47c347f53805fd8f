"""Facts for the guards of a final acceptance; the gates are computed live over the frozen pilot baseline."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from approvals.acceptances.models import SiteVisit
from approvals.cases.enums import CaseState
from approvals.cases.facts import CASE_FACTS
from approvals.cases.models.cases import Case
from approvals.cases.selectors.presence import may_have
from approvals.cases.verdicts import verdict_facts
from assessments.common.enums import Conclusion
from districts.facts.facts import district_facts
from districts.file.models.district import District
from greendistrict.core import memoisation
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy.engine import Verdict, evaluate
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.in_force import policy_for, policy_in_force
from greendistrict.workflow.declaration import Fact

STEPS = (PolicyStep.REQUEST, PolicyStep.CONCLUDE)
VISITING: dict[str, str] = {CaseState.ACCEPTED: "已受理，等待现场核查", CaseState.VISITING: "正在现场核查"}
MEETING: dict[str, str] = {
    CaseState.ACCEPTED: "已受理，等待现场核查和评审会",
    CaseState.VISITING: "正在现场核查，等待评审会",
    CaseState.REVIEWING: "正在终期验收评审，等待结论",
}


def gates_of(district: District, on: dt.date) -> list[Verdict]:
    """Verdicts of the rules of step ``request`` for a district on a day. Raises ``NoPolicyInForce``."""
    return evaluate(policy_in_force(on), PolicyStep.REQUEST, Facts(district_facts(district, on)), on)


def latest_visit(case: Case) -> SiteVisit | None:
    """The newest site visit of the case."""
    return memoisation.once(_latest_visit, case) if may_have(case, "visits") else None


def _latest_visit(case: Case) -> SiteVisit | None:
    return case.visits.order_by("-number").first()


def visit_facts(case: Case) -> dict[str, Any]:
    """Whether a visit was held and closed, and how many of its lines lack a finding."""
    visit = latest_visit(case)
    return {
        "exists": visit is not None,
        "done": bool(visit and visit.closed_at),
        "open": visit.rows.filter(required=True, finding="").count() if visit else 0,
    }


def acceptance_policy_facts(case: Case, on: dt.date) -> Facts:
    """Policy facts of an acceptance: the facts of the district plus two that only the case supplies."""
    visit, review = latest_visit(case), case.review
    visited, concluded = bool(visit and visit.closed_at), bool(review and review.concluded_at)
    visiting = "" if visited else VISITING.get(case.status, "")
    meeting = "" if concluded else MEETING.get(case.status, "")
    page = reverse("approvals:case", args=[case.pk])
    own = {
        "site_visit_done": FactValue(
            visited,
            note=visiting or (cn_date(visit.planned_on) if visit else "没有组织"),
            source="现场核查记录",
            link=reverse("approvals:case_visit", args=[case.pk]) if visit else page,
            underway=bool(visiting),
        ),
        "acceptance_meeting_held": FactValue(
            concluded,
            note=meeting or (Conclusion(review.conclusion).label if review and review.conclusion else "没有形成结论"),
            source="终期验收评审会",
            link=page,
            underway=bool(meeting),
        ),
    }
    return Facts(district_facts(case.district, on)).merge(own)


def acceptance_verdicts(case: Case, on: dt.date, steps: tuple[PolicyStep, ...] = STEPS) -> dict[str, list[Verdict]]:
    """Verdicts of the policy steps ``request`` and ``conclude``, by step. Raises ``NoPolicyInForce`` when no policy covers ``on``."""
    facts, policy = acceptance_policy_facts(case, on), policy_for(on, case.accepted_at)
    return {step.value: evaluate(policy, step, facts, on) for step in steps}


ACCEPTANCE_FACTS: Mapping[str, Fact] = {
    **CASE_FACTS,
    **verdict_facts(acceptance_verdicts, *STEPS),
    "visit": lambda case, _on: visit_facts(case),
}
