"""The only way upward: handlers that higher apps register in ``AppConfig.ready()``, run in the same transaction."""

from collections.abc import Callable
from typing import Any

from greendistrict.audit import words
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.models import TransitionRecord

Handler = Callable[..., None]
_machines: dict[str, Machine] = {}
_handlers: dict[tuple[str, str], list[Handler]] = {}


def register(machine: Machine) -> Machine:
    """Make a machine known to the printed lifecycle, the audit's readers and the tests."""
    _machines[machine.name] = machine
    words.teach({f"{machine.name}.{step.action}": f"{machine.title}：{step.label}" for step in machine.transitions})
    return machine


def machines() -> tuple[Machine, ...]:
    """All machines by name."""
    return tuple(_machines[name] for name in sorted(_machines))


def machine_named(name: str) -> Machine:
    """Machine by name. Raises ``KeyError``."""
    return _machines[name]


def on(machine: Machine, action: str, handler: Handler) -> None:
    """Call ``handler(record=, obj=, by=, payload=)`` when ``action`` of ``machine`` was performed."""
    if not any(transition.action == action for transition in machine.transitions):
        msg = f"{machine.name} has no action {action}"
        raise ValueError(msg)
    handlers = _handlers.setdefault((machine.name, action), [])
    if handler not in handlers:
        handlers.append(handler)


def run_handlers(machine: Machine, record: TransitionRecord, **context: Any) -> None:
    """Run what was registered for the action of ``record``."""
    for handler in _handlers.get((machine.name, record.action), ()):
        handler(record=record, **context)
