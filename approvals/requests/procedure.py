"""Procedures of 延期申请 and 更正: facts, effects and receivers of their steps."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.urls import reverse

from approvals.cases.procedure import PARTIES as OF_CASE
from approvals.cases.procedure import lock_case
from approvals.cases.services import people
from approvals.requests import services as requests
from approvals.requests.lifecycle import EXTENSION, RECTIFICATION
from approvals.requests.models import ExtensionRequest, Rectification
from approvals.requests.selectors import against_rectification, running
from greendistrict.accounts.models import User
from greendistrict.notifications.enums import Message
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken

LONGEST_NOTE = 500
asked_step = partial(Step, message=Message.CASE_TODO, informed_message=Message.CASE_MOVED)


def _note(taken: Taken) -> Note:
    asked, case = taken.obj, taken.obj.case
    state = (EXTENSION if isinstance(asked, ExtensionRequest) else RECTIFICATION).state(taken.record.target)
    title = f"{case.number or ''} {case}：{asked.what}{state.label}".strip()
    body = taken.record.reason or asked.reason
    return Note(title, body[:LONGEST_NOTE], reverse("approvals:case", args=[case.pk]), case.is_demo)


def _lock(model: type[ExtensionRequest] | type[Rectification], pk: int) -> Any:
    """Lock the case first (as its own steps do), then the request."""
    case = lock_case(model._default_manager.values_list("case_id", flat=True).get(pk=pk))
    locked = model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)
    locked.case = case
    return locked


def _of_case(key: str) -> Party:
    """Party of a case, applied to the case of the request."""
    return Party(OF_CASE[key].label, lambda asked, source: OF_CASE[key].people(asked.case, source))


def _extenders(asked: ExtensionRequest, _source: str) -> Iterable[User]:
    """People who decide: 审定, and 审核 if the settings let it decide on extensions."""
    return people(asked.case, "city_director") if is_directors("extend") else people(asked.case, "city_director", "city_checker")


EXTENSION_STEPS = Procedure(
    machine=EXTENSION,
    lock=partial(_lock, ExtensionRequest),
    words=_note,
    events={BEGUN: Event(turn=("city_officer",), message=Message.CASE_TODO)},
    facts={"running": lambda asked, _today: running(asked)},
    parties={"applicant": _of_case("applicant"), "city_officer": _of_case("city_officer"), "city_director": Party("市级审定", _extenders)},
    steps={
        "forward": asked_step(facts=("running",), turn=("city_director",)),
        "grant": asked_step(facts=("running",), effect=requests.on_grant_extension, makes=("due",), informed=("applicant", "city_officer")),
        "refuse": asked_step(effect=requests.on_refuse_extension, informed=("applicant", "city_officer")),
        "withdraw": asked_step(by_source={"asked": ((), ("city_officer",)), "deciding": ((), ("city_officer", "city_director"))}),
    },
)

RECTIFICATION_STEPS = Procedure(
    machine=RECTIFICATION,
    lock=partial(_lock, Rectification),
    words=_note,
    events={BEGUN: Event(turn=("city_checker",), message=Message.CASE_TODO)},
    facts={"against": against_rectification},
    parties={
        "city_director": Party("市级审定", lambda asked, _source: people(asked.case, "city_director")),
        **{key: _of_case(key) for key in ("applicant", "authority", "city_officer", "city_checker")},
    },
    steps={
        "agree": asked_step(facts=("against",), turn=("city_director",)),
        "rectify": asked_step(
            facts=("against",), effect=requests.on_rectify, makes=("value",), informed=("applicant", "authority", "city_officer")
        ),
        "refuse": asked_step(informed=("city_officer",)),
    },
)
