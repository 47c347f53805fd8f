"""Individual scoring: assignment of clauses, autosave with a version check, agreeing with the rest, handing in.

Also here: Files that an expert attaches to a clause, stored without metadata that names the author.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, QuerySet

from assessments.common.enums import CommentKind
from assessments.common.services import Autosave
from assessments.reviews.enums import Judgement, MemberState, ReviewState
from assessments.reviews.models import Assignment, ExpertScore, PanelMember, Review, ScoreFile
from assessments.reviews.panel import Bundle, PanelReader, assign
from assessments.reviews.rules import missing_of
from assessments.reviews.selectors.pool import claim_from, rules_of
from assessments.reviews.settlement import Claim
from assessments.reviews.unseen import confirmed_unseen
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.locks import move_later
from greendistrict.documents.services import store
from greendistrict.policy.parameters import load
from greendistrict.workflow.procedure import Taken, notify_event
from indicators.scoring.refusals import ValueProblem
from indicators.scoring.values import check_points


def on_start(taken: Taken) -> None:
    """Assign the clauses and open the workspaces; a replacement gets the clauses of the member who left."""
    review = taken.obj
    review.score_due = taken.values["score_due"]
    if Assignment.objects.filter(member__review=review).exists():
        # Each new member gets the clauses of one who left, the last to leave first.
        heirs = list(_sitting(review).filter(assignments__isnull=True))
        gone = (
            review.members.exclude(state=MemberState.ACCEPTED).filter(assignments__isnull=False).distinct().order_by("-replied_at", "-pk")
        )
        for heir, left in zip(heirs, gone[: len(heirs)], strict=True):
            _store([Assignment(member=heir, item_id=one.item_id, reading=one.reading) for one in left.assignments.all()])
    else:
        _deal_all(review)


def move_scores(seat: int, day: dt.date) -> dt.date:
    """Extend the scoring deadline of the panel, by decision or by the rule on outages of the portal. Returns the previous day."""
    return move_later(Review.objects.filter(members=seat, score_due__isnull=False), "score_due", day)


def _deal_all(review: Review) -> None:
    table = rules_of(review).table(review.table.type, review.table.stage)
    bundles = [
        Bundle(chapter.key, tuple(item.id for item in chapter.items), general=chapter.bonus or not chapter.dimension)
        for chapter in table.chapters
        if chapter.items
    ]
    members = {member.number: member for member in _sitting(review)}
    readers = [PanelReader(number, frozenset(member.expert.specialties)) for number, member in members.items()]
    assigned = assign(bundles, readers)
    _store(
        [
            Assignment(member=members[number], item_id=item, reading=kind)
            for number, items in assigned.items()
            for item, kind in items.items()
        ]
    )


def _sitting(review: Review) -> QuerySet[PanelMember]:
    return review.members.filter(state=MemberState.ACCEPTED).select_related("expert").order_by("number")


def _store(assignments: list[Assignment]) -> None:
    made = Assignment.objects.bulk_create(assignments)
    ExpertScore.objects.bulk_create([ExpertScore(assignment=one) for one in made])


WRITTEN = ("judgement", "points", "holds", "exclusion_founded", "comment", "comment_kind", "changed_at")
SCORE = Autosave(
    table="assessments_expertscore",
    held="""
        SELECT member.id FROM assessments_panelmember member
        JOIN assessments_review review ON review.id = member.review_id
        JOIN assessments_expertprofile expert ON expert.id = member.expert_id
        WHERE member.id = %(member)s AND member.state = %(accepted)s AND member.submitted_at IS NULL
            AND review.status = 'scoring' AND expert.user_id = %(by)s
        FOR NO KEY UPDATE OF member
    """,
    beside="assessments_assignment assigned",
    row="assigned.member_id = held.id AND assigned.item_id = %(item)s AND r.assignment_id = assigned.id",
    columns={name: f"%({name})s" for name in WRITTEN},
    returned="assigned.id AS assignment",
    answer="id, assignment",
)


@dataclass(frozen=True)
class TypedScore:
    """What an expert typed for a clause; ``points`` is the typed text."""

    judgement: str = ""
    points: str = ""
    comment: str = ""
    comment_kind: str = ""

    @classmethod
    def of(cls, score: ExpertScore) -> Self:
        """The stored score in the form in which it would be typed."""
        points = "" if score.points is None else f"{score.points.normalize():f}"
        return cls(score.judgement, points, score.comment, score.comment_kind)

    @property
    def in_words(self) -> str:
        """The judgement for its expert, e.g. ``不同，3分，意见“缺测算表”``."""
        judged = dict(Judgement.choices).get(self.judgement, "未评")
        return "，".join([judged, *([f"{self.points}分"] if self.points else []), *([f"意见“{self.comment}”"] if self.comment else [])])


def save_score(*, member: PanelMember, item_id: str, typed: TypedScore, version: int, by: User) -> ExpertScore:
    """Save one judgement, complete or not. Raises ``Stale`` (409), ``Closed`` (410), ``NotAllowed``, ``Refused`` (points).

    A normal save is a single statement. If that writes nothing, the reason is determined under a lock on the member.
    """
    saved = _saved_at_once(member, item_id, typed, version, by)
    return saved or _saved_under_lock(member, item_id, typed, version, by)


def _saved_at_once(member: PanelMember, item_id: str, typed: TypedScore, version: int, by: User) -> ExpertScore | None:
    if item_id not in member.review.claims:
        return None
    score = ExpertScore(assignment=Assignment(member=member, item_id=item_id), version=version + 1, changed_at=clock.now())
    try:
        fill_in(score, claim_from(item_id, member.review.claims[item_id]), typed, member.review)
    except Refused:  # a panel that is closed is refused before a wrong figure
        return None
    written = {name: getattr(score, name) for name in WRITTEN}
    keys = {"member": member.pk, "by": by.pk, "accepted": MemberState.ACCEPTED.value, "item": item_id, "version": version}
    found = SCORE.save(written | keys)
    score.pk, score.assignment.pk = found[0] if found else (None, None)
    score.assignment_id = score.assignment.pk
    return score if found else None


def _saved_under_lock(member: PanelMember, item_id: str, typed: TypedScore, version: int, by: User) -> ExpertScore:
    with transaction.atomic():
        review, locked = open_member(member, by)
        score = ExpertScore.objects.select_related("assignment").filter(assignment__member=locked, assignment__item_id=item_id).first()
        if score is None:
            msg = "这一条没有分派给您"
            raise NotAllowed(msg)
        before = _content(score)
        fill_in(score, claim_from(item_id, review.claims[item_id]), typed, review)
        if score.version != version:
            return _repeated(score, before, version)
        score.version, score.changed_at = version + 1, clock.now()
        score.save()
    return score


def _content(score: ExpertScore) -> tuple[object, ...]:
    return (score.judgement, score.points, score.holds, score.exclusion_founded, score.comment, score.comment_kind)


def _repeated(score: ExpertScore, before: tuple[object, ...], version: int) -> ExpertScore:
    """The stored score if the same input was sent twice; else raise ``Stale``."""
    if score.version == version + 1 and _content(score) == before:
        return score
    score.refresh_from_db()
    msg = "这一条已在别处修改"
    raise Stale(msg, current=score)


def open_member(member: PanelMember, by: User) -> tuple[Review, PanelMember]:
    """Lock and return review and own membership while scores may be written. Raises ``NotAllowed``, ``Closed``."""
    locked = (
        PanelMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("review__table__edition", "expert")
        .get(pk=member.pk)
    )
    NotAllowed.when(locked.expert.user_id != by.pk or locked.state != MemberState.ACCEPTED, "只能填写自己的评分")
    if locked.submitted_at is not None or locked.review.status != ReviewState.SCORING:
        msg = "评分已提交，不能再改" if locked.submitted_at else "现在不是专家评分环节"
        raise Closed(msg)
    return locked.review, locked


def fill_in(score: ExpertScore, claim: Claim, typed: TypedScore, review: Review) -> None:
    """Write the typed values into a score object without saving it. Raises ``Refused`` for points that the rule does not allow."""
    Refused.when(typed.judgement not in {"", *Judgement.values} or typed.comment_kind not in {"", *CommentKind.values}, "判断选项不存在")
    score.judgement, score.comment = typed.judgement, typed.comment.strip()
    score.comment_kind = (typed.comment_kind or CommentKind.ADVICE) if score.comment else ""
    score.points = score.holds = score.exclusion_founded = None
    agrees = {Judgement.AGREE: True, Judgement.DIFFER: False}.get(Judgement(typed.judgement)) if typed.judgement else None
    if claim.outcome.excluded:
        score.exclusion_founded = agrees
    elif claim.control:
        score.holds = None if agrees is None else bool(claim.outcome.holds) is agrees
    elif agrees:
        score.points = claim.outcome.points
    elif agrees is False and typed.points.strip():
        score.points = _points(review, claim, typed.points)


def _points(review: Review, claim: Claim, typed: str) -> Decimal:
    try:
        return check_points(rules_of(review).items[claim.item_id], typed)
    except ValueProblem as problem:
        raise Refused([Refusal(f"评分{problem.message}", field="points")]) from problem


def note_seen(score: ExpertScore) -> None:
    """Store when the expert first opened the clause with its material."""
    if score.seen_at is None:
        ExpertScore.objects.filter(pk=score.pk, seen_at=None).update(seen_at=clock.now())


def confirm_rest(*, member: PanelMember, expected: int, by: User) -> int:
    """Agree with every unjudged clause; ``expected`` is the number shown on the page. Raises ``Stale`` if it changed."""
    with transaction.atomic():
        review, locked = open_member(member, by)
        rest = list(ExpertScore.objects.select_related("assignment").filter(assignment__member=locked, judgement=""))
        if len(rest) != expected:
            msg = f"未评条文现为{len(rest)}条，请重新确认"
            raise Stale(msg)
        for score in rest:
            claim = claim_from(score.assignment.item_id, review.claims[score.assignment.item_id])
            kept = TypedScore(Judgement.AGREE, "", score.comment, score.comment_kind)
            fill_in(score, claim, kept, review)
            score.changed_at = clock.now()
        write_columns(rest, ["judgement", "points", "holds", "exclusion_founded", "changed_at"])
        ExpertScore.objects.filter(pk__in=[score.pk for score in rest]).update(version=F("version") + 1)
        audit.record(action="review.confirm_rest", by=by, obj=review, data={"member": locked.number, "count": len(rest)})
    return len(rest)


def submit_scores(*, member: PanelMember, by: User) -> None:
    """Hand in and freeze all own judgements. Raises ``Refused`` naming every incomplete clause."""
    with transaction.atomic():
        review, locked = open_member(member, by)
        scores = ExpertScore.objects.select_related("assignment").filter(assignment__member=locked).order_by("pk")
        gaps = [
            Refusal(f"{score.assignment.item_id}：{lack}")
            for score in scores
            if (lack := missing_of(score, claim_from(score.assignment.item_id, review.claims[score.assignment.item_id])))
        ]
        if gaps:
            raise Refused(gaps)
        unseen = confirmed_unseen(scores, review.claims, load())
        if unseen.is_over:
            raise Refused([Refusal(f"{item}：控制项，请打开材料后再确认") for item in unseen.controls])
        locked.unseen = len(unseen.items)
        locked.save(update_fields=["unseen"])
        hand_in(locked)
        notify_event(locked, "hand_in", by)
        audit.record(action="review.submit_scores", by=by, obj=review, data={"member": locked.number, "unseen": locked.unseen})


def hand_in(member: PanelMember) -> None:
    """Freeze the scores of a locked member."""
    member.submitted_at = clock.now()
    member.save(update_fields=["submitted_at"])


MOST_FILES = 5


def attach_file(*, member: PanelMember, item_id: str, upload: "UploadedFile[Any]", by: User) -> ScoreFile:
    """Attach a file to an own clause. Raises ``NotAllowed``, ``Closed``, ``Refused`` with what to do."""
    with transaction.atomic():
        _review, locked = open_member(member, by)
        score = _own_score(locked, item_id)
        if score.files.count() >= MOST_FILES:
            raise Refused([Refusal(f"一条最多附{MOST_FILES}个文件，请先取下不用的", field="upload")])
        return ScoreFile.objects.create(score=score, document=store(owner=score, upload=upload, kind="评审附件", title="", by=by))


def detach_file(*, member: PanelMember, item_id: str, key: int, by: User) -> None:
    """Remove an own file. Raises ``NotAllowed`` if there is none, ``Closed``."""
    with transaction.atomic():
        review, locked = open_member(member, by)
        NotAllowed.unless(_own_score(locked, item_id).files.filter(pk=key).delete()[0], "没有这个附件")
        audit.record(action="review.detach_file", by=by, obj=review, data={"member": locked.number, "item": item_id})


def _own_score(member: PanelMember, item_id: str) -> ExpertScore:
    score = ExpertScore.objects.select_related("assignment__member__review").filter(assignment__member=member, assignment__item_id=item_id)
    if (found := score.first()) is None:
        msg = "这一条没有分派给您"
        raise NotAllowed(msg)
    return found
