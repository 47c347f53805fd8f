"""Propose a 更正 or 撤回, and the effects of publishing it."""

import datetime as dt
import hashlib
import json
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from approvals.amendments.selectors import STAR, WITHDRAW, against, stored_value
from approvals.cases.models.cases import Case
from approvals.cases.rules import may_announce
from approvals.cases.services import freeze, touch
from approvals.common.enums import DossierStep
from approvals.publicity.letters import GRANTED, batch_letter
from approvals.titles.enums import AmendedField, AmendmentKind
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.services.corrections import move_announcement, set_star
from approvals.titles.services.titles import recall, restore
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.integers import whole
from greendistrict.core.papers import give
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.letters import Letter, as_data
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event, take


@transaction.atomic
def propose_amendment(*, batch: Announcement, by: User, subject: str, reason: str, after: str = "") -> Amendment:
    """The officer proposes to correct one field, or to withdraw the announcement.

    Raises ``NotAllowed`` for anybody else, ``Refused`` with every reason against it, and if another amendment is still open.
    """
    NotAllowed.unless(may_announce(posts_of(by)), "更正和撤回公告由市级经办提出")
    made = Amendment(announcement=batch, reason=reason.strip(), proposed_at=clock.now(), proposed_by=by)
    if subject == WITHDRAW:
        made.kind = AmendmentKind.WITHDRAW
    else:
        made.kind, made.after = AmendmentKind.CORRECT, after.strip()
        made.field, made.title = _subject(batch, subject)
        made.before = stored_value(made)
    found = against(made, clock.today())
    if not made.reason:
        found.append(Refusal("请填写理由", field="reason"))
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        msg = "这个公告已有更正或撤回在办，请先办结"
        raise Refused(msg) from error
    data = {"kind": str(made.kind), "field": made.field, "before": made.before, "after": made.after}
    audit.record(action="amendment.propose", by=by, obj=made, data=data)
    notify_event(made, BEGUN, by)
    return made


def _subject(batch: Announcement, subject: str) -> tuple[AmendedField, Title | None]:
    """Field and title for a key of the form. Raises ``Refused`` for a key that this announcement does not have."""
    if not subject.startswith(STAR):
        Refused.when(subject not in set(AmendedField.values) - {AmendedField.STAR}, "公告中没有这项内容")
        return AmendedField(subject), None
    title = batch.titles.select_related("district").filter(pk=whole(subject.removeprefix(STAR), -1)).first()
    if title is None:
        msg = "公告中没有这个城区"
        raise Refused([Refusal(msg, field="subject")])
    return AmendedField.STAR, title


def published(amendment: Amendment, _by: User | None, values: Values) -> dict[str, Any]:
    """Fields stored with the published state: number and date of the paper, and the announcement as it read before."""
    original = as_data(_as_announced(amendment.announcement))
    digest = hashlib.sha256(json.dumps(original, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return {
        "number": values["number"].strip(),
        "published_on": values["published_on"],
        "published_at": clock.now(),
        "original": original,
        "original_digest": digest,
    }


def _as_announced(batch: Announcement) -> Letter:
    """Announcement as recorded. For one from before the portal only heading, number, date and districts, since its text is unknown."""
    letter = batch_letter(batch)
    if not batch.historic:
        return letter
    titles = batch.titles.select_related("district").order_by("pk")
    rows = ((title.district.name, title.star_words, title.get_kind_display()) for title in titles)
    lines = tuple((f"{order}", *row) for order, row in enumerate(rows, start=1))
    return replace(letter, paragraphs=(), heads=GRANTED, lines=lines, by="")


def on_publish(taken: Taken) -> None:
    """Store the scan, apply the correction or withdrawal, and freeze the dossiers of the cases again."""
    amendment = taken.obj
    if scan := taken.values.get("scan"):
        title = f"{amendment}（{amendment.number}）"
        amendment.scan = store(owner=amendment.announcement, upload=scan, kind="公告", title=title, by=taken.person)
    if amendment.is_withdrawal:
        cases = _withdraw(amendment, taken.person)
    else:
        WRITERS[AmendedField(amendment.field)](amendment)
        cases = {line.case_id for line in amendment.announcement.lines.all()}
    give(amendment)
    for case in Case.objects.filter(pk__in=cases).order_by("pk"):
        if case.decision_records.exists():
            freeze(case=case, step=DossierStep.CORRECTION, by=taken.person)


def _withdraw(amendment: Amendment, by: User) -> set[int]:
    """Withdraw the announcement and undo every grant or end of a title in it; returns the primary keys of its cases."""
    batch, on = amendment.announcement, amendment.published_on or clock.today()
    reason = f"{batch}公告撤回，{amendment.number}"
    take(obj=batch, action="withdraw", by=None, version=None, reason=reason)
    for title in batch.titles.select_related("district").order_by("pk"):
        recall(title=title, on=on, by=by, reason=reason)
    for title in batch.ended_titles.select_related("district").order_by("pk"):
        restore(title=title, on=on, by=by, reason=reason)
    return {line.case_id for line in batch.lines.all()}


def _title(amendment: Amendment) -> None:
    Announcement.objects.filter(pk=amendment.announcement_id).update(title=amendment.after)


def _number(amendment: Amendment) -> None:
    Announcement.objects.filter(pk=amendment.announcement_id).update(number=amendment.after)


def _day(amendment: Amendment) -> None:
    move_announcement(amendment.announcement, dt.date.fromisoformat(amendment.after))


def _star(amendment: Amendment) -> None:
    title, star = amendment.title, int(amendment.after)
    if title is None:
        return
    set_star(Title.objects.filter(pk=title.pk), star)
    if title.case is not None:
        title.case.star_found = star
        touch(title.case, "star_found")


WRITERS = {AmendedField.TITLE: _title, AmendedField.NUMBER: _number, AmendedField.DAY: _day, AmendedField.STAR: _star}
