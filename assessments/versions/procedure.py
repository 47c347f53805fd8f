"""Procedure of a score table. Its steps follow those of the owning matter, which sends the messages and holds the version."""

from typing import Any

from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreTable
from assessments.versions import services as tables
from greendistrict.workflow.procedure import Note, Procedure, Step, Taken, row_lock


def _note(taken: Taken) -> Note:
    return Note(str(taken.obj))


def _newest(table: ScoreTable, _today: Any) -> int | None:
    return table.versions.order_by("-number").values_list("number", flat=True).first()


TABLE_STEPS = Procedure(
    machine=TABLE,
    lock=row_lock(ScoreTable, "district", "edition"),
    words=_note,
    facts={"version": _newest},
    steps={
        "lock": Step(),
        "unlock": Step(),
        "submit": Step(effect=tables.on_submit, makes=("version", "receipt")),
        "recall": Step(facts=("version",)),
        "return": Step(facts=("version",)),
        "receive": Step(facts=("version",), effect=tables.on_receive),
    },
)
