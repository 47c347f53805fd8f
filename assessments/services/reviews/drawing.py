"""Filling the seats: commitment, seeded draw, replacement, recorded appointment."""

import secrets
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models, transaction

from assessments.lifecycle.review import REVIEW
from assessments.models import Draw, PanelMember, Review
from assessments.panel import Candidate, NoValidPanel, Terms, commitment, draw, list_digest
from assessments.selectors.review_facts import facts_of
from assessments.selectors.review_pool import candidates, terms_of
from assessments.services.reviews.notes import invite
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.workflow.services import perform


def commit_draw(*, review: Review, by: User) -> Draw:
    """Record the hash of a fresh secret before the list freezes. Raises ``Refused`` when one waits already."""
    with transaction.atomic():
        perform(machine=REVIEW, obj=review, action="commit", by=by, facts=facts_of(review))
        secret = secrets.token_hex(32)
        number = (review.draws.aggregate(models.Max("number"))["number__max"] or 0) + 1
        made = Draw.objects.create(review=review, number=number, secret=secret, secret_digest=commitment(secret), committed_at=clock.now())
        audit.record(action="review.commit_draw", by=by, obj=review, data={"number": number, "commitment": made.secret_digest})
    return made


def draw_panel(*, review: Review, by: User) -> Draw:
    """Freeze the list and draw who is missing: the whole panel, or replacements. Raises ``Refused`` without a valid panel."""
    with transaction.atomic():
        Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        review.refresh_from_db(fields=["status"])
        action = "draw" if review.status == "preparing" else "redraw"
        perform(machine=REVIEW, obj=review, action=action, by=by, facts=facts_of(review))
        waiting = review.draws.get(drawn_at__isnull=True)
        pool, terms = candidates(review), terms_of(review)
        try:
            drawn = draw(pool, terms, waiting.secret)
        except NoValidPanel as missing:
            raise Refused(str(missing)) from missing
        waiting.tries = drawn.tries
        _record(waiting, pool, terms, drawn.ids, by)
        _seat(review, drawn.ids)
    return waiting


def appoint_panel(*, review: Review, expert_ids: Collection[int], reason: str, by: User) -> Draw:
    """Seat chosen experts where no valid panel can be drawn, with the reason on record. Conflicted ones are refused."""
    with transaction.atomic():
        Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        review.refresh_from_db(fields=["status"])
        action = "appoint" if review.status == "preparing" else "reappoint"
        pool, terms = candidates(review), terms_of(review)
        perform(machine=REVIEW, obj=review, action=action, by=by, facts=facts_of(review), reason=reason)
        chosen = [one for one in pool if one.id in set(expert_ids)]
        _check_appointment(chosen, terms)
        number = (review.draws.aggregate(models.Max("number"))["number__max"] or 0) + 1
        review.draws.filter(drawn_at__isnull=True).delete()
        made = Draw(review=review, number=number, committed_at=clock.now(), reason=reason.strip())
        _record(made, pool, terms, [one.id for one in chosen], by)
        _seat(review, [one.id for one in chosen])
    return made


def _check_appointment(chosen: Collection[Candidate], terms: Terms) -> None:
    if conflicted := [one.name for one in chosen if one.reasons]:
        msg = f"应回避的专家不得指定：{'、'.join(conflicted)}"
        raise Refused(msg)
    total = len(chosen) + len(terms.kept)
    least, most = parameters.load().integer("panel.min"), parameters.load().integer("panel.max")
    if not chosen or not least <= total <= most or total % 2 == 0:
        msg = f"专家组应为{least}至{most}人，单数；现为{total}人"
        raise Refused(msg)


def _record(made: Draw, pool: Iterable[Candidate], terms: Terms, ids: Iterable[int], by: User) -> None:
    frozen: list[dict[str, Any]] = [one.as_json() for one in pool]
    made.pool, made.terms, made.list_digest = frozen, terms.as_json(), list_digest(pool, terms)
    made.result, made.drawn_at, made.drawn_by = list(ids), clock.now(), by
    made.save()
    facts = {"number": made.number, "list_digest": made.list_digest, "result": made.result, "reason": made.reason}
    audit.record(action="review.draw", by=by, obj=made.review, data=facts)


def _seat(review: Review, expert_ids: Iterable[int]) -> None:
    last = review.members.aggregate(models.Max("seat"))["seat__max"] or 0
    for seat, expert_id in enumerate(expert_ids, start=last + 1):
        member = PanelMember.objects.create(review=review, expert_id=expert_id, seat=seat, invited_at=clock.now())
        invite(member)
