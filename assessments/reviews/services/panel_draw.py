"""Fill the panel: commitment, seeded draw, replacement, recorded appointment."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models

from assessments.reviews.enums import MemberState
from assessments.reviews.models import Draw, PanelMember, Review
from assessments.reviews.panel import Candidate, NoValidPanel, Terms, commitment, draw, list_digest
from assessments.reviews.selectors.pool import candidates, terms_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken


def on_commit(taken: Taken) -> None:
    """Record the hash of a new secret before the list freezes."""
    review, secret = taken.obj, secrets.token_hex(32)
    number, made_at = _next_number(review), clock.now()
    made = Draw.objects.create(review=review, number=number, secret=secret, secret_digest=commitment(secret), committed_at=made_at)
    audit.record(action="review.commit_draw", by=taken.by, obj=review, data={"number": number, "commitment": made.secret_digest})


def _next_number(review: Review) -> int:
    last: int = review.draws.aggregate(models.Max("number"))["number__max"] or 0
    return last + 1


def on_draw(taken: Taken) -> None:
    """Freeze the list and draw the missing members: a whole panel or replacements. Raises ``Refused`` if no valid panel exists."""
    review = taken.obj
    waiting = review.draws.get(drawn_at__isnull=True)
    pool, terms = candidates(review, clock.today()), terms_of(review)
    try:
        drawn = draw(pool, terms, waiting.secret)
    except NoValidPanel as missing:
        raise Refused(str(missing)) from missing
    waiting.tries = drawn.tries
    _record(waiting, pool, terms, drawn.ids, taken.by)
    _invite(review, drawn.ids)


def on_appoint(taken: Taken) -> None:
    """Appoint experts with a recorded reason if no valid panel can be drawn. Raises ``Refused`` for one with a conflict."""
    review, wanted = taken.obj, set(taken.values["experts"])
    pool, terms = candidates(review, clock.today()), terms_of(review)
    chosen = [one for one in pool if one.id in wanted]
    _check_appointment(chosen, terms)
    number = _next_number(review)
    review.draws.filter(drawn_at__isnull=True).delete()
    made = Draw(review=review, number=number, committed_at=clock.now(), reason=taken.record.reason)
    _record(made, pool, terms, [one.id for one in chosen], taken.by)
    _invite(review, [one.id for one in chosen])


def drawn_people(review: Review, _source: str) -> list[User]:
    """People invited by the newest draw or appointment."""
    newest = review.draws.filter(drawn_at__isnull=False).order_by("-number").first()
    invited = review.members.filter(expert__in=newest.result if newest else [], state=MemberState.INVITED)
    return [member.expert.user for member in invited.select_related("expert__user")]


def _check_appointment(chosen: Collection[Candidate], terms: Terms) -> None:
    if conflicted := [one.name for one in chosen if one.reasons]:
        msg = f"应回避的专家不得指定：{'、'.join(conflicted)}"
        raise Refused(msg)
    total = len(chosen) + len(terms.kept)
    least, most = parameters.load().integer("panel.min"), parameters.load().integer("panel.max")
    if not chosen or not least <= total <= most or total % 2 == 0:
        msg = f"专家组应为{least}至{most}人，单数；现为{total}人"
        raise Refused(msg)


def _record(made: Draw, pool: Iterable[Candidate], terms: Terms, ids: Iterable[int], by: User | None) -> None:
    frozen: list[dict[str, Any]] = [one.as_json() for one in pool]
    made.pool, made.terms, made.list_digest = frozen, terms.as_json(), list_digest(pool, terms)
    made.result, made.drawn_at, made.drawn_by = list(ids), clock.now(), by
    made.save()
    facts = {"number": made.number, "list_digest": made.list_digest, "result": made.result, "reason": made.reason}
    audit.record(action="review.draw", by=by, obj=made.review, data=facts)


def _invite(review: Review, expert_ids: Iterable[int]) -> None:
    last = review.members.aggregate(models.Max("number"))["number__max"] or 0
    for number, expert_id in enumerate(expert_ids, start=last + 1):
        PanelMember.objects.create(review=review, expert_id=expert_id, number=number, invited_at=clock.now())
