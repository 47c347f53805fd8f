"""Declaration of a procedure: one row per step of a machine with form, facts, effect and receivers, one row per event; and the registry.

Procedures of all features are gathered in the wiring of notifications. A row that contradicts its machine, or names an unknown fact,
party or message, raises ``ValueError`` at start-up.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from greendistrict.accounts.models import User
from greendistrict.core.django_internals import MARK_OF_KEY, Compiled
from greendistrict.core.registry import Registry
from greendistrict.workflow.machine import Machine, facts_read
from greendistrict.workflow.messages import Note
from greendistrict.workflow.models import TransitionRecord

Values = Mapping[str, Any]
Facts = Mapping[str, Any]
Effect = Callable[["Taken"], None]
Fact = Callable[[Any, dt.date], Any]
Words = Callable[["Taken"], Note]
WithState = Callable[[Any, User | None, Values], Mapping[str, Any]]
Keys = tuple[str, ...]
NOTHING: Mapping[str, Any] = MappingProxyType({})
BEGUN = "begun"
LONGEST_REASON = 2000
OUTSIDE = "a row is locked for a transaction"


class ReasonForm(forms.Form):
    """Form of a step with only a reason; the machine says whether the reason is required."""

    reason = forms.CharField(label="意见或理由", max_length=LONGEST_REASON, required=False)


def _nobody(_obj: Any, _source: str) -> Iterable[User]:
    return ()


@dataclass(frozen=True)
class Party:
    """People notified together: their label for pages, and a function that finds them for an object and the state being left.

    ``of_values``: finds the people from the values of an event (such as the consulted department). ``by_effect``: the step's effect
    notifies them by an event with its own text, so that ``take`` sends nothing.
    """

    label: str
    people: Callable[[Any, str], Iterable[User]] = _nobody
    by_effect: bool = False
    of_values: Callable[[Values], Iterable[User]] | None = None

    def of(self, obj: Any, source: str, values: Values) -> Iterable[User]:
        """People of an object, or from the values of its event; empty if the step's effect notifies them."""
        if self.by_effect:
            return ()
        return self.of_values(values) if self.of_values else self.people(obj, source)


@dataclass(frozen=True)
class Taken:
    """A step performed today, passed to its effect. ``take`` saves fields that the effect sets on ``obj``."""

    obj: Any
    by: User | None
    record: TransitionRecord
    values: Values
    facts: Facts
    today: dt.date

    @property
    def person(self) -> User:
        """The person who took the step. Raises ``TypeError`` for a step of the system."""
        if self.by is None:
            msg = f"{self.record.action} was taken by the system"
            raise TypeError(msg)
        return self.by


@dataclass(frozen=True, kw_only=True)
class Event:
    """Row for an event that leaves the state unchanged (object created, meeting called): whom it notifies, and how.

    ``turn``: parties who have to act; ``informed``: parties who only read of it; both are keys of the procedure. ``message``: kind of the
    message, ``informed_message``: kind for those informed, if different; ``words`` and ``informed_words`` override the procedure's texts.
    """

    turn: Keys = ()
    informed: Keys = ()
    message: str = ""
    informed_message: str = ""
    words: Words | None = None
    informed_words: Words | None = None

    def parties(self, source: str) -> tuple[Keys, Keys]:
        """Party keys of those who have to act, and of those informed; for an event independent of the state."""
        del source
        return self.turn, self.informed

    @property
    def notifies(self) -> set[str]:
        """All party keys of the row."""
        return {*self.turn, *self.informed}


@dataclass(frozen=True, kw_only=True)
class Step(Event):
    """Row of a step: its form, facts, effect, what it creates (``makes``, for the printed table), and whom it notifies.

    ``facts`` are keys of the procedure. ``by_source`` overrides (``turn``, ``informed``) for a source state.
    ``as_of`` names the typed day for which facts are computed (such as the decision's date); default today. ``reason`` computes the reason
    of the record from the cleaned values and the typed reason, for steps without a reason field.
    ``with_state(obj, by, values)`` returns fields stored in the same statement as the state, because a database constraint ties them.
    ``keeps`` are form values stored in the record in addition to the facts, such as the list with which an object was returned.
    ``ends`` is the phase (``State.phase``) that the step ends, ``ends_outside`` the one that outsiders see. ``own_day`` is the field with
    the day of the step's document, from which terms run instead of from the record. ``deed`` says what the step amounts to, so that
    terms and dossiers find steps of a kind without naming them.
    """

    form: type[forms.BaseForm] = ReasonForm
    facts: Keys = ()
    with_state: WithState | None = None
    keeps: Keys = ()
    effect: Effect | None = None
    makes: Keys = ()
    by_source: Mapping[str, tuple[Keys, Keys]] = field(default_factory=dict)
    as_of: str = ""
    reason: Callable[[Values, str], str] | None = None
    ends: str = ""
    ends_outside: str = ""
    own_day: str = ""
    deed: str = ""

    def parties(self, source: str) -> tuple[Keys, Keys]:
        """Party keys of those who have to act and of those informed, if the step leaves ``source``."""
        return self.by_source.get(source, (self.turn, self.informed))

    @property
    def notifies(self) -> set[str]:
        """All party keys that the step may notify, for any source state."""
        return {key for pair in ((self.turn, self.informed), *self.by_source.values()) for keys in pair for key in keys}


@dataclass(frozen=True)
class Receivers:
    """Parties notified by one step. ``words`` is shown after 通知 on pages and in the printed lifecycle."""

    turn: tuple[Party, ...] = ()
    informed: tuple[Party, ...] = ()

    @property
    def words(self) -> str:
        """Labels of the parties without repetition."""
        return "、".join(dict.fromkeys(party.label for party in (*self.turn, *self.informed)))

    def people(self, obj: Any, source: str, without: User | None, values: Values = NOTHING) -> tuple[list[User], list[User]]:
        """People who have to act, and people who are only informed; each once, without the person ``without``."""
        seen = {without.pk} if without else set[int]()
        turn, informed = ([one for party in parties for one in party.of(obj, source, values)] for parties in (self.turn, self.informed))
        return list(_new(turn, seen)), list(_new(informed, seen))


def _new(people: Iterable[User], seen: set[int]) -> Iterator[User]:
    for user in people:
        if user.pk not in seen:
            seen.add(user.pk)
            yield user


def row_lock(model: type[models.Model], *related: str) -> Callable[[int], Any]:
    """Function that locks a row of ``model`` by its key and reads ``related`` (not locked) with it."""

    def build(pk: int) -> models.QuerySet[Any]:
        rows = model._default_manager.select_for_update(of=("self",), no_key=True)
        return (rows.select_related(*related) if related else rows).filter(pk=pk)

    compiled, missing = Compiled(build, MARK_OF_KEY), getattr(model, "DoesNotExist")  # noqa: B009 -- every model has its own

    def lock(pk: int) -> Any:
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError(OUTSIDE)  # Django raises this only when compiling the query
        found = compiled.read(pk)
        if not found:
            raise missing
        return found[0]

    return lock


@dataclass(frozen=True)
class Procedure:
    """The steps of one machine. ``lock`` reads the row under lock; ``words`` builds the message about a step.

    ``informed_words`` builds it for those only informed, if their text differs. ``events``: rows of events that leave the state unchanged;
    the event ``begun`` is the creation of an object. ``waits``: by state, the keys of the parties that an object waits for, where the
    messages do not tell (several are told, one acts); empty for nobody.
    """

    machine: Machine
    steps: Mapping[str, Step]
    lock: Callable[[int], Any]
    words: Words
    facts: Mapping[str, Fact] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    informed_words: Words | None = None
    events: Mapping[str, Event] = field(default_factory=dict)
    waits: Mapping[str, Callable[[Any], Keys]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rows that contradict the machine or use unknown names."""
        rows = (*self.steps.items(), *self.events.items())
        strange = set(self.waits) - {state.key for state in self.machine.states}
        faults = [f"waits in unknown states {sorted(strange)}"] if strange else []
        faults += [*self._action_faults(), *self._bar_faults(), *(fault for name, row in rows for fault in self._row_faults(name, row))]
        if faults:
            msg = f"{self.machine.name}: {'; '.join(faults)}"
            raise ValueError(msg)

    def _action_faults(self) -> Iterator[str]:
        actions = {transition.action for transition in self.machine.transitions}
        if lacking := actions - set(self.steps):
            yield f"no row for {sorted(lacking)}"
        if strange := set(self.steps) - actions:
            yield f"rows for no action of the machine {sorted(strange)}"

    def _bar_faults(self) -> Iterator[str]:
        if any(step.ends_outside for step in self.steps.values()) and not any(state.outside_phase for state in self.machine.states):
            yield "steps end phases that outsiders do not see"
        for outside in (False, True):
            phases, ends = self.bar(outside=outside)
            if unknown := set(ends.values()) - set(phases.values()):
                yield f"steps end unknown phases {sorted(unknown)}"
            if endless := set(phases.values()) - set(ends.values()):
                yield f"no step ends the phases {sorted(endless)}"
            if lacking := {state.key for state in self.machine.states if phases and not state.final} ^ set(phases):
                yield f"each state has a phase unless it is final, {sorted(lacking)}"

    def _row_faults(self, name: str, row: Event) -> Iterator[str]:
        used_and_known = [("parties", row.notifies, set(self.parties))]
        if isinstance(row, Step):
            taken = [transition for transition in self.machine.transitions if transition.action == name]
            left = {source for transition in taken for source in transition.sources}
            used_and_known += [("facts", set(row.facts), set(self.facts)), ("sources", set(row.by_source), left)]
            asked = {fact for transition in taken for guard in transition.guards for fact in facts_read(guard)}
            if forgotten := asked - set(row.facts):
                yield f"{name}: the row lacks facts that its guards read {sorted(forgotten)}"
            if row.own_day and not _has_field(apps.get_model(self.machine.model), row.own_day):
                yield f"{name}: the own day {row.own_day} is no field"
        for what, used, known in used_and_known:
            if unknown := used - known:
                yield f"{name}: unknown {what} {sorted(unknown)}"
        if row.notifies and not row.message:
            yield f"{name}: notifies somebody without a message"

    def receivers(self, action: str, source: str) -> Receivers:
        """Receivers of the step if it leaves ``source``."""
        return self.notified_by(self.steps[action], source)

    def notified_by(self, row: Event, source: str = "") -> Receivers:
        """Receivers of a row if it leaves ``source``."""
        turn, informed = row.parties(source)
        return Receivers(tuple(self.parties[key] for key in turn), tuple(self.parties[key] for key in informed))

    def bar(self, *, outside: bool = False) -> tuple[dict[str, str], dict[str, str]]:
        """Progress bar: the phase of each state, in order, and the phase that each action ends; ``outside``: as outsiders see them."""
        if outside and (phases := {state.key: state.outside_phase for state in self.machine.states if state.outside_phase}):
            return phases, {name: step.ends_outside for name, step in self.steps.items() if step.ends_outside}
        phases = {state.key: state.phase for state in self.machine.states if state.phase}
        return phases, {name: step.ends for name, step in self.steps.items() if step.ends}

    def turn_in(self, state: str) -> Keys:
        """Parties who have to act in a state: those notified to act by the steps into it, or by its creation."""
        return self._turns.get(state, ())

    def awaited(self, obj: Any) -> dict[str, str]:
        """Key and label of each party that has to act on the object now; of the seats that lead on, where no step notifies anybody."""
        state = getattr(obj, self.machine.field)
        if self.machine.state(state).final:
            return {}
        keys = self.waits[state](obj) if state in self.waits else self.turn_in(state)
        if keys or state in self.waits:
            return {key: self.parties[key].label for key in keys}
        return {seat.key: seat.label for step in self.machine.leaving(state) if step.tone == "primary" for seat in step.seats}

    @cached_property
    def _turns(self) -> dict[str, Keys]:
        begun = self.events.get(BEGUN, Event())
        found: dict[str, dict[str, None]] = {self.machine.initial: dict.fromkeys(begun.turn)}
        for transition in self.machine.transitions:
            for source in transition.sources:
                turn, _ = self.steps[transition.action].parties(source)
                found.setdefault(transition.target, {}).update(dict.fromkeys(turn))
        return {state: tuple(keys) for state, keys in found.items()}

    def known(self, names: Iterable[str], obj: Any, today: dt.date) -> dict[str, Any]:
        """Values of the named facts for an object, each computed once."""
        return {name: self.facts[name](obj, today) for name in dict.fromkeys(names)}


def _has_field(model: type[models.Model], path: str) -> bool:
    """Whether a path over relations (``loss__served_on``) leads to a field."""
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        model = field.related_model or model
    return True


_procedures: Registry[Procedure] = Registry(
    "procedures", entry="the procedure of a machine: what each step asks for, needs, does and whom it notifies"
)


def register(procedure: Procedure, *, messages: Collection[str]) -> None:
    """Register the procedure of a machine. Raises ``ValueError`` for a second one, or for a message not in ``messages``."""
    name = procedure.machine.name
    rows = (*procedure.steps.values(), *procedure.events.values())
    named = {key for row in rows for key in (row.message, row.informed_message) if key}
    if unknown := named - set(messages):
        msg = f"{name}: unknown messages {sorted(unknown)}"
        raise ValueError(msg)
    _procedures.register(name, procedure)


def procedures() -> tuple[Procedure, ...]:
    """All procedures, sorted by the name of their machine."""
    return tuple(sorted(_procedures, key=lambda one: one.machine.name))


def machines() -> tuple[Machine, ...]:
    """All machines, sorted by name."""
    return tuple(procedure.machine for procedure in procedures())


def procedure_named(name: str) -> Procedure:
    """Procedure of the machine of this name. Raises ``KeyError``."""
    return _procedures.by_key[name]


def procedure_of(obj: models.Model) -> Procedure:
    """Procedure of an object: by its ``machine_name`` if several machines share a model, otherwise by its model.

    Raises ``LookupError``.
    """
    named = getattr(obj, "machine_name", "")
    found = [one for one in _procedures if (one.machine.name == named if named else one.machine.model == obj._meta.label)]
    if len(found) != 1:
        msg = f"{obj._meta.label} {named}: {len(found)} procedures"
        raise LookupError(msg)
    return found[0]


def receivers(obj: models.Model, action: str, source: str) -> Receivers:
    """Receivers of a step of the object if it leaves ``source``. Raises ``LookupError``."""
    return procedure_of(obj).receivers(action, source)


def event_receivers(obj: models.Model, event: str) -> Receivers:
    """Receivers of an event of the object. Raises ``LookupError``."""
    procedure = procedure_of(obj)
    return procedure.notified_by(procedure.events[event])
