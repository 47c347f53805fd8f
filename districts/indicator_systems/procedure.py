"""Procedure of a version of the indicator system (七（一）1): facts, effects and recipients of its steps."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from districts.indicator_systems.lifecycle import APPROVER, INDICATOR_SYSTEM
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import missing
from districts.indicator_systems.services.indicators import approved_now, on_hand_up
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock

TODO, MOVED = Message.INDICATOR_TODO, Message.INDICATOR_MOVED
WORDS = {  # of steps whose new state does not say what happened
    "take_back": "已由填报人收回修改",
    "send_back": "退回填报",
    "return": "退回填报",
}


def _note(taken: Taken) -> Note:
    system = taken.obj
    link = f"{reverse('districts:indicator_system', kwargs={'code': system.district.code})}?v={system.number}"
    words = WORDS.get(taken.record.action) or INDICATOR_SYSTEM.state(taken.record.target).label
    return Note(f"{system}{words}", taken.record.reason, link, system.district.is_demo)


def _of_applicant(role: Role) -> Callable[[Any, str], Iterable[User]]:
    return lambda system, _source: holding(role, organisation_ids={system.district.applicant_id or 0})


def _approvers(system: IndicatorSystem, _source: str) -> Iterable[User]:
    """Users who may approve, as ``lifecycle.approves_system`` decides for one."""
    others = set(system.district.authorities.exclude(pk=system.district.applicant_id or 0).values_list("pk", flat=True))
    if not others:
        return holding(Role.CITY_OFFICER)
    below = set(Organisation.objects.filter(parent__in=others).values_list("pk", flat=True))
    return holding(Role.AUTHORITY, organisation_ids=others | below)


SYSTEM_STEPS = Procedure(
    machine=INDICATOR_SYSTEM,
    lock=row_lock(IndicatorSystem, "district__applicant", "edition"),
    words=_note,
    facts={"missing": lambda system, _today: missing(system, list(system.rows.all()))},
    parties={
        "preparer": Party("申报主体填报人", _of_applicant(Role.PREPARER)),
        "reviewer": Party("申报主体审核人", _of_applicant(Role.REVIEWER)),
        "approver": Party(APPROVER.label, _approvers),
    },
    steps={
        "hand_up": Step(facts=("missing",), effect=on_hand_up, turn=("reviewer",), message=TODO),
        "take_back": Step(informed=("reviewer",), message=MOVED),
        "sign": Step(facts=("missing",), turn=("approver",), message=TODO),
        "send_back": Step(turn=("preparer",), message=TODO),
        "approve": Step(facts=("missing",), with_state=approved_now, informed=("preparer", "reviewer"), message=MOVED),
        "return": Step(turn=("preparer",), message=TODO),
        "adopt": Step(facts=("missing",), with_state=approved_now, informed=("preparer", "reviewer"), message=MOVED),
    },
)
