"""Procedure of a proposal: checker and director are asked to decide, the proposer is notified of the result."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock

CHECKER, DIRECTOR, PROPOSER = "city_checker", "city_director", "proposer"


@dataclass(frozen=True)
class ProposalNote:
    """Texts for messages about a proposal: what is changed, new value and reason, and the link to its page."""

    name: str
    body: str
    page: str


def _proposer(proposal: Any, _source: str) -> Iterable[User]:
    return (proposal.proposed_by,)


PARTIES = {
    CHECKER: Party("市级审核", lambda _proposal, _source: holding(Role.CITY_CHECKER)),
    DIRECTOR: Party("市级审定", lambda _proposal, _source: holding(Role.CITY_DIRECTOR)),
    PROPOSER: Party("提出人", _proposer),
}
decided_step = partial(Step, informed=(PROPOSER,), message=Message.CASE_MOVED)


def proposal_procedure(
    machine: Machine,
    model: type[models.Model],
    words: Callable[[Any], ProposalNote],
    *,
    decide: Step,
    before: Mapping[str, Step] | None = None,
) -> Procedure:
    """Procedure of one kind of proposal; ``before``: steps that precede the decision."""

    def note(taken: Taken) -> Note:
        said, reason = words(taken.obj), taken.record.reason
        title = f"{machine.title}{machine.state(taken.record.target).label}：{said.name}"
        return Note(title, f"{said.body}\n意见：{reason}" if reason else said.body, said.page)

    return Procedure(
        machine=machine,
        lock=row_lock(model, "proposed_by"),
        words=note,
        parties=PARTIES,
        events={BEGUN: Event(turn=(CHECKER, DIRECTOR), message=Message.CASE_TODO)},
        steps={**(before or {}), "decide": decide, "refuse": decided_step(), "withdraw": Step()},
    )
