"""Scores that came on paper: typed by the secretariat, checked by a second person, counted only then."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.enums import MemberState
from assessments.lifecycle.paper import PAPER
from assessments.models import ExpertScore, PanelMember, PaperScores, Review
from assessments.rules.papers import may_add_scan, types_paper
from assessments.rules.reviews import missing_of, runs_reviews
from assessments.selectors.review_scores import claim_from
from assessments.services.reviews.marking import Typed, fill_in, hand_in
from assessments.services.reviews.notes import Note, tell_member, tell_staff
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.workflow.services import perform

Entries = Mapping[str, Mapping[str, str]]


def paper_of(*, member: PanelMember, by: User) -> PaperScores:
    """Return the sheet of a seat, a blank one that is not stored if there is none. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    if not runs_reviews(by):
        msg = "纸质评分由评审秘书录入"
        raise NotAllowed(msg)
    with transaction.atomic():
        _review, locked = _locked(member)
        found = PaperScores.objects.filter(member=locked).first()
        if found is None and online(locked):
            msg = "这位专家已在线评分，不能再用纸质评分代替，请专家本人在线提交"
            raise Refused(msg)
    return found or PaperScores(member=locked, typed_by=by, typed_at=clock.now())


def open_paper(*, member: PanelMember, by: User) -> PaperScores:
    """Return the sheet of a seat, begun by this person if there is none. Raises ``NotAllowed``, ``Closed``, ``Refused``."""
    with transaction.atomic():
        found = paper_of(member=member, by=by)
        if found.pk is None:
            found.save()
    return found


def save_paper(*, paper: PaperScores, entries: Entries, version: int, by: User) -> PaperScores:
    """Keep what was typed, complete or not. Raises ``NotAllowed``, ``Closed``, ``Stale``, ``Refused`` naming each wrong clause."""
    with transaction.atomic():
        review, seat = _locked(paper.member)
        held = PaperScores.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        if not types_paper(by, held):
            msg = "由录入的评审秘书填写"
            raise NotAllowed(msg)
        if held.status != "typing":
            msg = "已提请复核，不能再改"
            raise Closed(msg)
        if held.version != version:
            msg = "纸质评分已在别处修改"
            raise Stale(msg, current=held)
        if wrong := _wrong(review, seat, entries):
            raise Refused(wrong)
        held.entries = {item_id: dict(fields) for item_id, fields in entries.items()}
        held.version, held.typed_at = version + 1, clock.now()
        held.save(update_fields=["entries", "version", "typed_at"])
    return held


def keep_scan(*, paper: PaperScores, upload: "UploadedFile[Any]", by: User) -> PaperScores:
    """Keep the scan of the paper for whoever checks and for the meeting. Raises ``NotAllowed``, ``Closed``, ``Refused`` (kind of file)."""
    with transaction.atomic():
        _locked(paper.member)
        held = PaperScores.objects.select_for_update(of=("self",)).select_related("member__review").get(pk=paper.pk)
        if not may_add_scan(by, held):
            msg = "扫描件由录入的评审秘书在提请复核前上传"
            raise NotAllowed(msg)
        held.scan = store(owner=held, upload=upload, kind="纸质评分扫描件", title="", by=by)
        held.save(update_fields=["scan"])
        audit.record(action="review.keep_scan", by=by, obj=held.member.review, data={"seat": held.member.seat, "sha256": held.scan.sha256})
    return held


def hand_over_paper(*, paper: PaperScores, by: User) -> None:
    """Ask for the check. Raises ``NotAllowed``, ``Refused`` naming what is missing."""
    with transaction.atomic():
        review, seat = _locked(paper.member)
        perform(machine=PAPER, obj=paper, action="hand_over", by=by, facts={"gaps": gaps_of(paper)})
        tell_staff(
            review, Note(f"paper:{paper.pk}:{paper.version}", f"{review}：{seat}的纸质评分待复核", "请另一名评审秘书与纸质评分核对。")
        )


def return_paper(*, paper: PaperScores, reason: str, by: User) -> None:
    """Send it back to whoever typed it. Raises ``NotAllowed``, ``Refused``."""
    perform(machine=PAPER, obj=paper, action="send_back", by=by, reason=reason)


def check_paper(*, paper: PaperScores, version: int, by: User) -> None:
    """Confirm that what was typed is what the paper says; the scores are handed in with it.

    Raises ``Stale``, ``NotAllowed``, ``Closed``, ``Refused``.
    """
    with transaction.atomic():
        review, seat = _locked(paper.member)
        paper = PaperScores.objects.select_for_update(of=("self",)).select_related("member").get(pk=paper.pk)
        if paper.version != version:
            msg = "录入内容已有变化，请重新核对"
            raise Stale(msg, current=paper)
        perform(machine=PAPER, obj=paper, action="check", by=by, facts={"gaps": gaps_of(paper), "online": online(seat)})
        paper.checked_by, paper.checked_at = by, clock.now()
        paper.save(update_fields=["checked_by", "checked_at"])
        for score in _scores(seat):
            item_id = score.assignment.item_id
            fill_in(score, claim_from(item_id, review.claims[item_id]), Typed(**paper.entries[item_id]), review)
            score.version, score.changed_at = score.version + 1, clock.now()
            score.save()
        hand_in(seat)
        names = {"seat": seat.seat, "typed_by": paper.typed_by_id, "checked_by": by.pk}
        audit.record(action="review.check_paper", by=by, obj=review, data=names)
        words = f"{paper.typed_by.name}录入，{by.name}复核。与您的纸质评分不符的，请联系评审秘书。"
        tell_member(seat, Note(f"paper-checked:{paper.pk}", "您的纸质评分已录入", words, "review_submit"))


def online(seat: PanelMember) -> bool:
    """Whether the expert has judged something online."""
    return ExpertScore.objects.filter(assignment__member=seat).exclude(judgement="", comment="").exists()


def gaps_of(paper: PaperScores) -> list[str]:
    """What the sheet still lacks, clause by clause, in words."""
    seat = paper.member
    review = Review.objects.select_related("table__edition").get(pk=seat.review_id)
    found = []
    for score in _scores(seat):
        item_id = score.assignment.item_id
        claim = claim_from(item_id, review.claims[item_id])
        fill_in(score, claim, Typed(**paper.entries.get(item_id, {})), review)
        if lack := missing_of(score, claim):
            found.append(f"{item_id}：{lack}")
    return found


def _wrong(review: Review, seat: PanelMember, entries: Entries) -> list[Refusal]:
    scores = {score.assignment.item_id: score for score in _scores(seat)}
    found = [Refusal(f"{item_id}：没有分派给这一席位，意见须对应条文") for item_id in entries if item_id not in scores]
    for item_id in (one for one in entries if one in scores):
        try:
            fill_in(scores[item_id], claim_from(item_id, review.claims[item_id]), Typed(**entries[item_id]), review)
        except Refused as refused:
            found += [Refusal(f"{item_id}：{refusal.text}", field=f"{item_id}-points") for refusal in refused.refusals]
    return found


def _scores(seat: PanelMember) -> list[ExpertScore]:
    return list(ExpertScore.objects.select_related("assignment").filter(assignment__member=seat).order_by("pk"))


def _locked(member: PanelMember) -> tuple[Review, PanelMember]:
    """The seat, locked, while its scores may come in. Raises ``Closed``."""
    seat = PanelMember.objects.select_for_update(of=("self",)).select_related("review__table__edition", "expert__user").get(pk=member.pk)
    if seat.state != MemberState.ACCEPTED or seat.submitted_at is not None or seat.review.status != "scoring":
        msg = "这一席位的评分已提交，或现在不是专家评分环节"
        raise Closed(msg)
    return seat.review, seat
