"""Facts for the guards of a loss of title."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from approvals.cases.enums import CaseState
from approvals.cases.facts import batch_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.city_assessments import failures_fact
from approvals.losses.models import LossFile
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.policy.engine import NoPolicyInForce, Verdict, refusals, require
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.in_force import policy_in_force
from greendistrict.workflow.declaration import Fact

FAILURES = "consecutive_failures"
FACTS = "facts"  # slot of the materials that prove the facts held against the holder
REVOKED, CANCELLED = "TITLE-REVOKED", "TITLE-CANCELLED"
CANCEL_CITE = "八（三）"


def failures_asked(on: dt.date) -> int | None:
    """Number of consecutive failures that 八（四） requires; None without a policy in force."""
    try:
        tests = policy_in_force(on).rule(REVOKED).tests
    except NoPolicyInForce:
        return None
    return next((int(test.value) for test in tests if test.fact.name == FAILURES and isinstance(test.value, Decimal)), None)


def revocation_verdicts(loss: LossFile, on: dt.date) -> list[Verdict]:
    """Verdicts of the two conditions of 八（四）. Raises ``NoPolicyInForce``."""
    finding = loss.not_implemented.strip()
    facts = Facts({
        "not_implemented_finding": FactValue(bool(finding), note=finding[:80], source="经办认定的事实与依据"),
        "consecutive_failures": failures_fact(loss.case.district, on),
    })  # fmt: skip
    return require(policy_in_force(on), REVOKED, facts, on)


def against_loss(loss: LossFile, on: dt.date) -> list[Refusal]:
    """Policy conditions for taking the title away that are not met."""
    if loss.ground == LossGround.REVOKE:
        return [*_not_held(loss, TITLED), *refusals(revocation_verdicts(loss, on))]
    found = _not_held(loss, (Stage.PILOT,))
    acceptance = loss.acceptance
    if acceptance is None or acceptance.kind != CaseKind.ACCEPTANCE or acceptance.status != CaseState.FAILED:
        text = "取消试点称号须以终期验收审查未通过为据"
        found.append(Refusal(text, rule=CANCELLED, cite=CANCEL_CITE, required="终期验收不通过", found="查无此验收"))
    return found


def _not_held(loss: LossFile, stages: tuple[str, ...]) -> list[Refusal]:
    district = District.objects.get(pk=loss.case.district_id)
    if district.stage in stages:
        return []
    held = "、".join(Stage(stage).label for stage in stages)
    return [Refusal("城区现在没有这一称号", required=held, found=district.stage_text)]


def missing_of(loss: LossFile) -> list[str]:
    """Texts that are still missing before the file can be submitted; its papers are asked of the checklist."""
    wanted = {"事实": loss.facts, "依据": loss.basis}
    if loss.ground == LossGround.REVOKE:
        wanted["未按要求实施的认定"] = loss.not_implemented
    return [f"请填写{name}" for name, text in wanted.items() if not text.strip()]


def _against(case: Case, on: dt.date) -> list[Refusal]:
    """``against_loss``, or a refusal if no policy covers the day."""
    try:
        return against_loss(case.loss, on)
    except NoPolicyInForce as refused:
        return list(refused.refusals)


LOSS_FACTS: Mapping[str, Fact] = {
    "on": lambda _case, on: on,
    "against": _against,
    "missing": lambda case, _on: missing_of(case.loss),
    "chain": lambda _case, _on: parameters.load().words("approval_chain.cancel_or_revoke"),
    "hearing_due": lambda case, _on: case.loss.hearing_due,
    "batch": lambda case, _on: batch_of(case),
}
