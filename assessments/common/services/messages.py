"""Message texts for steps of a district's matters."""

from collections.abc import Callable

from django.urls import reverse

from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import Note, Step, Taken


def step_note(machine: Machine, page: str) -> Callable[[Taken, Step], Note]:
    """Message of a step: title is the new state, or the step if the state stays; opens the page named ``page``."""

    def words(taken: Taken, _step: Step) -> Note:
        record, matter = taken.record, taken.obj
        step = machine.find(record.action, record.source) if record.source == record.target else None
        said = step.label if step else machine.state(record.target).label
        return Note(f"{matter}：{said}", record.reason, reverse(page, args=[matter.pk]), matter.district.is_demo)

    return words
