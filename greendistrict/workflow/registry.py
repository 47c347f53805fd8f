"""Handlers that apps on higher layers attach to steps, which run in the step's transaction, and guards of the steps of all machines."""

from collections.abc import Callable, Iterable
from typing import Any

from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from greendistrict.workflow.machine import Machine, Question, Transition
from greendistrict.workflow.models import TransitionRecord

Handler = Callable[..., None]
Hold = Callable[[Transition, Question], Iterable[Refusal]]
_handlers: Registry[tuple[str, str, Handler]] = Registry(
    "what happens with a step", entry="what else happens when a step was taken, in the same transaction"
)
_holds: Registry[Hold] = Registry(
    "what holds a step of any machine", entry="a guard of the steps of every machine (nothing in quarantine is handed in)"
)


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
