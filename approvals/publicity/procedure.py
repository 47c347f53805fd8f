"""Procedure of an announcement batch: facts and effects of its steps. Messages are sent by the cases that it announces."""

from typing import Any

from django.urls import reverse

from approvals.publicity import services as announcements
from approvals.publicity.lifecycle import ANNOUNCEMENT
from approvals.publicity.selectors import lines_of, waits_for_approval
from approvals.titles.models.publicity import Announcement
from greendistrict.notifications.enums import Message
from greendistrict.workflow.procedure import Note, Party, Procedure, Step, Taken, row_lock


def _note(taken: Taken) -> Note:
    batch: Any = taken.obj
    return Note(f"{batch}：{ANNOUNCEMENT.state(batch.status).label}", "", reverse("approvals:announcement_list"), batch.is_demo)


ANNOUNCEMENT_STEPS = Procedure(
    machine=ANNOUNCEMENT,
    lock=row_lock(Announcement),
    words=_note,
    parties={"applicant": Party("申报主体", by_effect=True), "authority": Party("区专门机构", by_effect=True)},
    facts={"lines": lambda batch, _today: lines_of(batch), "waiting": lambda batch, _today: waits_for_approval(batch)},
    steps={
        "approve": Step(facts=("lines",), effect=announcements.on_approve),
        "publish": Step(
            facts=("lines", "waiting"),
            with_state=announcements.published,
            effect=announcements.on_publish,
            makes=("titles",),
            informed=("applicant", "authority"),
            message=Message.ANNOUNCED,
        ),
        "withdraw": Step(),
    },
)
