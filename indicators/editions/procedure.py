"""Procedure of an edition of a standard. No messages: the two posts that keep standards watch the list of editions."""

from django.urls import reverse

from greendistrict.workflow.procedure import Note, Procedure, Step, Taken, row_lock
from indicators.editions.lifecycle import EDITION
from indicators.editions.models import Edition


def _note(taken: Taken) -> Note:
    link = reverse("indicators:edition_detail", args=[taken.obj.pk])
    return Note(f"{taken.obj}：{EDITION.state(taken.obj.status).label}", taken.record.reason, link)


EDITION_STEPS = Procedure(
    machine=EDITION,
    lock=row_lock(Edition),
    words=_note,
    steps={"check": Step(), "publish": Step(), "revise": Step(), "freeze": Step(), "supersede": Step()},
)
