"""Reviews as people see them: lists, the panel with or without names, progress, tasks."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse

from assessments.enums import MemberState
from assessments.models import ExpertScore, PanelMember, Review, ScoreTable
from assessments.models.review import ENDED_STATES
from assessments.rules.reviews import SEEN_BY_MEMBER, concluded_for_district, oversees_reviews, runs_reviews
from assessments.selectors.review_pool import chapter_words
from greendistrict.accounts.models import User
from greendistrict.core import clock, workdays
from greendistrict.policy.parameters import Parameters, load
from greendistrict.workflow.todo import Task


def reviews_visible_to(user: User) -> QuerySet[Review]:
    """Reviews this person may know of: overseers all, experts those they are invited to or sit on, the district's side concluded ones."""
    reviews = Review.objects.select_related("table__district", "table__edition")
    if oversees_reviews(user):
        return reviews
    mine = Q(pk__in=PanelMember.objects.filter(expert__user=user, state__in=SEEN_BY_MEMBER).values("review_id"))
    return reviews.filter(mine | Q(pk__in=Review.objects.filter(concluded_for_district(user)).values("pk")))


def tables_read_by_expert(user: User) -> QuerySet[ScoreTable]:
    """Tables whose evidence an expert may open: of reviews whose invitation was accepted, until the conclusion."""
    seats = PanelMember.objects.filter(expert__user=user, state=MemberState.ACCEPTED).exclude(review__status__in=ENDED_STATES)
    return ScoreTable.objects.filter(pk__in=seats.values("review__table_id"))


def reads_papers(user: User, key: UUID) -> bool:
    """Whether a file is among the papers of a review this expert has accepted and that is not concluded."""
    seats = PanelMember.objects.filter(expert__user=user, state=MemberState.ACCEPTED).exclude(review__status__in=ENDED_STATES)
    return seats.filter(review__subject__documents__contains=[{"key": str(key)}]).exists()


def review_list(user: User) -> QuerySet[Review]:
    """Visible reviews with ``seats``, ``accepted`` and ``handed_in`` counted, newest first."""
    sitting = Q(members__state=MemberState.ACCEPTED)
    return reviews_visible_to(user).annotate(
        accepted=Count("members", filter=sitting, distinct=True),
        pending=Count("members", filter=Q(members__state=MemberState.INVITED), distinct=True),
        handed_in=Count("members", filter=sitting & Q(members__submitted_at__isnull=False), distinct=True),
    )


def invitations_of(user: User) -> QuerySet[PanelMember]:
    """Own seats that are invited or accepted, newest first."""
    seats = PanelMember.objects.filter(expert__user=user, state__in=SEEN_BY_MEMBER)
    return seats.select_related("review__table__district", "expert__user").order_by("-invited_at")


@dataclass(frozen=True)
class Person:
    """A seat as this viewer may see it: a name, or 专家3."""

    member: PanelMember
    label: str
    chapters: str
    done: int
    dealt: int
    remaining: int | None


def panel_for(review: Review, viewer: User) -> list[Person]:
    """Seats with progress counts, never a score. The district's side reads 专家1 … until the conclusion, and sees no refusals."""
    inside = oversees_reviews(viewer) or review.members.filter(expert__user=viewer, state=MemberState.ACCEPTED).exists()
    members = review.members.select_related("expert__user").annotate(
        dealt=Count("assignments"), done=Count("assignments", filter=~Q(assignments__score__judgement=""))
    )
    if not inside:
        members = members.filter(state=MemberState.ACCEPTED)
    named = review.status == "concluded" or oversees_reviews(viewer)
    words = chapter_words(review)
    return [_person(member, words, named=named) for member in members.order_by("seat")]


def _person(member: PanelMember, words: dict[str, str], *, named: bool) -> Person:
    label = f"{member} {member.expert.user.name}" if named else str(member)
    chapters = "、".join(words[key] for key in words if key in member.expert.specialties)
    waiting = member.state == MemberState.INVITED
    remaining = days_left(answer_due(member)) if waiting else None
    counts = vars(member)
    return Person(member, label, chapters, counts["done"], counts["dealt"], remaining)


def reply_due(invited: dt.date, settings: Parameters) -> dt.date:
    """Last day to answer an invitation (portal setting expert_reply_days, working days)."""
    return workdays.current().add(invited, settings.integer("expert_reply_days"))


def answer_due(member: PanelMember) -> dt.date:
    """Last day of this invitation."""
    return reply_due(member.invited_at.astimezone(clock.SHANGHAI).date(), load())


def days_left(due: dt.date | None) -> int | None:
    """Working days left; negative when overdue; None without a date."""
    return None if due is None else workdays.current().between(clock.today(), due)


def own_progress(member: PanelMember) -> tuple[int, int]:
    """Clauses judged and dealt of one seat."""
    scores = ExpertScore.objects.filter(assignment__member=member)
    counts = scores.aggregate(dealt=Count("pk"), done=Count("pk", filter=~Q(judgement="")))
    return counts["done"], counts["dealt"]


def tasks_for(user: User) -> list[Task]:
    """What waits for an expert (answer, score, meeting) or for the secretariat (draw, replace, start, meet, conclude)."""
    found = [_expert_task(member) for member in _open_seats(user)]
    if runs_reviews(user):
        found += _secretariat_tasks()
    return [task for task in found if task is not None]


def _open_seats(user: User) -> QuerySet[PanelMember]:
    return invitations_of(user).exclude(review__status__in=["preparing", *ENDED_STATES])


def _expert_task(member: PanelMember) -> Task | None:
    review = member.review
    if member.state == MemberState.INVITED:
        due = answer_due(member)
        return _task("答复评审邀请", review, "review_invitation", member.invited_at, due)
    if review.status == "scoring" and member.submitted_at is None:
        return _task("专家评分", review, "review_workspace", member.replied_at, review.score_due)
    if review.status == "meeting" and member.signed_at is None:
        return _task("评审会表决和确认意见", review, "review_meeting", member.submitted_at, None)
    return None


def _secretariat_tasks() -> list[Task | None]:
    sitting = Q(members__state=MemberState.ACCEPTED)
    reviews = (
        Review.objects.exclude(status__in=ENDED_STATES)
        .select_related("table__district")
        .annotate(
            accepted=Count("members", filter=sitting, distinct=True),
            pending=Count("members", filter=Q(members__state=MemberState.INVITED), distinct=True),
            handed_in=Count("members", filter=sitting & Q(members__submitted_at__isnull=False), distinct=True),
            moved_at=Max("members__replied_at", default=F("opened_at")),
        )
    )
    size = load().integer("panel.size")
    return [_secretariat_task(review, size) for review in reviews.order_by("pk")]


def _secretariat_task(review: Review, size: int) -> Task | None:
    counts = vars(review)
    words = {"preparing": "抽取评审专家", "meeting": "记录评审会"}.get(review.status)
    if review.status in {"inviting", "scoring"} and counts["accepted"] + counts["pending"] < size:
        words = "补抽评审专家"
    elif review.status == "inviting" and not counts["pending"]:
        words = "分派条文，开始评分"
    elif review.status == "scoring" and counts["handed_in"] == counts["accepted"]:
        words = "召开评审会"
    page = "review_meeting" if review.status == "meeting" else "review"
    return _task(words, review, page, counts["moved_at"], None) if words else None


def _task(words: str, review: Review, page: str, since: dt.datetime | None, due: dt.date | None) -> Task:
    link = reverse(f"assessments:{page}", args=[review.pk])
    subject = f"{review.subject.get('number', '')} {review.subject.get('title', '')}".strip()
    return Task(words, subject, link, since, due, kind="专家评审", is_demo=review.table.district.is_demo)
