"""What the guards of an application are asked with: facts of district, table, endorsements, corrections, review and notice."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.enums import CaseKind, EndorsementMode
from approvals.models import Case, Endorsement, Notice
from approvals.slots import FORM_REVIEW
from assessments.enums import Conclusion
from assessments.selectors import tables
from assessments.selectors.opinions import musts_left
from districts.facts import district_facts
from greendistrict.accounts.models import Organisation
from greendistrict.policy import parameters
from greendistrict.policy.engine import Verdict, evaluate
from greendistrict.policy.enums import Step
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.inforce import policy_in_force

NOTICE_STAGE = {CaseKind.APPLICATION: "grant", CaseKind.ACCEPTANCE: "acceptance"}
STEPS = (Step.FILE, Step.ACCEPT, Step.GRANT)


def policy_facts(case: Case, on: dt.date) -> Facts:
    """Facts of the policy as of ``on``: the district's own, and those that this case holds."""
    return Facts(district_facts(case.district, on)).merge(own_facts(case))


def own_facts(case: Case) -> dict[str, FactValue]:
    """Facts that only an application under way can answer."""
    missing, conclusion = endorsement_missing(case), conclusion_of(case)
    passed = conclusion in {Conclusion.PASSED, Conclusion.PASSED_AFTER}
    label = Conclusion(conclusion).label if conclusion else ""
    return {
        "endorsements_complete": FactValue(not missing, note="；".join(missing) or endorsement_note(case), source="批复与报送"),
        "review_passed": FactValue(passed, note=label, source="专家技术审查"),
    }


def verdicts_of(case: Case, on: dt.date, steps: tuple[Step, ...] = STEPS) -> dict[str, list[Verdict]]:
    """Verdicts by step. Raises ``NoPolicyInForce`` when no policy covers ``on``."""
    facts, policy = policy_facts(case, on), policy_in_force(on)
    return {step.value: evaluate(policy, step, facts, on) for step in steps}


def case_facts(case: Case, on: dt.date, steps: tuple[Step, ...] = STEPS) -> Mapping[str, Any]:
    """Everything the guards may ask; services hand it to ``perform``, pages to ``available_actions``."""
    settings = parameters.load()
    return {
        "on": on,
        "policy": verdicts_of(case, on, steps),
        "table": table_facts(case),
        "endorsement": endorsement_missing(case),
        "rounds": {"used": case.corrections.count(), "limit": settings.integer("supplement.rounds")},
        "findings": unanswered(case),
        "form_review": open_form_review(case),
        "questions": unanswered_questions(case),
        "conclusion": conclusion_of(case),
        "chain": chain_asked(case, settings),
        "notice": notice_facts(case),
        "batch": batch_of(case),
        "opinions": open_musts(case),
    }


def table_facts(case: Case) -> dict[str, Any]:
    """Whether there is a table and what keeps it from being submitted, in words."""
    if case.table is None:
        return {"exists": False, "blocking": []}
    settled = case.table.status in {"submitted", "received"}
    rows = [] if settled else tables.blocking_rows(case.table)
    blocking = [f"{row.item_id} {row.title}：{row.text}" if row.item_id else row.text for row in rows]
    return {"exists": True, "status": case.table.status, "blocking": blocking}


def endorsing_bodies(case: Case) -> list[Organisation]:
    """Bodies whose 批复 the case needs: every authority of the district; the applicant itself only when there is no other."""
    bodies = sorted(case.district.authorities.all(), key=lambda body: body.pk)
    if case.endorsement_mode == EndorsementMode.COMMITTEE_ITSELF:
        others = [body for body in bodies if body.pk != case.applicant_id]
        return others or bodies
    if case.endorsement_mode == EndorsementMode.UNDER_COMMITTEE:
        return [body for body in bodies if body.pk == case.applicant.parent_id] or bodies
    return bodies


def endorsement_missing(case: Case) -> list[str]:
    """What is still to be recorded, one line per body; empty when complete."""
    recorded = {row.authority_id: row for row in case.endorsements.all()}
    bodies = endorsing_bodies(case)
    if not bodies:
        return ["城区没有登记实施主体"]
    lines = []
    for body in bodies:
        row = recorded.get(body.pk) or Endorsement(authority=body)
        if row.missing:
            lines.append(f"{body.name}：缺{'、'.join(row.missing)}")
    return lines


def endorsement_note(case: Case) -> str:
    """Numbers of the recorded approvals."""
    return "、".join(row.approval_number for row in case.endorsements.all())


def unanswered(case: Case) -> int:
    """Findings of the open correction without an answer."""
    latest = case.corrections.order_by("-round").first()
    return latest.findings.filter(answer="").count() if latest else 0


def unanswered_questions(case: Case) -> int:
    """Pre-review questions without an answer."""
    return case.questions.filter(answered_at__isnull=True).count()


def open_form_review(case: Case) -> list[str]:
    """Items of the formal review that are not yet found to hold."""
    lines = []
    for key, title in FORM_REVIEW:
        entry = case.form_review.get(key) or {}
        if entry.get("holds") is None:
            lines.append(f"“{title}”未填写")
        elif not entry["holds"]:
            lines.append(f"“{title}”不符合")
    return lines


def conclusion_of(case: Case) -> str:
    """The experts' conclusion, empty while there is none."""
    return case.review.conclusion if case.review else ""


def chain_asked(case: Case, settings: parameters.Parameters) -> tuple[str, ...]:
    """Links of the settings' chain: an adverse decision goes by that of cancelling and revoking."""
    adverse = conclusion_of(case) not in {"", Conclusion.PASSED, Conclusion.PASSED_AFTER}
    return settings.words(f"approval_chain.{'cancel_or_revoke' if adverse else 'default'}")


def latest_notice(case: Case) -> Notice | None:
    """The newest notice of the case."""
    return case.notices.order_by("-pk").first()


def notice_facts(case: Case) -> dict[str, Any]:
    """Whether a notice is wanted before a title is granted, whether it is over, what is unanswered."""
    settings = parameters.load()
    wanted = settings.flag("publicity.on") and NOTICE_STAGE[CaseKind(case.kind)] in settings.words("publicity.stages")
    notice = latest_notice(case)
    return {
        "wanted": wanted,
        "last_day": notice.closes_on if notice else None,
        "closed": bool(notice and notice.closed_at),
        "unanswered": notice.objections.filter(replied_at__isnull=True).exclude(name="").count() if notice else 0,
        "held_open": held_without_extension(notice) if notice else 0,
    }


def held_without_extension(notice: Notice) -> int:
    """Objections found to hold since the notice was last prolonged: each wants its time to be looked at again."""
    latest = notice.extensions.order_by("-pk").first()
    held = notice.objections.filter(held=True)
    return (held.filter(replied_at__gt=latest.at) if latest else held).count()


def batch_of(case: Case) -> str:
    """Words of the batch the case stands in; empty when in none."""
    line = getattr(case, "announcement_line", None)
    return str(line.announcement) if line else ""


def open_musts(case: Case) -> list[str]:
    """Opinions of the panel that must be followed and are not closed, in words; none before there was a conclusion."""
    return musts_left(case) if case.review_id else []
