"""Record remedies against a reply, and apply their outcome: a reply that is set aside must be given anew."""

import datetime as dt

from django.db import transaction

from approvals.remedies.rules import against_both, against_filing, closed_review
from approvals.remedies.services import closed, end_suit, record
from approvals.titles.enums import RemedyKind, RemedyOutcome, RemedyState
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.procedure import Taken
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from outreach.disclosures.rules import may_reply_disclosures

CLEARED = (
    "outcome", "withheld", "reply", "reply_number", "replied_on", "replied_at", "replied_by", "replied_by_principal",
    "served_on", "served_at", "served_by", "served_by_principal",
)  # fmt: skip
KEPT = {"was_outcome": "outcome", "was_withheld": "withheld", "was_reply": "reply"}


@transaction.atomic
def record_remedy(
    *, row: DisclosureRequest, by: User, kind: str, body: str, number: str, filed_on: dt.date, served_on: dt.date
) -> DisclosureRemedy:
    """Record a reconsideration or suit against the reply. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_reply_disclosures(posts_of(by)), "行政复议和行政诉讼由市级经办登记")
    held = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    same = [one for one in held.remedies.all() if held.replied_on and one.filed_on >= held.replied_on]
    against = [] if held.replied_on else [Refusal("这件申请尚未答复")]
    against += [*against_filing(kind, held.replied_on, filed_on, served_on, clock.today()), *against_both(kind, same)]
    if against:
        raise Refused(against)
    made = DisclosureRemedy(
        request=held,
        kind=kind,
        body=body.strip(),
        number=number.strip(),
        filed_on=filed_on,
        served_on=served_on,
        after=closed_review(same) if kind == RemedyKind.SUIT else None,
        against_number=held.reply_number,
        against_on=held.replied_on,
    )
    return record(made, by, "这个案号已经登记，或者同一类别还有一件在审理")


def on_confirm(taken: Taken) -> None:
    """Apply a confirmed outcome: an appeal ends its suit; a reply set aside is moved here and the request is open again."""
    remedy = taken.obj
    closed(taken)
    end_suit(remedy)
    if not remedy.restores:
        return
    row = DisclosureRequest.objects.select_for_update(no_key=True).get(pk=remedy.request_id)
    for name, source in KEPT.items():
        setattr(remedy, name, getattr(row, source))
    if row.served_on is not None:  # of every remedy against this reply: its days are counted from there
        remedy.was_served_on = row.served_on
        row.remedies.filter(against_number=row.reply_number, against_on=row.replied_on).update(was_served_on=row.served_on)
    row.outcome, row.withheld, row.reply, row.reply_number = "", "", "", ""
    row.replied_on, row.replied_at, row.replied_by = None, None, None
    row.served_on, row.served_at, row.served_by = None, None, None
    row.redo_from, row.redo_by = remedy.outcome_on, remedy.redo_by
    row.save(update_fields=[*CLEARED, "redo_from", "redo_by"])


UNCHANGED = {
    RemedyOutcome.UNLAWFUL: "答复确认违法，但不撤销，继续有效",
    RemedyOutcome.SETTLED: "程序终结，答复没有撤销；按调解书或者和解协议履行",
    RemedyOutcome.WITHDRAWN: "程序终结，原答复继续有效",
    RemedyOutcome.CHANGED: "答复按变更后的内容执行，不重新答复",
    RemedyOutcome.REMANDED: "一审裁判撤销，由一审法院重新审理，答复的效力不变",
}


def consequence_of(remedy: DisclosureRemedy) -> str:
    """Effect of the outcome on the reply, in one sentence; while no outcome is final, the reply stands."""
    if remedy.status != RemedyState.CLOSED:
        return "结果尚未生效，答复的效力不变" if remedy.outcome else "尚无结果，答复的效力不变"
    if remedy.appealed_on:
        return "一审裁判因上诉没有生效，以二审结果为准"
    if not remedy.restores:
        return UNCHANGED.get(RemedyOutcome(remedy.standing_outcome), "原答复继续有效")
    return f"原答复（{remedy.against_number}）自{day_in_words(remedy.outcome_on) if remedy.outcome_on else ''}起不再有效，重新答复"
