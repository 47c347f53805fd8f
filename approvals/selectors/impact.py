"""Whom a change of a setting touches: counted before anybody decides, and kept with the proposal."""

from collections.abc import Callable
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from approvals.models import CLOSED_STATES, Case, Consultation, Objection, Title
from approvals.models.handling import AWAITED
from approvals.selectors.ruleimpact import Touched, rule_touches
from assessments.models import Review, SelfCheck, StageAssessment
from greendistrict.policy import parameters
from greendistrict.policy.ruleparameters import rule_parameters


def _open_cases() -> QuerySet[Case]:
    return Case.objects.exclude(status__in=CLOSED_STATES)


def _cases(*states: str) -> int:
    return _open_cases().filter(status__in=states).count()


def _case_link(*states: str) -> str:
    return f"{reverse('approvals:case_list')}?{'&'.join(f'status={state}' for state in states)}"


def _handling() -> list[Touched]:
    return [Touched("在受理和形式审查的办件，办理期限重算", _cases("sent", "accepted"), _case_link("sent", "accepted"))]


def _supplement() -> list[Touched]:
    return [
        Touched("待受理和已受理的办件，以后的补正按新值", _cases("sent", "accepted"), _case_link("sent", "accepted")),
        Touched("待补正的办件，已发出的期限不变", _cases("correcting"), _case_link("correcting")),
    ]


def _publicity() -> list[Touched]:
    return [
        Touched("审查有结论、尚未公示的办件", _cases("reviewed"), _case_link("reviewed")),
        Touched("公示中的办件，已开始的公示不变", _cases("notice"), _case_link("notice")),
    ]


def _consulting() -> list[Touched]:
    return [Touched("待答复的部门意见，已发出的期限不变", Consultation.objects.filter(AWAITED).count())]


def _objections() -> list[Touched]:
    return [Touched("待答复的公示意见", Objection.objects.filter(replied_at__isnull=True).count())]


def _reviews() -> list[Touched]:
    return [Touched("未结束的专家评审", Review.objects.exclude(status="concluded").count(), reverse("assessments:review_list"))]


def _chain() -> list[Touched]:
    return [Touched("待审核和待审定的办件", _cases("checking", "deciding", "legal"), _case_link("checking", "deciding"))]


def _titled() -> int:
    return Title.objects.filter(end="").count()


def _self_checks() -> list[Touched]:
    waiting = SelfCheck.objects.exclude(status="received").count()
    return [
        Touched("现有称号的城区", _titled(), reverse("approvals:title_list")),
        Touched("未办结的年度自查", waiting, reverse("assessments:selfcheck_list")),
    ]


def _stages() -> list[Touched]:
    waiting = StageAssessment.objects.exclude(status__in=("qualified", "mended", "unmended")).count()
    return [
        Touched("现有称号的城区", _titled(), reverse("approvals:title_list")),
        Touched("未办结的阶段评估", waiting, reverse("assessments:stage_list")),
    ]


def _titles() -> list[Touched]:
    return [Touched("现有称号的城区", _titled(), reverse("approvals:title_list"))]


def _endorsing() -> list[Touched]:
    return [Touched("待核报和待受理的办件", _cases("endorsing", "sent"), _case_link("endorsing", "sent"))]


# What a key's first word (or the whole key) concerns; a test holds every key against this table.
CONCERNS: dict[str, Callable[[], list[Touched]]] = {
    "plan_due": _titles,
    "approval_chain": _chain,
    "endorsement_mode": _endorsing,
    "form_review_days": _handling,
    "supplement": _supplement,
    "consult_days": _consulting,
    "plot_consult_days": _titles,
    "publicity": _publicity,
    "objection_reply_days": _objections,
    "hearing_days": _chain,
    "panel": _reviews,
    "expert_reply_days": _reviews,
    "spread_limit": _reviews,
    "site_visit_notice_days": _titles,
    "conclusions": _reviews,
    "selfcheck": _self_checks,
    "operation_report": _titles,
    "carbon_verification": _titles,
    "stage": _stages,
    "rectify": _stages,
    "post_evaluation": _titles,
    "obligations_from": _self_checks,
    "reminders": _self_checks,
    "snapshot": _titles,
    "edition_lock": _titles,
    "retention_days": list,
    "plausibility": _self_checks,
    "indicators": _titles,
}


def touched_by(key: str, value: object = None) -> list[Touched]:
    """What the setting concerns today; of a number inside a policy file also whose verdict ``value`` would turn.

    Raises ``UnknownParameter``.
    """
    parameters.default_of(key)
    if key in rule_parameters():
        return rule_touches(key, value if isinstance(value, Decimal) else None)
    find = CONCERNS.get(key) or CONCERNS.get(key.partition(".")[0])
    return find() if find else []
