"""Procedure of the closing of a year: effects and recipients of its steps."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import BEGUN, Event, Note, Party, Procedure, Step, Taken, row_lock
from reports.closings import services
from reports.closings.forms import ReopeningForm
from reports.closings.lifecycle import YEAR_CLOSING
from reports.closings.models import YearClosing

MESSAGE = Message.YEAR_CLOSING


def _note(taken: Taken) -> Note:
    closing, record = taken.obj, taken.record
    title = f"{closing}：{YEAR_CLOSING.state(record.target).label}（第{closing.edition}版）"
    return Note(title, record.reason, reverse("reports:closing", args=[closing.year]))


def _begun(taken: Taken) -> Note:
    return Note(f"{taken.obj}：收件截止日已过，可以关账", "", reverse("reports:closing", args=[taken.obj.year]))


def _next_edition(closing: Any, _by: User | None, _values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"edition": closing.edition + 1}


def _why(_closing: Any, _by: User | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"reason": values["ground"], "closes_on": values["closes_on"]}


CLOSING_STEPS = Procedure(
    machine=YEAR_CLOSING,
    lock=row_lock(YearClosing),
    words=_note,
    parties={
        "city_officer": Party("市级经办", lambda _closing, _source: holding(Role.CITY_OFFICER)),
        "city_director": Party("市级审定", lambda _closing, _source: holding(Role.CITY_DIRECTOR)),
    },
    events={BEGUN: Event(turn=("city_director",), informed=("city_officer",), message=MESSAGE, words=_begun)},
    steps={
        "close": Step(with_state=_next_edition, effect=services.on_close, makes=("edition",), informed=("city_officer",), message=MESSAGE),
        "correct": Step(
            form=ReopeningForm,
            with_state=_why,
            reason=lambda values, _typed: str(values.get("ground", "")),
            turn=("city_director",),
            informed=("city_officer",),
            message=MESSAGE,
        ),
        "keep": Step(informed=("city_officer",), message=MESSAGE),
    },
)
