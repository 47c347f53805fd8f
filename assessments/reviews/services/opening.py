"""Open a review with what was submitted frozen, fill its panel, stop it; hand on what a person who leaves had open."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from assessments.reviews.enums import ENDED_STATES, ON_PANEL, MemberState, PaperState
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import Draw, PanelMember, PaperScores, Review
from assessments.reviews.panel import Candidate, NoValidPanel, Terms, commitment, draw, list_digest
from assessments.reviews.selectors.pool import candidates, terms_of
from assessments.tables.models import WITH_VERSION, RowEvidence, ScoreTable
from assessments.tables.selectors.scoring import RowData, inputs_of, rows_of, score_rows
from greendistrict.accounts.enums import Role
from greendistrict.accounts.messenger import carrier
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.workflow.procedure import Taken, hold, take
from indicators.scoring.engine import ItemResult
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item


@dataclass(frozen=True)
class ReviewSubject:
    """Frozen papers, supplied by the app that owns the matter.

    ``parties``: mappings with role (words), organisation_id, name, group; ``documents``: mappings with title and key.
    """

    title: str
    number: str
    kind: str
    parties: list[dict[str, Any]]
    documents: list[dict[str, str]]
    star_asked: int | None = None


def open_review(*, table: ScoreTable, subject: ReviewSubject, by: User | None) -> Review:
    """Open a review of a submitted table. Raises ``Refused`` if it is not submitted or is already under review."""
    with transaction.atomic():
        locked = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        Refused.when(locked.status not in WITH_VERSION, "评分表提交后才能送专家评审")
        Refused.when(locked.reviews.exclude(status__in=ENDED_STATES).exists(), "这份评分表已在评审")
        review = Review.objects.create(table=locked, subject=asdict(subject), claims=_claims(locked), opened_at=clock.now())
        audit.record(action="review.open", by=by, obj=review, data={"number": subject.number})
    return review


def _claims(table: ScoreTable) -> dict[str, dict[str, Any]]:
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    if scored.result is None:
        raise Refused(scored.refusal)
    excluded = inputs_of(table, scored.table.items, rows.values()).exclusions
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    entries = RowEvidence.objects.filter(row__table=table).order_by("pk")
    for link in entries.select_related("row", "document"):
        file = link.document
        place = {"page": link.page, "page_end": link.page_end, "passage": link.printed_passage}
        entry = {"title": file.printed_title, "key": str(file.key), "type": file.content_type} | place
        files[link.row.item_id].append(entry)
    noted = _findings(table)
    return {
        result.id: {
            **_claim(scored.table.items[result.id], result, rows.get(result.id), excluded.get(result.id, ""), files.get(result.id, [])),
            "findings": noted.get(result.id, []),
        }
        for result in scored.result.items
    }


def _findings(table: ScoreTable) -> dict[str, list[dict[str, str]]]:
    """Findings of the check by item, as the newest submission froze them with the district's explanations."""
    rows = table.versions.order_by("-number").values_list("content__rows", flat=True).first() or []
    return {row["item_id"]: row.get("findings", []) for row in rows}


def _claim(item: Item, result: ItemResult, row: RowData | None, excluded: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "control": item.is_control,
        "most": plain(item.points),
        "points": None if result.points is None or result.excluded else plain(result.points),
        "holds": result.holds,
        "excluded": result.excluded,
        "value": row.value if row else None,
        "exclusion_reason": excluded,
        "absent_reason": row.absent_reason if row else "",
        "explanation": row.explanation if row else "",
        "evidence": files,
    }


def stop(*, review: Review, reason: str) -> Review:
    """Stop an open review with a reason; one already concluded or stopped stays unchanged. Recorded scores are kept."""
    with transaction.atomic():
        locked: Review = hold(review)
        if REVIEW.find("stop", locked.status) is not None:
            take(obj=locked, action="stop", by=None, version=None, reason=reason)
    return locked


def _typing(person: User) -> QuerySet[PaperScores]:
    return PaperScores.objects.filter(typed_by=person, status=PaperState.TYPING)


def sheets_typed(person: User) -> int:
    """Number of paper sheets the person is typing, which no colleague may continue."""
    return _typing(person).count()


def hand_on_sheets(person: User, to: User) -> int:
    """Let another person continue typing; returns the number of sheets."""
    return _typing(person).update(typed_by=to, version=F("version") + 1)


def _seats(person: User) -> QuerySet[PanelMember]:
    open_states = ON_PANEL
    return PanelMember.objects.filter(expert__user=person, state__in=open_states).exclude(review__status__in=ENDED_STATES)


def open_seats(person: User) -> int:
    """Number of open reviews of which the person is a member."""
    return _seats(person).count()


def tell_of_seats(person: User, to: User) -> int:
    """Notify the secretariat, because a drawn seat cannot pass to a colleague and must be drawn again; returns the number of seats."""
    del to
    told = 0
    for seat in _seats(person).select_related("review__table__district"):
        carrier().notify(
            key=f"review:{seat.review_id}:left:{seat.pk}",
            receivers=[*holders(Role.SECRETARIAT)],
            title=f"评审专家离任：{seat.review}",
            body=f"{seat}不再任专家岗位，席位须另行安排。",
            path=reverse("assessments:review", args=[seat.review_id]),
            demo=person.is_demo,
        )
        told += 1
    return told


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
