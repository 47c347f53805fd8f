"""``perform()``: the only function that writes states."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction

from greendistrict.accounts import acting
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of, principal_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, request_id
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.dry_run import tell
from greendistrict.workflow.machine import Machine, Question, Transition
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.registry import held, run_handlers

Subject = TypeVar("Subject", bound=models.Model)


@dataclass(frozen=True)
class Offered:
    """A step that a person may take; with refusals it is shown disabled, with the reasons."""

    action: str
    label: str
    refusals: tuple[Refusal, ...] = ()
    message: str = ""
    receivers: str = ""
    reason_required: bool = False
    confirm: bool = False
    tone: str = "secondary"
    page: str = ""

    @property
    def allowed(self) -> bool:
        """Whether there are no refusals."""
        return not self.refusals

    @property
    def is_moot(self) -> bool:
        """Whether another step leads on, so that this one is not even shown."""
        return any(one.is_moot for one in self.refusals)


def may_take(transition: Transition, obj: models.Model, by: User | None) -> bool:
    """Whether the person holds one of the step's seats; always False for steps of the system.

    A deputy takes no step in a matter in which the own post took one, and no negative decision unless the settings permit it.
    """
    if by is None:
        return transition.by_system
    if not is_seated(posts_of(by), transition, obj):
        return False
    if _principal(transition, obj, by) is None:
        return True
    return (settings.DELEGATE_ADVERSE or not transition.adverse) and not _steps_of(by, obj, principal__isnull=True)


def is_seated(held: HeldPosts, transition: Transition, obj: models.Model) -> bool:
    """Whether the posts hold one of the step's seats."""
    return any(seat.holds(held, obj) for seat in transition.seats)


def _steps_of(by: User, obj: models.Model, **which: bool) -> bool:
    """Whether the person took a step in the matter, for oneself or on behalf of somebody."""
    return TransitionRecord.objects.filter(subject=audit.subject_of(obj), actor=by, **which).exists()


def _principal(transition: Transition, obj: models.Model, by: User) -> User | None:
    """On whose behalf the person takes the step; None for oneself."""
    return principal_of(posts_of(by), lambda held: is_seated(held, transition, obj))


def refusals_of(transition: Transition, question: Question) -> tuple[Refusal, ...]:
    """All refusals of the step."""
    return (*(refusal for guard in transition.guards for refusal in guard(question)), *held(transition, question))


def offer_of(machine: Machine, transition: Transition, obj: models.Model, refusals: tuple[Refusal, ...] = ()) -> Offered:
    """A step as offered, with its refusals."""
    return Offered(
        action=transition.action,
        label=transition.label,
        refusals=refusals,
        message=transition.message,
        receivers=procedure_named(machine.name).receivers(transition.action, getattr(obj, machine.field)).words,
        reason_required=transition.reason_required,
        confirm=transition.confirm,
        tone=transition.tone,
        page=transition.page,
    )


def perform(
    *,
    machine: Machine,
    obj: models.Model,
    action: str,
    by: User | None,
    facts: Mapping[str, Any] | None = None,
    reason: str = "",
    payload: Mapping[str, Any] | None = None,
    with_state: Callable[[], Mapping[str, Any]] = dict,
) -> TransitionRecord:
    """Take one step: lock, read again, check source, seat and guards, write state and record, run the handlers.

    ``by=None`` is the system. Fields from ``with_state``, asked once the guards agree, are written in one statement with the state.
    Raises ``Refused`` (wrong state or a guard), ``NotAllowed`` (not this person's step).
    ``obj`` carries the new state afterwards; everything else of it must have been saved by the caller before.
    """
    with transaction.atomic():
        locked = type(obj)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)
        source = getattr(locked, machine.field)
        transition = _legal(machine, locked, source, action, by)
        question = Question(locked, posts_of(by), facts or {}, payload or {})
        refusals = list(refusals_of(transition, question))
        if transition.reason_required and not reason.strip():
            refusals.insert(0, Refusal("请填写理由", field="reason"))
        if refusals:
            raise Refused(refusals)
        principal = _principal(transition, locked, by) if by else None
        with acting.stepping(by, principal):
            more = with_state()
            setattr(locked, machine.field, transition.target)
            _set(locked, more)
            locked.save(update_fields=acting.columns(locked, machine.field, *more))
            record = _write(_Step(machine, locked, transition, source, by, principal, reason.strip(), facts or {}))
            setattr(obj, machine.field, transition.target)
            _set(obj, more)
            run_handlers(machine, record, obj=obj, by=by, payload=payload or {})
    return record


def _legal(machine: Machine, obj: models.Model, source: str, action: str, by: User | None) -> Transition:
    transition = machine.find(action, source)
    if transition is None:
        msg = f"{machine.title}现为“{machine.state(source).label}”，不能办理这一步"
        raise Refused(msg)
    if not may_take(transition, obj, by):
        msg = f"“{transition.label}”由{'、'.join(seat.label for seat in transition.seats) or '系统'}办理"
        raise NotAllowed(msg)
    if (
        by is not None
        and posts_of(by).was_deputy
        and _steps_of(by, obj, principal__isnull=False)
        and _principal(transition, obj, by) is None
    ):
        msg = f"您在本事项上受托办理过其他步骤，“{transition.label}”须由另一人办理"
        raise NotAllowed(msg)
    return transition


def _set(obj: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(obj, name, value)


@dataclass(frozen=True)
class _Step:
    machine: Machine
    obj: models.Model
    transition: Transition
    source: str
    by: User | None
    principal: User | None
    reason: str
    facts: Mapping[str, Any]


def _write(step: _Step) -> TransitionRecord:
    by, transition, principal = step.by, step.transition, step.principal
    posts = posts_of(by)
    seat = next((seat for seat in transition.seats if seat.holds(posts, step.obj)), None)
    record = TransitionRecord.objects.create(
        machine=step.machine.name,
        subject=audit.subject_of(step.obj),
        scope=str(getattr(step.obj, "timeline_scope", "")),
        label=fitted(TransitionRecord, "label", str(step.obj)),
        action=transition.action,
        source=step.source,
        target=transition.target,
        actor=by,
        actor_name=acting_name(by, principal),
        principal=principal,
        seat=seat.label if seat else "",
        organisation=posts.organisations[0].name if posts.organisations else "",
        at=clock.now(),
        reason=step.reason,
        facts=jsonable(step.facts),
        request_id=request_id.current(),
    )
    if transition.target != step.source:
        states = [step.machine.state(key).label for key in (step.source, transition.target)]
        tell(step.machine.title, f"{step.obj}，{'→'.join(states)}")
    data = {"from": step.source, "to": transition.target, "reason": step.reason}
    audit.record(action=f"{step.machine.name}.{transition.action}", by=by, obj=step.obj, data=data)
    return record


def acting_name(by: User | None, principal: User | None = None) -> str:
    """Name for records: both names if the step was taken on behalf of another."""
    if by is None:
        return "系统"
    return acting.both_names(by.name, principal.name if principal else "")


def jsonable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts in stored form: numbers as text, so that nothing is rounded."""
    return {str(key): _plain(value) for key, value in facts.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return jsonable(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return str(value)
