"""Results of assessments organised by the city, from the portal and 历史补录, and which failures count for 八（四）.

As read in the policy file: stage assessments and post-evaluations count, self-checks and re-checks after 整改 do not. A passed
assessment or another title resets the count.

Also here: Facts for the guards of a loss of title.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from approvals.cases.enums import CaseState
from approvals.cases.facts import batch_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.titles.models.publicity import Title, held_on
from assessments.common.enums import StageConclusion
from assessments.post_evaluations.models import PostEvaluation
from assessments.stage_assessments.models import CONCLUDED, StageAssessment
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refusal
from greendistrict.core.memoisation import once
from greendistrict.policy import parameters
from greendistrict.policy.engine import NoPolicyInForce, Verdict, refusals, require
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.in_force import policy_for, policy_in_force
from greendistrict.workflow.declaration import Fact


@dataclass(frozen=True)
class CityResult:
    """One concluded assessment: date, name, result and source."""

    on: dt.date
    what: str
    passed: bool
    source: str
    orders_mending: bool = False  # a failure that came with a rectification notice of the portal

    @property
    def conclusion(self) -> StageConclusion:
        """Its result as a conclusion."""
        return StageConclusion.of(passed=self.passed)

    def plain(self) -> dict[str, str]:
        """The result as plain data, stored with a loss file."""
        return {"on": self.on.isoformat(), "what": self.what, "source": self.source}


Found = dict[int, list[CityResult]]
# Results by district id for many districts at once, given by their keys; one query per source.
Source = Callable[[Collection[int]], Found]


def _recorded(districts: Collection[int]) -> Found:
    found: Found = defaultdict(list)
    for row in RecordedAssessment.objects.counted().filter(district__in=districts):
        found[row.district_id].append(CityResult(row.concluded_on, str(row.get_kind_display()), row.passed, f"补录：{row.source}"))
    return found


def _stages(districts: Collection[int]) -> Found:
    rows = StageAssessment.objects.filter(district__in=districts, status__in=CONCLUDED, concluded_at__isnull=False)
    return _concluded(rows.select_related("district"), "阶段评估")


def _post_evaluations(districts: Collection[int]) -> Found:
    rows = PostEvaluation.objects.filter(district__in=districts, concluded_at__isnull=False)
    return _concluded(rows.select_related("district"), "后评估")


def _concluded(rows: Iterable[StageAssessment | PostEvaluation], what: str) -> Found:
    found: Found = defaultdict(list)
    for row in rows:
        if row.concluded_at is not None:
            day, passed = row.concluded_at.astimezone(clock.SHANGHAI).date(), row.conclusion == StageConclusion.QUALIFIED
            ordered = not passed and isinstance(row, StageAssessment) and row.rectify_due is not None
            found[row.district_id].append(CityResult(day, what, passed, str(row), ordered))
    return found


SOURCES: tuple[Source, ...] = (_recorded, _stages, _post_evaluations)


def results_of(districts: Collection[int], on: dt.date) -> Found:
    """By key of district: assessments of the title held ``on`` a day, concluded by then, oldest first; a constant number of queries.

    An unknown grant date counts as held from the beginning.
    """
    return once(_results_of, tuple(sorted(districts)), on) if districts else {}


def _results_of(districts: tuple[int, ...], on: dt.date) -> Found:
    held = Title.objects.filter(held_on(on), district__in=districts).order_by(F("granted_on").asc(nulls_first=True), "pk")
    since = dict(held.values_list("district_id", "granted_on"))
    found: Found = {district: [] for district in districts}
    for source in SOURCES:
        for pk, results in source(districts).items():
            first = since.get(pk) or dt.date.min
            found[pk] += [result for result in results if first <= result.on <= on]
    return {pk: sorted(results, key=lambda one: (one.on, one.what)) for pk, results in found.items()}


def city_results(district: District, on: dt.date) -> list[CityResult]:
    """Assessments of the title of one district, as in ``results_of``."""
    return results_of([district.pk], on)[district.pk]


def last_failures(results: Iterable[CityResult]) -> list[CityResult]:
    """Failed assessments since the last passed one, oldest first."""
    failed: list[CityResult] = []
    for result in results:
        failed = [] if result.passed else [*failed, result]
    return failed


def failures_in_a_row(district: District, on: dt.date) -> list[CityResult]:
    """Failed assessments of the title since the last passed one, oldest first."""
    return last_failures(city_results(district, on))


def failures_fact(district: District, on: dt.date) -> FactValue:
    """Policy fact ``consecutive_failures``."""
    failed = failures_in_a_row(district, on)
    note = "；".join(f"{one.on.year}年{one.on.month}月{one.what}{one.conclusion.label}" for one in failed)
    return FactValue(len(failed), note=note, source="市级评估结论")


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
    return require(policy_for(on, loss.case.created_at), REVOKED, facts, on)


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


def hearing_term(served_on: dt.date) -> tuple[int, dt.date]:
    """Working days for 陈述申辩 by the setting of the day on which the notice was served, and the last of them."""
    days = parameters.load(served_on).integer("hearing_days")
    return days, workdays.current().add(served_on, days)


LOSS_FACTS: Mapping[str, Fact] = {
    "on": lambda _case, on: on,
    "against": _against,
    "missing": lambda case, _on: missing_of(case.loss),
    "chain": lambda _case, _on: parameters.load().words("approval_chain.cancel_or_revoke"),
    "hearing_due": lambda case, _on: case.loss.hearing_due,
    "open_terms": lambda _case, _on: ["hearing_days"] if parameters.load()["hearing_days"].waits else [],
    "batch": lambda case, _on: batch_of(case),
}
