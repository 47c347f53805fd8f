"""Registry of machines, and of handlers that apps on higher layers attach to steps; handlers run in the step's transaction."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from greendistrict.audit import action_labels
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from greendistrict.workflow.machine import Machine, Question, Transition
from greendistrict.workflow.models import TransitionRecord

Handler = Callable[..., None]
Hold = Callable[[Transition, Question], Iterable[Refusal]]
_machines: Registry[Machine] = Registry(
    "machines", entry="a machine: its states and steps, for printed tables, the audit's words and tests"
)
_handlers: Registry[tuple[str, str, Handler]] = Registry(
    "what happens with a step", entry="what else happens when a step was taken, in the same transaction"
)
_holds: Registry[Hold] = Registry(
    "what holds a step of any machine", entry="a guard of the steps of every machine (nothing in quarantine is handed in)"
)


def register(machine: Machine) -> Machine:
    """Register a machine for the printed lifecycle, the labels of audit records, and the tests."""
    _machines.register(machine.name, machine)
    action_labels.register(
        machine.name, {f"{machine.name}.{step.action}": f"{machine.title}：{step.label}" for step in machine.transitions}
    )
    return machine


def machines() -> tuple[Machine, ...]:
    """All machines, sorted by name."""
    return tuple(sorted(_machines, key=attrgetter("name")))


def machine_named(name: str) -> Machine:
    """Machine by name. Raises ``KeyError``."""
    return _machines.by_key[name]


def on(machine: Machine, action: str, handler: Handler) -> None:
    """Call ``handler(record=, obj=, by=, payload=)`` when ``action`` of ``machine`` was performed."""
    if not any(transition.action == action for transition in machine.transitions):
        msg = f"{machine.name} has no action {action}"
        raise ValueError(msg)
    _handlers.register(f"{machine.name}.{action}: {handler.__module__}.{handler.__qualname__}", (machine.name, action, handler))


def run_handlers(machine: Machine, record: TransitionRecord, **context: Any) -> None:
    """Call the handlers registered for the action of ``record``."""
    for name, action, handler in _handlers:
        if (name, action) == (machine.name, record.action):
            handler(record=record, **context)


def register_hold(key: str, hold: Hold) -> None:
    """Register a guard for all machines: ``hold(transition, question)`` refuses like a guard of the transition."""
    _holds.register(key, hold)


def held(transition: Transition, question: Question) -> tuple[Refusal, ...]:
    """Refusals of the guards registered for all machines."""
    return tuple(refusal for hold in _holds for refusal in hold(transition, question))
