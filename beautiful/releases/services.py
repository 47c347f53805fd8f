"""Publish the progress of a quarter, and withdraw it."""

from django.db import transaction
from django.urls import reverse

from beautiful.plans.models import ActionPlan
from beautiful.plans.questions import Quarter
from beautiful.releases.models import ProgressRelease
from beautiful.releases.selectors import live_release, may_release, quarters_over, to_freeze
from districts.releases.services import publish, take_back
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused

ONLY = "行动计划进展由“美丽上海统筹”的岗位公开和撤回"


def _hold(plan: ActionPlan, by: User) -> ActionPlan:
    NotAllowed.unless(may_release(posts_of(by)), ONLY)
    return ActionPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)


@transaction.atomic
def release(*, plan: ActionPlan, quarter: Quarter, basis: str, by: User) -> ProgressRelease:
    """Publish the current progress of a past quarter. Raises ``NotAllowed``, ``Refused``."""
    held = _hold(plan, by)
    year, number = quarter
    words = f"{year}年第{number}季度"
    Refused.unless(held.issued_on, "计划印发以后才能公开进展")
    Refused.unless(quarter in quarters_over(held, clock.today()), f"{words}不在计划内或者尚未结束，不能公开")
    Refused.when(live_release(held, quarter), f"{words}的进展已经公开；要改，先撤回")
    frozen = to_freeze(held, quarter)
    Refused.unless(any(task["reported"] for area in frozen["areas"] for task in area["tasks"]), f"{words}没有已核对的进展，不能公开")
    return publish(
        ProgressRelease(plan=held, year=year, quarter=number, basis=basis, frozen=frozen),
        "beautiful.release_progress",
        told=f"{reverse('beautiful:public_progress')} 公开{words}的进展，内容如本页所列",
        by=by,
        year=year,
        quarter=number,
    )


@transaction.atomic
def withdraw(*, plan: ActionPlan, quarter: Quarter, reason: str, by: User) -> ProgressRelease:
    """Withdraw the published progress of a quarter; the release stays on record. Raises ``NotAllowed``, ``Refused``."""
    held = _hold(plan, by)
    year, number = quarter
    live, what = live_release(held, quarter), f"{year}年第{number}季度的进展"
    return take_back(live, "beautiful.withdraw_progress", what=what, reason=reason, by=by, year=year, quarter=number)
