"""What the guards of a final acceptance are asked with; the gates run live over the frozen pilot baseline."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals import facts as asked
from approvals.models import Case, SiteVisit
from assessments.enums import Conclusion
from districts.facts import district_facts
from districts.models import District
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import parameters
from greendistrict.policy.engine import Verdict, evaluate
from greendistrict.policy.enums import Step
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.inforce import policy_in_force

STEPS = (Step.REQUEST, Step.CONCLUDE)


def gates_of(district: District, on: dt.date) -> list[Verdict]:
    """Rules of step ``request`` for a district on a day. Raises ``NoPolicyInForce``."""
    return evaluate(policy_in_force(on), Step.REQUEST, Facts(district_facts(district, on)), on)


def latest_visit(case: Case) -> SiteVisit | None:
    """The newest site visit of the case."""
    return case.visits.order_by("-number").first()


def visit_facts(case: Case) -> dict[str, Any]:
    """Whether a visit was held and closed, and how many lines still want a finding."""
    visit = latest_visit(case)
    return {
        "exists": visit is not None,
        "done": bool(visit and visit.closed_at),
        "open": visit.rows.filter(required=True, finding="").count() if visit else 0,
    }


def acceptance_policy_facts(case: Case, on: dt.date) -> Facts:
    """Facts of the policy: the district's gates, and the two that this case holds."""
    visit, review = latest_visit(case), case.review
    own = {
        "site_visit_done": FactValue(
            bool(visit and visit.closed_at), note=cn_date(visit.planned_on) if visit else "没有组织", source="现场核查记录"
        ),
        "acceptance_meeting_held": FactValue(
            bool(review and review.concluded_at),
            note=Conclusion(review.conclusion).label if review and review.conclusion else "没有形成结论",
            source="终期验收评审会",
        ),
    }
    return Facts(district_facts(case.district, on)).merge(own)


def acceptance_verdicts(case: Case, on: dt.date) -> dict[str, list[Verdict]]:
    """Verdicts of steps ``request`` and ``conclude``. Raises ``NoPolicyInForce`` when no policy covers ``on``."""
    facts, policy = acceptance_policy_facts(case, on), policy_in_force(on)
    return {step.value: evaluate(policy, step, facts, on) for step in STEPS}


def acceptance_facts(case: Case, on: dt.date | None = None) -> Mapping[str, Any]:
    """Everything the guards of an acceptance may ask, as of ``on`` (today)."""
    day, settings = on or clock.today(), parameters.load()
    return {
        "on": day,
        "policy": acceptance_verdicts(case, day),
        "table": asked.table_facts(case),
        "rounds": {"used": case.corrections.count(), "limit": settings.integer("supplement.rounds")},
        "findings": asked.unanswered(case),
        "form_review": asked.open_form_review(case),
        "questions": asked.unanswered_questions(case),
        "visit": visit_facts(case),
        "conclusion": asked.conclusion_of(case),
        "chain": asked.chain_asked(case, settings),
        "notice": asked.notice_facts(case),
        "batch": asked.batch_of(case),
        "opinions": asked.open_musts(case),
    }
