"""What the guards of a loss of title are asked with."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from approvals.cityresults import failures_fact
from approvals.enums import CaseKind, LossGround
from approvals.facts import batch_of
from approvals.models import Case, LossFile
from districts.enums import Stage
from districts.models import District
from greendistrict.core import clock
from greendistrict.core.errors import Refusal
from greendistrict.policy import parameters
from greendistrict.policy.engine import NoPolicyInForce, Verdict, refusals, require
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.inforce import policy_in_force

FAILURES = "consecutive_failures"
REVOKED, CANCELLED = "TITLE-REVOKED", "TITLE-CANCELLED"
CANCEL_CITE = "八（三）"


def failures_asked(on: dt.date) -> int | None:
    """How many failures in a row 八（四） asks; None when no policy is in force."""
    try:
        tests = policy_in_force(on).rule(REVOKED).tests
    except NoPolicyInForce:
        return None
    return next((int(test.value) for test in tests if test.fact.name == FAILURES and isinstance(test.value, Decimal)), None)


def revocation_verdicts(loss: LossFile, on: dt.date) -> list[Verdict]:
    """Both halves of 八（四）, each with what is required and found. Raises ``NoPolicyInForce``."""
    finding = loss.not_implemented.strip()
    facts = Facts({
        "not_implemented_finding": FactValue(bool(finding), note=finding[:80], source="经办认定的事实与依据"),
        "consecutive_failures": failures_fact(loss.case.district, on),
    })  # fmt: skip
    return require(policy_in_force(on), REVOKED, facts, on)


def against_loss(loss: LossFile, on: dt.date) -> list[Refusal]:
    """What the policy asks before the title is taken away and is not there."""
    if loss.ground == LossGround.REVOKE:
        return [*_not_held(loss, (Stage.PILOT, Stage.DEMONSTRATION)), *refusals(revocation_verdicts(loss, on))]
    found = _not_held(loss, (Stage.PILOT,))
    acceptance = loss.acceptance
    if acceptance is None or acceptance.kind != CaseKind.ACCEPTANCE or acceptance.status != "failed":
        text = "取消试点称号须以终期验收审查未通过为据"
        found.append(Refusal(text, rule=CANCELLED, cite=CANCEL_CITE, required="终期验收不通过", found="没有这样的验收"))
    return found


def _not_held(loss: LossFile, stages: tuple[str, ...]) -> list[Refusal]:
    district = District.objects.get(pk=loss.case.district_id)
    if district.stage in stages:
        return []
    held = "、".join(Stage(stage).label for stage in stages)
    return [Refusal("城区现在没有这一称号", required=held, found=district.get_stage_display())]


def missing_of(loss: LossFile) -> list[str]:
    """What has to be written before anybody is asked to agree."""
    wanted = {"事实": loss.facts, "依据": loss.basis}
    if loss.ground == LossGround.REVOKE:
        wanted["未按要求实施的认定"] = loss.not_implemented
    return [name for name, text in wanted.items() if not text.strip()]


def loss_facts(case: Case, on: dt.date | None = None) -> Mapping[str, Any]:
    """Everything the guards of a loss of title may ask, as of ``on`` (today)."""
    day, loss = on or clock.today(), case.loss
    return {
        "on": day,
        "against": against_loss(loss, day),
        "missing": missing_of(loss),
        "chain": parameters.load().words("approval_chain.cancel_or_revoke"),
        "hearing_due": loss.hearing_due,
        "batch": batch_of(case),
    }
