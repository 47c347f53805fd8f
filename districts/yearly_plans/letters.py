"""Forwarding letter (报送函) of a yearly implementation plan, from the authority."""

from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from districts.yearly_plans.models import ImplementationPlan
from districts.yearly_plans.selectors import implementation_plans_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow.letters import Draft, Letter, LetterSource


def plan_drafts(plan: ImplementationPlan, viewer: Viewer) -> Iterator[Draft]:
    """The letter that accompanies the plan to the city; for everybody who sees the plan."""
    del viewer
    yield Draft("sending", "报送函", partial(_sending, plan), ("file",))


def _sending(plan: ImplementationPlan) -> Letter:
    day, items = plan.filed_on, list(plan.items.select_related("district"))
    names = list(dict.fromkeys(item.district.name for item in items))
    count = f"等{len(names)}个城区" if len(names) > 1 else ""
    listed = f"计划列入{'、'.join(names)}{count}，工作{len(items)}项。" if names else "本年度没有列入城区。"
    return Letter(
        title=f"关于报送{plan.authority.name}{plan.year}年度绿色生态城区实施计划的函",
        to=citing.issuer(day),
        paragraphs=(
            (
                f"根据{citing.cited(citing.YEARLY_PLAN, day)}，我单位结合新建城区建设计划和区域更新行动计划，"
                f"编制了{plan.year}年度绿色生态城区实施计划，现予报送。"
            ),
            listed,
        ),
        annexes=(f"{plan.authority.name}{plan.year}年度绿色生态城区实施计划",),
        day=day,
        by=plan.authority.name,
        contact=letter_texts.contact_of(plan.authority.name),
    )


SOURCE = LetterSource(
    ImplementationPlan,
    lambda viewer, pk: implementation_plans_visible_to(viewer).select_related("authority").filter(pk=pk).first(),
    plan_drafts,
    lambda plan: reverse("districts:implementation_plan_edit", args=[plan.pk]),
    lambda plan: plan.is_demo,
)
