"""Record a reconsideration or suit, and the effects of its stay and outcome."""

import datetime as dt
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from approvals.cases.models.cases import Case
from approvals.cases.rules import may_announce
from approvals.remedies.rules import against_both, against_filing, closed_review, following
from approvals.remedies.selectors import decision_day, ended_title, remediable
from approvals.titles.enums import RemedyKind, RemedyOutcome
from approvals.titles.models.remedies import Remedy, RemedyRecord
from approvals.titles.selectors import against_restoring
from approvals.titles.services.titles import end_again, restore, stay_end
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event, take

R = TypeVar("R", bound=RemedyRecord)


@transaction.atomic
def record_remedy(
    *, case: Case, by: User, kind: str, body: str, number: str, filed_on: dt.date, served_on: dt.date, simplified: bool = False
) -> Remedy:
    """Record what was served on the city.

    Raises ``NotAllowed``; ``Refused`` with all reasons at once, or if a remedy of the same kind is open.
    """
    NotAllowed.unless(may_announce(posts_of(by)), "行政复议和行政诉讼由市级经办登记")
    rows = list(Remedy.objects.filter(case=case))
    against = [] if remediable(case) else [Refusal("这件办件尚未作出决定")]
    against += [*against_filing(kind, decision_day(case), filed_on, served_on, clock.today()), *against_both(kind, rows)]
    if against:
        raise Refused(against)
    made = Remedy(
        case=case,
        kind=kind,
        body=body.strip(),
        number=number.strip(),
        filed_on=filed_on,
        served_on=served_on,
        simplified=simplified and kind == RemedyKind.REVIEW,
        after=closed_review(rows) if kind == RemedyKind.SUIT else None,
        against_number=case.decision_number,
        against_on=decision_day(case),
    )
    return record(made, by, "这个案号已经登记，或者同一类别还有一件在审理")


def record(made: R, by: User, again: str) -> R:
    """Store a remedy served on the city and notify the receivers. Raises ``Refused`` with the text ``again`` if it is recorded already."""
    made.recorded_at, made.recorded_by = clock.now(), by
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(again) from error
    audit.record(action="remedy.record", by=by, obj=made, data={"matter": str(made.matter), "kind": made.kind, "number": made.number})
    notify_event(made, BEGUN, by)
    return made


def on_reply(taken: Taken) -> None:
    """Store number and date of the reply."""
    taken.obj.reply_number, taken.obj.replied_on = taken.values["number"].strip(), taken.values["on"]


def on_stay(taken: Taken) -> None:
    """Stay the decision from this day on; an ended title stands again. A stay that was lifted before is kept."""
    remedy = taken.obj
    if remedy.stayed_on and remedy.stay_ended_on:
        days = {"on": remedy.stayed_on.isoformat(), "ended_on": remedy.stay_ended_on.isoformat()}
        remedy.earlier_stays = [*remedy.earlier_stays, {"number": remedy.stay_number, "ground": remedy.stay_ground, **days}]
    remedy.stay_number, remedy.stay_ground = taken.values["number"].strip(), taken.values["ground"].strip()
    remedy.stayed_on, remedy.stay_ended_on = taken.values["on"], None
    _mark_title(remedy, taken.person)


def on_ordinary(taken: Taken) -> None:
    """The ordinary procedure applies from this day on."""
    taken.obj.ordinary_on = taken.values["on"]


def on_lift(taken: Taken) -> None:
    """Lift the stay: the decision takes effect again, and the title ends."""
    taken.obj.stay_ended_on = taken.values["on"]
    _mark_title(taken.obj, taken.person)


def found(_remedy: RemedyRecord, by: User | None, values: Values) -> dict[str, Any]:
    """Columns of the outcome, stored in the same statement as the state."""
    return {
        "outcome": values["outcome"],
        "outcome_number": values["number"].strip(),
        "outcome_on": values["on"],
        "outcome_words": values["words"].strip(),
        "redo_by": values.get("redo_by"),
        "found_by": by,
    }


def on_find(taken: Taken) -> None:
    """Store the paper of the outcome."""
    remedy = taken.obj
    if scan := taken.values.get("scan"):
        title = f"{remedy}结果（{remedy.outcome_number}）"
        remedy.scan = store(owner=remedy.matter, upload=scan, kind="决定", title=title, by=taken.person)


def on_confirm(taken: Taken) -> None:
    """The outcome takes effect: restore the title if the decision was set aside, end the stay, and close the suit of an appeal."""
    remedy, by = taken.obj, taken.person
    title = ended_title(remedy.case) if remedy.restores else None
    if title is not None:  # first, so that a title that stands because of the stay does not end in between
        reason = f"{remedy.get_kind_display()}{remedy.get_outcome_display()}，{remedy.outcome_number}"
        restore(title=title, on=remedy.outcome_on, by=by, reason=reason)
    _in_force(remedy, by)
    closed(taken)
    _end_suit(remedy, by)


def on_confirm_redo(taken: Taken) -> None:
    """The outcome takes effect: end the stay; the decision was set aside and must be made anew."""
    remedy, by = taken.obj, taken.person
    _in_force(remedy, by)
    _end_suit(remedy, by)


def redone(_remedy: Remedy, by: User | None, values: Values) -> dict[str, Any]:
    """Columns of the new decision, stored in the same statement as the state."""
    del by
    return {"redone_number": values["number"].strip(), "redone_on": values["on"], "redone_words": values["words"].strip()}


def closed(taken: Taken) -> None:
    """Effect of a final step: record when the remedy was closed."""
    taken.obj.closed_at = clock.now()


def judged(_remedy: RemedyRecord, by: User | None, values: Values) -> dict[str, Any]:
    """Judgment of the first instance, stored with the state; it is not in force yet."""
    return {
        "judgment": values["judgment"],
        "judged_on": values["on"],
        "outcome": values["outcome"],
        "outcome_number": values["number"].strip(),
        "outcome_words": values["words"].strip(),
        "found_by": by,
    }


def effective(_remedy: RemedyRecord, by: User | None, values: Values) -> dict[str, Any]:
    """Columns stored when the judgment takes effect without an appeal."""
    return {"outcome_on": values["on"], "redo_by": values.get("redo_by"), "found_by": by}


def on_appeal(taken: Taken) -> None:
    """The judgment does not take effect; create the appeal as a remedy of its own."""
    suit, values = taken.obj, taken.values
    suit.appealed_on, suit.late_ground = values["filed_on"], (values.get("late_ground") or "").strip()
    made = type(suit)(
        kind=RemedyKind.APPEAL,
        after=suit,
        filer=values["filer"],
        body=values["body"].strip(),
        number=values["number"].strip(),
        filed_on=values["filed_on"],
        served_on=values.get("served_on") or values["filed_on"],
        **suit.carried,
    )
    record(made, taken.person, "这个案号已经登记，或者同一件还有二审在审理")


def on_retry(taken: Taken) -> None:
    """The judgment of the first instance was set aside; the suit is heard again under its number."""
    suit = taken.obj
    suit.appealed_on, suit.judged_on, suit.late_ground, suit.judgment = None, None, "", ""
    suit.outcome, suit.outcome_number, suit.outcome_words, suit.found_by = "", "", "", None


def on_conclude(taken: Taken) -> None:
    """End the stay granted in the first instance, together with the appeal."""
    closed(taken)
    _end_stay(taken.obj)


def concluded(suit: RemedyRecord, _by: User | None, _values: Values) -> dict[str, Any]:
    """Day on which the appeal's outcome took effect, stored with the state."""
    return {"outcome_on": following(suit)[-1].outcome_on}


def end_suit(appeal: RemedyRecord) -> None:
    """Close the suit together with its appeal, or reopen it to be heard again."""
    if appeal.kind != RemedyKind.APPEAL:
        return
    action = "retry" if appeal.outcome == RemedyOutcome.REMANDED else "conclude"
    reason = f"{appeal}：{appeal.get_outcome_display()}"
    suit: Any = appeal.after
    take(obj=type(suit).objects.get(pk=suit.pk), action=action, by=None, version=None, reason=reason)


def _end_suit(remedy: Remedy, by: User) -> None:
    if remedy.kind == RemedyKind.APPEAL:
        end_suit(remedy)
        _mark_title(remedy, by)


def _in_force(remedy: Remedy, by: User) -> None:
    """End the stay, because the outcome has taken effect."""
    if remedy.is_stayed:
        _end_stay(remedy)
        _mark_title(remedy, by)


def _end_stay(remedy: Remedy) -> None:
    if remedy.is_stayed and remedy.stayed_on is not None and remedy.outcome_on is not None:
        remedy.stay_ended_on = max(remedy.outcome_on, remedy.stayed_on)


def _mark_title(remedy: Remedy, by: User) -> None:
    """Let the title stand while any remedy against the decision stays it, and end it again after the last."""
    title = ended_title(remedy.case)
    if title is None:
        return
    remedies = Remedy.objects.filter(case=remedy.case_id, stayed_on__isnull=False, stay_ended_on__isnull=True).exclude(pk=remedy.pk)
    since = min((row.stayed_on for row in (*remedies, remedy) if row.is_stayed and row.stayed_on is not None), default=None)
    reason = f"{remedy}，{remedy.stay_number or remedy.outcome_number}"
    if since is not None and since != title.stayed_since and not against_restoring(title):
        stay_end(title=title, since=since, by=by, reason=f"停止执行：{reason}")
    if since is None and title.stayed_since:
        end_again(title=title, on=remedy.stay_ended_on or remedy.outcome_on or clock.today(), by=by, reason=f"停止执行终止：{reason}")
