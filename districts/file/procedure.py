"""Procedure of a district's stage. Its steps are taken by title decisions of approvals, whose procedures send the messages."""

from django.urls import reverse

from districts.file.lifecycle import DISTRICT
from districts.file.models.district import District
from districts.file.services import on_recall, on_title, on_title_end
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken, row_lock


def _note(taken: Taken) -> Note:
    district = taken.obj
    return Note(f"{district}：{district.stage_label}", taken.record.reason, reverse("districts:district_detail", args=[district.code]))


DISTRICT_STEPS = Procedure(
    machine=DISTRICT,
    lock=row_lock(District),
    words=_note,
    steps={
        "grant_pilot": Step(effect=on_title),
        "grant_demonstration": Step(effect=on_title),
        "cancel_title": Step(effect=on_title_end),
        "leave_programme": Step(effect=on_title_end),
        "revoke_title": Step(effect=on_title_end),
        "recall_title": Step(effect=on_recall),
        "recall_to_pilot": Step(effect=on_title),
        "restore_pilot": Step(effect=on_title),
        "restore_demonstration": Step(effect=on_title),
        "record_pilot": Step(effect=on_title),
        "record_demonstration": Step(effect=on_title),
    },
)
