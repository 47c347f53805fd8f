"""Take a step of any object: lock, version, facts, decision, effect, messages, next version, in one transaction."""

from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from greendistrict.accounts.acting import stepping
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.declaration import (
    BEGUN,
    NOTHING,
    Event,
    Facts,
    Party,
    Procedure,
    ReasonForm,
    Step,
    Taken,
    Values,
    event_receivers,
    procedure_of,
    procedures,
    receivers,
    row_lock,
)
from greendistrict.workflow.dry_run import is_dry_run, tell
from greendistrict.workflow.letters import Draft, drafts_of, letter_sources, slug_of
from greendistrict.workflow.machine import Question
from greendistrict.workflow.messages import LONGEST_TITLE, Note, send
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import Offered, is_seated, may_take, offer_of, perform, refusals_of

# Features import procedures from here only; ``declaration`` defines the rows and the registry and takes no steps.
__all__ = [
    "BEGUN", "Event", "Note", "Party", "Procedure", "ReasonForm", "Step", "Taken", "against",
    "event_receivers", "hold", "hold_version", "notify_event", "offered", "posted", "procedure_of", "procedures", "receivers", "row_lock",
    "take",
]  # fmt: skip
STALE = "期间已有人办理或修改，请核对最新情况后再办"
CHANGED = "期间已有人修改，请核对后再保存"


def take(
    *,
    obj: models.Model,
    action: str,
    by: User | None,
    version: int | None,
    values: Values = NOTHING,
    reason: str = "",
    bulk: bool = False,
    follows: bool = False,
) -> TransitionRecord:
    """Take one step of an object as declared in its procedure; ``obj`` is refreshed afterwards.

    ``version`` is the one the person's page was made from, ``values`` the cleaned form, which guards read as ``payload``. Only the system
    (``by=None``), bulk work and the effect of another object's step (``follows``) take a step without a version. Raises ``Stale`` for an
    old page, otherwise as ``perform``.
    """
    if version is None and by is not None and not (bulk or follows):
        msg = f"{action} of {obj._meta.label}: a person's step needs the version of the page it was posted from"
        raise TypeError(msg)
    procedure = procedure_of(obj)
    with transaction.atomic():
        locked = hold(obj)
        if version is not None:
            hold_version(locked, version, STALE)
        step, machine, today = procedure.steps.get(action) or Step(), procedure.machine, clock.today()
        facts = procedure.known(_needed(procedure, locked, action, by), locked, values.get(step.as_of) or today)
        facts |= {name: values[name] for name in step.keeps if name in values}
        reason = step.reason(values, reason) if step.reason else reason
        known = _letters(locked, by)
        more = partial(step.with_state, locked, by, values) if step.with_state else dict
        record = perform(machine=machine, obj=locked, action=action, by=by, facts=facts, reason=reason, payload=values, with_state=more)
        taken = Taken(locked, by, record, values, facts, today)
        if step.effect is not None:
            with stepping(by, record.principal):
                step.effect(taken)
        locked.version += 1
        locked.save()
        _notify(procedure, step, taken, record.pk)
        for draft in _letters(locked, by):
            if action in draft.actions or draft.key not in {one.key for one in known}:
                tell("文书", f"{draft.title}，{locked}")
    obj.refresh_from_db()
    return record


def _letters(obj: models.Model, by: User | None) -> list[Draft]:
    """Letters about an object that the person may read, if somebody asks what a step would do."""
    return drafts_of(obj, Viewer(by)) if by is not None and is_dry_run() and slug_of(obj) in letter_sources.by_key else []


def hold(obj: models.Model) -> Any:
    """The row of an object, locked as its procedure declares; requires a transaction. Raises ``Stale`` if it was deleted."""
    try:
        return procedure_of(obj).lock(obj.pk)
    except ObjectDoesNotExist as gone:
        raise Stale(STALE) from gone


def hold_version(locked: Any, version: int, words: str = CHANGED) -> None:
    """Raise ``Stale`` with the stored object if the form was opened before the last change."""
    if locked.version != version:
        raise Stale(words, current=locked)


def _needed(procedure: Procedure, obj: Any, action: str, by: User | None) -> tuple[str, ...]:
    """Facts of the step; empty if ``perform`` will refuse it because of its state or the person."""
    transition = procedure.machine.find(action, getattr(obj, procedure.machine.field))
    return procedure.steps[action].facts if transition is not None and may_take(transition, obj, by) else ()


def notify_event(
    obj: models.Model, event: str, by: User | None = None, *, mark: object = "", reason: str = "", values: Values = NOTHING
) -> None:
    """Send the messages of an event without a step, as declared in its row, in the transaction of the event.

    Not sent to ``by``, who caused it. ``mark`` distinguishes occurrences: an event is sent once per mark.
    """
    procedure = procedure_of(obj)
    machine, state = procedure.machine, getattr(obj, procedure.machine.field)
    record = TransitionRecord(machine=machine.name, action=event, source=state, target=state, reason=reason)
    taken = Taken(obj, by, record, values, NOTHING, clock.today())
    _notify(procedure, procedure.events[event], taken, f"{event}:{mark}" if mark else event)


def _notify(procedure: Procedure, row: Event, taken: Taken, mark: object) -> None:
    turn, informed = procedure.notified_by(row, taken.record.source).people(taken.obj, taken.record.source, taken.by, taken.values)
    key = f"{taken.record.machine}:{taken.obj.pk}:{mark}"
    if turn:
        words = row.words or procedure.words
        send(kind=row.message, key=key, receivers=turn, note=_short(words(taken)))
    if informed:
        words = row.informed_words or row.words or procedure.informed_words or procedure.words
        send(kind=row.informed_message or row.message, key=key, receivers=informed, note=_short(words(taken)), informs=True)


def _short(note: Note) -> Note:
    return Note(note.title[:LONGEST_TITLE], note.body, note.link, note.demo)


def offered(obj: models.Model, by: User, known: Facts = NOTHING, *, action: str = "") -> list[Offered]:
    """Steps this person may take now, each with its refusals as ``perform`` finds them; only the facts needed by these steps are computed.

    ``known``: facts of today that the page has computed already. ``action`` limits the result to one step.
    """
    procedure = procedure_of(obj)
    machine = procedure.machine
    mine = [one for one in machine.leaving(getattr(obj, machine.field)) if action in {"", one.action} and may_take(one, obj, by)]
    names = [name for transition in mine for name in procedure.steps[transition.action].facts if name not in known]
    question = Question(obj, posts_of(by), {**known, **procedure.known(names, obj, clock.today())}, typed=False)
    return [offer_of(machine, transition, obj, refusals_of(transition, question)) for transition in mine]


def against(obj: models.Model, action: str, known: Facts = NOTHING) -> Offered | None:
    """A step with what stands against it today, whoever takes it; None if the state does not know the step."""
    procedure = procedure_of(obj)
    machine, today = procedure.machine, clock.today()
    transition = machine.find(action, getattr(obj, machine.field))
    if transition is None:
        return None
    names = [name for name in procedure.steps[action].facts if name not in known]
    question = Question(obj, posts_of(None), {**known, **procedure.known(names, obj, today)}, typed=False)
    return offer_of(machine, transition, obj, refusals_of(transition, question))


def barred(obj: models.Model, by: User, action: str) -> bool:
    """Whether somebody has no part in a step, now or, where the state knows no such step, in any state; asked before a form is read.

    Whoever had a seat in it before the state moved on is no stranger: ``take`` tells them what has happened meanwhile.
    """
    machine = procedure_of(obj).machine
    transition = machine.find(action, getattr(obj, machine.field))
    if transition is not None:
        return not may_take(transition, obj, by)
    known = [one for one in machine.transitions if one.action == action] or machine.transitions
    return not any(is_seated(posts_of(by), one, obj) for one in known)


def posted(obj: models.Model, by: User, action: str) -> Offered | None:
    """The posted step, if the person may take it now; ``take`` computes its refusals under the lock."""
    machine = procedure_of(obj).machine
    transition = machine.find(action, getattr(obj, machine.field))
    return offer_of(machine, transition, obj) if transition is not None and may_take(transition, obj, by) else None
