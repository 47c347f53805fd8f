"""Procedure of a reconsideration or suit: forms, effects and receivers of its steps."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.remedies import forms, services
from approvals.remedies.lifecycle import REMEDY
from approvals.remedies.selectors import against
from approvals.titles.models.remedies import Remedy
from assessments.common.services import people_of
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.notifications.enums import Message
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken

LONGEST_NOTE = 500
MOVED, TODO = Message.CASE_MOVED, Message.CASE_TODO
# Forms and effects of the steps shared by every kind of remedy; each procedure adds the receivers.
PROCEEDINGS: dict[str, Step] = {
    "reply": Step(form=forms.ReplyRemedyForm, effect=services.on_reply, message=MOVED),
    "ordinary": Step(form=forms.OrdinaryForm, effect=services.on_ordinary, message=MOVED),
    "judge": Step(form=forms.FirstInstanceForm, with_state=services.judged, effect=services.on_find, message=MOVED),
    "appeal": Step(form=forms.AppealForm, effect=services.on_appeal, message=MOVED),
    "effect": Step(form=forms.EffectForm, with_state=services.effective, message=TODO),
    "find": Step(form=forms.OutcomeForm, with_state=services.found, effect=services.on_find, message=TODO),
    "send_back": Step(turn=("city_officer",), message=TODO),
    "conclude": Step(with_state=services.concluded, effect=services.closed),
    "retry": Step(effect=services.on_retry, turn=("city_officer",), message=TODO),
}
CITY = ("city_legal", "city_director")
DISTRICT = ("applicant", "authority")


def _lock(pk: int) -> Remedy:
    """Lock the case first, then the remedy."""
    case = Remedy.objects.values_list("case_id", flat=True).get(pk=pk)
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case)
    rows = Remedy.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("case__district", "case__applicant").get(pk=pk)


def remedy_note(machine: Machine, page: str, place: Callable[[Any], str]) -> Callable[[Taken], Note]:
    """Returns the message builder of a step: place and event, with a link to the page named ``page``."""

    def words(taken: Taken) -> Note:
        remedy = taken.obj
        step = machine.find(taken.record.action, taken.record.source)
        title = f"{place(remedy)}{remedy}：{step.label if step else '已登记'}"
        body = taken.record.reason or (remedy.outcome_sentence if remedy.outcome else f"{remedy.matter}，{remedy.body}")
        return Note(title, body[:LONGEST_NOTE], reverse(page, args=[remedy.pk]), remedy.is_demo)

    return words


def holding(role: Role) -> Callable[[Any, str], Iterable[User]]:
    """Party of all people who hold the role."""
    return lambda _remedy, _source: holders(role)


def _side(*names: str) -> Callable[[Remedy, str], Iterable[User]]:
    return lambda remedy, _source: people_of(remedy.case.district, names)


REMEDY_STEPS = Procedure(
    machine=REMEDY,
    lock=_lock,
    words=remedy_note(REMEDY, "approvals:remedy", lambda remedy: remedy.case.district.name),
    facts={"against": lambda remedy, _today: against(remedy)},
    parties={
        "city_officer": Party("市级经办", holding(Role.CITY_OFFICER)),
        "city_legal": Party("市级法制", holding(Role.CITY_LEGAL)),
        "city_director": Party("市级审定", holding(Role.CITY_DIRECTOR)),
        "applicant": Party("申报主体", _side("filler", "reviewer")),
        "authority": Party("区专门机构", _side("authority")),
    },
    events={BEGUN: Event(informed=CITY, message=MOVED)},
    steps={
        **PROCEEDINGS,
        "reply": replace(PROCEEDINGS["reply"], informed=("city_legal",)),
        "ordinary": replace(PROCEEDINGS["ordinary"], informed=("city_legal",)),
        "stay": Step(form=forms.StayForm, effect=services.on_stay, informed=(*CITY, *DISTRICT), message=MOVED),
        "lift": Step(form=forms.LiftForm, effect=services.on_lift, informed=(*CITY, *DISTRICT), message=MOVED),
        "find": replace(PROCEEDINGS["find"], turn=("city_director",)),
        "confirm": Step(facts=("against",), effect=services.on_confirm, informed=("city_officer", "city_legal", *DISTRICT), message=MOVED),
        "judge": replace(PROCEEDINGS["judge"], informed=(*CITY, *DISTRICT)),
        "appeal": replace(PROCEEDINGS["appeal"], informed=(*CITY, *DISTRICT)),
        "effect": replace(PROCEEDINGS["effect"], turn=("city_director",)),
        "confirm_redo": Step(effect=services.on_confirm_redo, turn=("city_officer",), informed=("city_legal", *DISTRICT), message=TODO),
        "redone": Step(
            form=forms.RedoneForm,
            with_state=services.redone,
            effect=services.closed,
            informed=("city_legal", "city_director", *DISTRICT),
            message=MOVED,
        ),
        "conclude": replace(PROCEEDINGS["conclude"], effect=services.on_conclude),
    },
)
