"""State machines as data; pure, without Django. Only combinations of state and action in the table exist."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any

from greendistrict.core.errors import Refusal

if TYPE_CHECKING:
    from greendistrict.accounts.selectors import HeldPosts

Guard = Callable[["Question"], Iterable[Refusal]]


@dataclass(frozen=True)
class Question:
    """Argument of a guard: the object, and who asks on which day (``held``; the system holds no posts).

    Guards ask for ``facts`` by ``reads``. ``typed`` is False while a step is only offered; nothing has been typed then, so guards on
    ``payload`` pass.
    """

    obj: Any
    held: "HeldPosts"
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    typed: bool = True

    @property
    def today(self) -> dt.date:
        """Day of the question: that on which the posts are held."""
        return self.held.day


def reads(*names: str) -> Callable[[Callable[..., Iterable[Refusal]]], Guard]:
    """Decorator: make a guard of a function of the question and the named facts.

    The row of each step with this guard has to name these facts: ``Procedure`` compares both when the program starts.
    """

    def make(test: Callable[..., Iterable[Refusal]]) -> Guard:
        @wraps(test)
        def guard(question: Question) -> Iterable[Refusal]:
            return tuple(test(question, *(question.facts[name] for name in names)))

        vars(guard)["facts"] = names
        return guard

    return make


def facts_read(guard: Guard) -> frozenset[str]:
    """Names of the facts that a guard asks for."""
    return frozenset(vars(guard).get("facts", ()))


@dataclass(frozen=True)
class Seat:
    """Who may take a step: a label for tables and documents, and the predicate of held posts and object that decides."""

    key: str
    label: str
    holds: Callable[[Any, Any], bool]


@dataclass(frozen=True)
class State:
    """A state with its labels for staff and for the public. A member of an enumeration that has a label or a tone brings them with it.

    ``phase`` is the part of the matter's progress bar that is current in this state, ``outside_phase`` the part as outsiders see it;
    ``inside``: whoever is outside of the deciding body does not learn that the matter is in this state.
    """

    key: str
    label: str = ""
    public: str = ""
    tone: str = ""
    final: bool = False
    phase: str = ""
    outside_phase: str = ""
    inside: bool = False

    def __post_init__(self) -> None:
        """Take from the key what is not given."""
        object.__setattr__(self, "label", self.label or str(getattr(self.key, "label", "")))
        object.__setattr__(self, "tone", self.tone or getattr(self.key, "tone", "") or "neutral")


@dataclass(frozen=True)
class Transition:
    """One transition: action, sources, target, seats and guards."""

    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    seats: tuple[Seat, ...]
    guards: tuple[Guard, ...] = ()
    message: str = ""
    reason_required: bool = False
    confirm: bool = False
    tone: str = "secondary"
    by_system: bool = False
    page: str = ""
    adverse: bool = False  # a decision against a party; deputies may not take it unless the settings permit


@dataclass(frozen=True)
class Machine:
    """A state machine as a table. ``field`` is the attribute that holds the state; only ``perform`` writes it."""

    name: str
    title: str
    model: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    field: str = "status"
    initial: str = ""

    def __post_init__(self) -> None:
        """Refuse a contradictory table, or states of several enumerations, whose members may be equal as text."""
        known, named = {state.key for state in self.states}, self._enumerations()
        if len(named) > 1:
            msg = f"{self.name}: states of {', '.join(sorted(kind.__name__ for kind in named))}"
            raise ValueError(msg)
        seen: set[tuple[str, str]] = set()
        for transition in self.transitions:
            if unknown := {*transition.sources, transition.target} - known:
                msg = f"{self.name}.{transition.action}: unknown states {sorted(unknown)}"
                raise ValueError(msg)
            for source in transition.sources:
                if (source, transition.action) in seen:
                    msg = f"{self.name}: {transition.action} twice from {source}"
                    raise ValueError(msg)
                seen.add((source, transition.action))

    def _enumerations(self) -> set[type]:
        moves = (key for transition in self.transitions for key in (*transition.sources, transition.target))
        return {type(state.key) for state in self.states} | {type(key) for key in (self.initial, *moves)} - {str}

    def state(self, key: str) -> State:
        """State by key. Raises ``KeyError``."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    def named(self, *actions: str) -> frozenset[str]:
        """Names of steps for code outside of the machine. Raises ``ValueError`` for one that is not in the table."""
        if unknown := set(actions) - {transition.action for transition in self.transitions}:
            msg = f"{self.name}: no steps {sorted(unknown)}"
            raise ValueError(msg)
        return frozenset(actions)

    def find(self, action: str, source: str) -> Transition | None:
        """Transition for a state and an action, or None."""
        for transition in self.transitions:
            if transition.action == action and source in transition.sources:
                return transition
        return None

    def leaving(self, source: str) -> tuple[Transition, ...]:
        """Transitions out of a state in table order."""
        return tuple(transition for transition in self.transitions if source in transition.sources)

    def choices(self) -> list[tuple[str, str]]:
        """Choices for a model field."""
        return [(state.key, state.label) for state in self.states]
