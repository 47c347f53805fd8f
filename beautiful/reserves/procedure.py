"""Procedure of a reserve project (四（二） of the draft): facts, effects and notified people of its steps."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from beautiful.plans.rules import coordinating_role
from beautiful.reserves import selectors, services
from beautiful.reserves.forms import ReserveEntryForm
from beautiful.reserves.lifecycle import RESERVE
from beautiful.reserves.models import ReserveProject
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock

MESSAGE = Message.RESERVE
PROPOSERS, COORDINATORS = ("proposers",), ("coordinators",)


def _note(taken: Taken) -> Note:
    project, record = taken.obj, taken.record
    words = RESERVE.state(record.target).label
    return Note(f"{project}：{words}", record.reason, reverse("beautiful:reserve", args=[project.pk]), project.is_demo)


def _proposers(project: ReserveProject, _source: str) -> list[User]:
    """People of the side that proposed it."""
    found = {user.pk: user for user in holding(Role.AUTHORITY, organisation_ids={project.proposer_id})}
    found |= {user.pk: user for user in holding(Role.PARTNER, organisation_ids={project.proposer_id})}
    return list((found | {user.pk: user for user in holding(coordinating_role(), organisation_ids={project.proposer_id})}).values())


def _listed(_project: Any, _by: User | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: values[name] for name in ("listed_on", "listed_basis")}


RESERVE_STEPS = Procedure(
    machine=RESERVE,
    lock=row_lock(ReserveProject, "proposer"),
    words=_note,
    facts={"screened": selectors.fact_screened},
    parties={
        "proposers": Party("申报单位", _proposers),
        "coordinators": Party("美丽上海统筹", lambda _project, _source: holding(coordinating_role())),
    },
    steps={
        "submit": Step(facts=("screened",), effect=services.on_submit, makes=("number",), turn=COORDINATORS, message=MESSAGE),
        "take_back": Step(),
        "return": Step(turn=PROPOSERS, message=MESSAGE),
        "admit": Step(facts=("screened",), effect=services.on_admit, informed=PROPOSERS, message=MESSAGE),
        "decline": Step(informed=PROPOSERS, message=MESSAGE),
        "list": Step(form=ReserveEntryForm, with_state=_listed, informed=PROPOSERS, message=MESSAGE),
        "remove": Step(informed=PROPOSERS, message=MESSAGE),
    },
)
