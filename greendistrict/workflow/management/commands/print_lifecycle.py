"""Print every machine as a table and a diagram: ``manage.py print_lifecycle``, kept nowhere (``make printed``)."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from greendistrict.workflow.declaration import machines, procedure_named
from greendistrict.workflow.machine import Machine, Transition

HEAD = """# Lifecycles

Printed by `manage.py print_lifecycle` from the machines in the code.
A state and an action that stand in no table are refused. Steps of "system" follow from another decision and belong to nobody.
"""


class Command(BaseCommand):
    """Print all machines."""

    help = "Print every lifecycle as a table and a Mermaid diagram."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write to standard output."""
        del args, options
        self.stdout.write(document(), ending="")


def document() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(line for machine in machines() for line in section(machine))])


def section(machine: Machine) -> Iterator[str]:
    """One machine: states, transitions, diagram."""
    yield f"## {machine.title} `{machine.name}`"
    yield ""
    yield f"Model `{machine.model}`, field `{machine.field}`, begins as `{machine.initial}`."
    yield ""
    yield "| state | staff read | the public reads | final |"
    yield "|---|---|---|---|"
    for state in machine.states:
        yield f"| `{state.key}` | {state.label} | {state.public or '—'} | {'yes' if state.final else ''} |"
    yield ""
    yield "| from | action | to | who | conditions | reason | notified |"
    yield "|---|---|---|---|---|---|---|"
    for transition in machine.transitions:
        yield row(machine, transition)
    yield ""
    yield from event_rows(machine)
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {machine.initial}"
    for transition in machine.transitions:
        for source in transition.sources:
            yield f"    {source} --> {transition.target}: {transition.label}"
    for state in machine.states:
        if state.final:
            yield f"    {state.key} --> [*]"
    yield "```"
    yield ""


def event_rows(machine: Machine) -> Iterator[str]:
    """Table of events (without a step) and their receivers; empty if the procedure has none."""
    procedure = procedure_named(machine.name)
    if procedure.events:
        yield "| event, the state stays | notified |"
        yield "|---|---|"
        for name, event in procedure.events.items():
            yield f"| `{name}` | {procedure.notified_by(event).words} |"
        yield ""


def row(machine: Machine, transition: Transition) -> str:
    """One transition as a table row."""
    people = "、".join(seat.label for seat in transition.seats)
    who = "system" if transition.by_system and not people else f"{people}、system" if transition.by_system else people
    cells = (
        ", ".join(f"`{source}`" for source in transition.sources),
        f"`{transition.action}` {transition.label}",
        f"`{transition.target}`",
        who,
        ", ".join(f"`{guard.__name__.lstrip('_')}`" for guard in transition.guards) or "—",
        "required" if transition.reason_required else "",
        _receivers(machine, transition) or "—",
    )
    return f"| {' | '.join(cells)} |"


def _receivers(machine: Machine, transition: Transition) -> str:
    """Text after 通知; if it differs by source state, one text for each."""
    procedure, sources = procedure_named(machine.name), dict[str, list[str]]()
    for source in transition.sources:
        sources.setdefault(procedure.receivers(transition.action, source).words, []).append(f"`{source}`")
    if len(sources) == 1:
        return next(iter(sources))
    return "; ".join(f"{', '.join(states)}: {words or '—'}" for words, states in sources.items())
