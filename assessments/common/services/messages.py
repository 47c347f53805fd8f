"""Message texts for steps and events of a district's matters."""

from collections.abc import Callable

from django.urls import reverse

from greendistrict.workflow.machine import Machine
from greendistrict.workflow.procedure import Note, Taken


def step_note(machine: Machine, page: str) -> Callable[[Taken], Note]:
    """Build the message of a step: its title is the new state, or the step's name if the state stays; it links to the page ``page``."""

    def words(taken: Taken) -> Note:
        record, matter = taken.record, taken.obj
        step = machine.find(record.action, record.source) if record.source == record.target else None
        said = step.label if step else machine.state(record.target).label
        return Note(f"{matter}：{said}", record.reason, reverse(page, args=[matter.pk]), matter.district.is_demo)

    return words


def event_note(said: str, page: str) -> Callable[[Taken], Note]:
    """Build the message of an event: ``said`` follows the district's name; it links to the page ``page``."""

    def words(taken: Taken) -> Note:
        return Note(f"{taken.obj}{said}", taken.record.reason, reverse(page, args=[taken.obj.pk]), taken.obj.district.is_demo)

    return words
