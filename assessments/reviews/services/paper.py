"""Scores received on paper: typed by the secretariat, compared by a second person, counted only then."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.reviews.enums import MemberState, PaperState, ReviewState
from assessments.reviews.models import ExpertScore, PanelMember, PaperScores, Review
from assessments.reviews.rules import may_add_scan, missing_of, runs_reviews, types_paper
from assessments.reviews.selectors.pool import claim_from
from assessments.reviews.services.scoring import TypedScore, fill_in, hand_in
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.writing import writing
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import Taken

Entries = Mapping[str, Mapping[str, str]]


def paper_of(*, member: PanelMember, by: User) -> PaperScores:
    """The member's sheet, or an unsaved blank one. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    NotAllowed.unless(runs_reviews(posts_of(by)), "纸质评分由评审秘书录入")
    with transaction.atomic():
        _review, locked = _locked(member)
        paper = PaperScores.objects.filter(member=locked).first()
        if paper is None and online(locked):
            msg = "这位专家已在线评分，不能再用纸质评分代替，请专家本人在线提交"
            raise Refused(msg)
    return paper or PaperScores(member=locked, typed_by=by, typed_at=clock.now())


@writing
def open_paper(*, member: PanelMember, by: User) -> PaperScores:
    """The member's sheet; created for this user if there is none. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    paper = paper_of(member=member, by=by)
    if paper.pk is None:
        paper.save()
    return paper


@writing
def save_paper(*, paper: PaperScores, entries: Entries, version: int, by: User) -> PaperScores:
    """Save what was typed, complete or not. Raises ``NotAllowed``, ``Closed``, ``Stale``, ``Refused`` naming each wrong clause."""
    review, member = _locked(paper.member)
    locked = PaperScores.objects.select_for_update(of=("self",), no_key=True).get(pk=paper.pk)
    NotAllowed.unless(types_paper(posts_of(by), locked), "由录入的评审秘书填写")
    Closed.when(locked.status != PaperState.TYPING, "已提请复核，不能再改")
    if locked.version != version:
        msg = "期间已有人办理或修改这份纸质评分，请核对后再录入"
        raise Stale(msg, current=locked)
    if wrong := _wrong(review, member, entries):
        raise Refused(wrong)
    locked.entries = {item_id: dict(fields) for item_id, fields in entries.items()}
    locked.version, locked.typed_at = version + 1, clock.now()
    locked.save(update_fields=["entries", "version", "typed_at"])
    return locked


def keep_scan(*, paper: PaperScores, upload: "UploadedFile[Any]", by: User) -> PaperScores:
    """Store the scan of the paper for the checker and the meeting. Raises ``NotAllowed``, ``Closed``, ``Refused`` (kind of file)."""
    with transaction.atomic():
        _locked(paper.member)
        held = PaperScores.objects.select_for_update(of=("self",), no_key=True).select_related("member__review").get(pk=paper.pk)
        NotAllowed.unless(may_add_scan(posts_of(by), held), "扫描件由录入的评审秘书在提请复核前上传")
        held.scan = store(owner=held, upload=upload, kind="纸质评分扫描件", title="", by=by)
        held.save(update_fields=["scan"])
        audit.record(
            action="review.keep_scan", by=by, obj=held.member.review, data={"member": held.member.number, "sha256": held.scan.sha256}
        )
    return held


def on_check(taken: Taken) -> None:
    """Confirm that the typed scores match the paper and hand them in."""
    paper, member = taken.obj, taken.obj.member
    paper.checked_by, paper.checked_at = taken.by, clock.now()
    for score in _scores(member):
        item_id = score.assignment.item_id
        fill_in(score, claim_from(item_id, member.review.claims[item_id]), TypedScore(**paper.entries[item_id]), member.review)
        score.version, score.changed_at = score.version + 1, clock.now()
        score.save()
    hand_in(member)
    names = {"member": member.number, "typed_by": paper.typed_by_id, "checked_by": paper.checked_by_id}
    audit.record(action="review.check_paper", by=taken.by, obj=member.review, data=names)


def is_online(paper: PaperScores, _today: dt.date) -> bool:
    """Whether the member has judged something online (fact of the state machine)."""
    return online(paper.member)


def online(member: PanelMember) -> bool:
    """Whether the expert has judged something online."""
    return ExpertScore.objects.filter(assignment__member=member).exclude(judgement="", comment="").exists()


def gaps_of(paper: PaperScores, _today: dt.date | None = None) -> list[str]:
    """What the sheet still lacks by clause, in words."""
    member = paper.member
    review = Review.objects.select_related("table__edition").get(pk=member.review_id)
    gaps = []
    for score in _scores(member):
        item_id = score.assignment.item_id
        claim = claim_from(item_id, review.claims[item_id])
        fill_in(score, claim, TypedScore(**paper.entries.get(item_id, {})), review)
        if lack := missing_of(score, claim):
            gaps.append(f"{item_id}：{lack}")
    return gaps


def _wrong(review: Review, member: PanelMember, entries: Entries) -> list[Refusal]:
    scores = {score.assignment.item_id: score for score in _scores(member)}
    found = [Refusal(f"{item_id}：没有分派给这一席位，意见须对应条文") for item_id in entries if item_id not in scores]
    for item_id in (key for key in entries if key in scores):
        try:
            fill_in(scores[item_id], claim_from(item_id, review.claims[item_id]), TypedScore(**entries[item_id]), review)
        except Refused as refused:
            found += [Refusal(f"{item_id}：{refusal.text}", field=f"{item_id}-points") for refusal in refused.refusals]
    return found


def _scores(member: PanelMember) -> list[ExpertScore]:
    return list(ExpertScore.objects.select_related("assignment").filter(assignment__member=member).order_by("pk"))


def _locked(member: PanelMember) -> tuple[Review, PanelMember]:
    """Lock review and member while scores may be entered. Raises ``Closed``."""
    row = (
        PanelMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("review__table__edition", "expert__user")
        .get(pk=member.pk)
    )
    if row.state != MemberState.ACCEPTED or row.submitted_at is not None or row.review.status != ReviewState.SCORING:
        msg = "这一席位的评分已提交，或现在不是专家评分环节"
        raise Closed(msg)
    return row.review, row
