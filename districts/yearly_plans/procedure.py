"""Procedure of a yearly implementation plan (六（三）): facts, effects and recipients of its steps."""

from collections.abc import Iterable

from django.urls import reverse

from districts.yearly_plans import services
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock

WORDS = {"file": "已上报，请接收", "recall": "已由实施主体撤回", "note": "已由市级接收", "return": "已退回，请修改后重新上报"}


def _note(taken: Taken) -> Note:
    plan = taken.obj
    link = reverse("districts:implementation_plan_edit", args=[plan.pk])
    return Note(f"{plan}{WORDS[taken.record.action]}", taken.record.reason, link, plan.is_demo)


def _officers(_plan: ImplementationPlan, _source: str) -> Iterable[User]:
    return holding(Role.CITY_OFFICER)


def _authority(plan: ImplementationPlan, _source: str) -> Iterable[User]:
    """People of the authority and of the bodies that act for it."""
    return holding(Role.AUTHORITY, organisation_ids={plan.authority_id, *plan.authority.bodies.values_list("pk", flat=True)})


PLAN_STEPS = Procedure(
    machine=IMPLEMENTATION_PLAN,
    lock=row_lock(ImplementationPlan, "authority"),
    words=_note,
    facts={"missing": lambda plan, _today: services.missing_of(plan)},
    parties={"city_officer": Party("市级经办", _officers), "authority": Party("实施主体", _authority)},
    steps={
        "file": Step(facts=("missing",), effect=services.on_file, turn=("city_officer",), message=Message.PLAN_TODO),
        "recall": Step(effect=services.on_take_back, informed=("city_officer",), message=Message.PLAN_MOVED),
        "note": Step(informed=("authority",), message=Message.PLAN_MOVED),
        "return": Step(effect=services.on_take_back, turn=("authority",), message=Message.PLAN_TODO),
    },
)
