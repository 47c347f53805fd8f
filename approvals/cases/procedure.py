"""Parts shared by the procedures of all kinds of case: lock, parties, message texts, default arguments of a step."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import reverse

from approvals.cases.enums import Deed
from approvals.cases.forms import StepForm
from approvals.cases.lifecycle import machine_of
from approvals.cases.models.cases import Case
from approvals.cases.rules import decided_as
from approvals.cases.selectors.cases import turn_outside
from approvals.cases.selectors.materials import missing_papers
from approvals.cases.services import people
from approvals.common.enums import CaseKind
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.declaration import Words
from greendistrict.workflow.machine import State
from greendistrict.workflow.procedure import Event, Note, Party, Step, Taken, row_lock

EVERYBODY = ("applicant", "authority")
# A decision counts from its own day.
DECIDES: dict[str, Any] = {"own_day": "decided_on", "deed": Deed.DECIDES}
ANNOUNCED_ON = "announcement_line__announcement__announced_on"
case_step = partial(Step, form=StepForm, message=Message.CASE_TODO, informed_message=Message.CASE_MOVED)


# Query that locks the case and reads what its facts need.
lock_case = row_lock(Case, "district__edition", "applicant", "table__edition", "review")


PAPER_FACTS = {"papers": lambda case, _on: missing_papers(case)}


def _party(label: str, *keys: str) -> Party:
    return Party(label, lambda case, _source: people(case, *keys))


def _deciders(case: Case, _source: str) -> list[User]:
    """People who decide the case: 审定, or 审核 where the settings say so; a change has its own approval chain."""
    leaves = case.kind != CaseKind.CHANGE and not is_directors(decided_as(case))
    return people(case, "city_director", "city_checker") if leaves else people(case, "city_director")


PARTIES = {
    "preparer": _party("申报主体填报人", "preparer"),
    "reviewer": _party("申报主体审核人", "reviewer"),
    "applicant": _party("申报主体", "preparer", "reviewer"),
    "authority": _party("区专门机构", "authority"),
    "city_officer": _party("市级经办", "city_officer"),
    "city_checker": _party("市级审核", "city_checker"),
    "city_legal": _party("市级法制", "city_legal"),
    "city_director": Party("市级审定", _deciders),
    "secretariat": _party("评审秘书", "secretariat"),
    "waiting": Party("轮到办理的申报主体或区专门机构", lambda case, _source: people(case, *turn_outside(case))),
}


def words(taken: Taken) -> Note:
    """Message for those who have to act next: state as the city reads it, reason, link to the case."""
    return _note(taken.obj, _state(taken).label, taken.record.reason or "请登录办理", _case_page(taken))


def informed_words(taken: Taken) -> Note:
    """Message for people who are only informed: state as shown to the public; for a returned case a link to their list."""
    case, state = taken.obj, _state(taken)
    page = reverse("approvals:case", args=[case.pk]) if case.submitted_at else reverse("approvals:case_list")
    return _note(case, state.public or state.label, taken.record.reason, page)


def _case_page(taken: Taken) -> str:
    return reverse("approvals:case", args=[taken.obj.pk])


def event_words(what: str, link: Callable[[Taken], str] = _case_page) -> Words:
    """Message about an event that leaves the state unchanged; ``what`` is a format string for the values, the reason is the body."""
    return lambda taken: _note(taken.obj, what.format(**taken.values), taken.record.reason, link(taken))


def _state(taken: Taken) -> State:
    return machine_of(taken.obj).state(taken.record.target)


def _note(case: Case, what: str, body: str, page: str) -> Note:
    return Note(f"{case.number or ''} {case}：{what}".strip(), body, page, case.is_demo)


case_event = partial(Event, message=Message.CASE_TODO)
REMINDED = case_event(turn=("waiting",), words=event_words("请尽快办理"))
ENTERED = case_event(turn=("applicant",), words=event_words("市级经办已按来件代录"))
OBJECTION = case_event(turn=("city_officer",), words=event_words("公示收到意见"))
