"""Permissions on reviews."""

import hashlib
from collections.abc import Iterable

from django.db.models import Model, Q

from assessments.reviews.enums import FROM_MEETING, Judgement, MemberState, PaperState, ReviewState, SeatDuty
from assessments.reviews.models import AgreedScore, ExpertScore, PanelMember, PaperScores, Review
from assessments.reviews.settlement import Claim
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts

# Permissions on a review.

SEAT = "seat"  # what the key of an obligation of an expert hangs on


def runs_reviews(held: HeldPosts, _review: Review | None = None) -> bool:
    """Whether the user runs reviews: the secretariat (draw, assignment, meeting, records)."""
    return held.has(Role.SECRETARIAT)


def oversees_reviews(held: HeldPosts) -> bool:
    """Whether the user sees every review: secretariat and city. Scores are visible only once the meeting is open."""
    return held.is_city or runs_reviews(held)


def is_this_member(held: HeldPosts, member: PanelMember) -> bool:
    """Whether the user is the invited expert."""
    return member.expert.user_id == held.person


def seated(held: HeldPosts, review: Review) -> PanelMember | None:
    """The person's accepted membership of the review, or None."""
    members = review.members.filter(expert__user=held.person, state=MemberState.ACCEPTED)
    return members.select_related("expert__user").first()


def seat_key(duty: SeatDuty, seat: int) -> str:
    """Key of the obligation for a member's duty."""
    return f"{duty}:{SEAT}-{seat}"


def awaited(review: Review, member: PanelMember) -> SeatDuty | None:
    """What the review currently waits for from this member, or None."""
    if member.state == MemberState.INVITED:
        return SeatDuty.INVITATION
    if member.state != MemberState.ACCEPTED:
        return None
    if review.status == ReviewState.SCORING and member.submitted_at is None:
        return SeatDuty.SCORES
    return SeatDuty.SIGNATURES if review.status == ReviewState.MEETING and member.signed_at is None else None


def scores_are_open(review: Review) -> bool:
    """Whether readings may be shown to others than their author: only from the meeting on."""
    return review.status in FROM_MEETING


def takes_part_in_meeting(held: HeldPosts, review: Review) -> bool:
    """Whether the user may see the papers of the meeting: overseers, and members who accepted."""
    return oversees_reviews(held) or seated(held, review) is not None


def drafts_opinion(held: HeldPosts, own: PanelMember | None) -> bool:
    """Whether the person drafts the panel's opinion: the secretariat, or the chair (``own``: the person's seat in the panel)."""
    return runs_reviews(held) or (own is not None and own.chair)


def opinion_mark(review: Review) -> str:
    """Digest of the opinion's text, posted by whoever edits or signs it to detect changes in between."""
    return hashlib.sha256(review.opinion.encode()).hexdigest()[:16]


def agreed_until(rows: Iterable[AgreedScore | None]) -> str:
    """Time of the newest agreement on the page, posted with a confirmation to detect later agreements."""
    return max((row.at.isoformat() for row in rows if row), default="")


def may_add_sheet(held: HeldPosts, review: Model) -> bool:
    """Whether the user may add the scan of a signed sheet: the secretariat, while the meeting is in session."""
    return isinstance(review, Review) and review.status == ReviewState.MEETING and runs_reviews(held)


def concluded_for_district(held: HeldPosts) -> Q:
    """Condition for the district's side: concluded reviews of districts they apply for or lead."""
    applicants = held.organisations_as(Role.PREPARER, Role.REVIEWER)
    authorities = bodies_as(held, Role.AUTHORITY)
    mine = Q(table__district__applicant_id__in=applicants) | Q(table__district__authorities__in=authorities)
    return Q(status=ReviewState.CONCLUDED) & mine


def missing_of(score: ExpertScore, claim: Claim) -> str:
    """What a judgement still lacks, in words; empty if it is complete."""
    if not score.judgement:
        return "未评"
    if score.judgement == Judgement.DIFFER and not claim.control and not claim.outcome.excluded and score.points is None:
        return "未给分数"
    if score.judgement == Judgement.DIFFER and score.points is not None and score.points == claim.outcome.points:
        return "与申报分相同，应选一致"
    return "未写意见" if score.judgement != Judgement.AGREE and not score.comment else ""


# Permissions on paper scores: one person of the secretariat types them, another one checks them.


def types_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may type the sheet: the person of the secretariat who began it."""
    return runs_reviews(held) and paper.typed_by_id == held.person


def checks_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may check the sheet: another person of the secretariat."""
    return runs_reviews(held) and paper.typed_by_id != held.person


def reads_paper(held: HeldPosts, paper: PaperScores) -> bool:
    """Whether the user may see the typed scores: the typist, and during the check the second person."""
    if paper.status == PaperState.CHECKED:
        return False
    return types_paper(held, paper) or (paper.status == PaperState.CHECKING and checks_paper(held, paper))


def may_add_scan(held: HeldPosts, paper: Model) -> bool:
    """Whether the user may add the scan: the typist, until the sheet is handed over for the check."""
    return isinstance(paper, PaperScores) and paper.status == PaperState.TYPING and types_paper(held, paper)
