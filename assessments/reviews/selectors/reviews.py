"""Reviews as users see them: lists, the panel with or without names, progress, tasks."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.urls import reverse

from assessments.common.owed_papers import Deadline, deadline
from assessments.reviews.enums import BEFORE_MEETING, ENDED_STATES, ON_PANEL, MemberState, PaperState, ReviewState, SeatDuty
from assessments.reviews.models import PanelMember, PaperScores, Review
from assessments.reviews.rules import awaited, concluded_for_district, oversees_reviews, runs_reviews, seat_key
from assessments.reviews.selectors.papers import members_in_session, members_to_compare, papers_to_handle, papers_waiting
from assessments.reviews.selectors.pool import chapter_words, load_of, rules_of
from assessments.reviews.terms import answering_term
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.core.memoisation import held_reads
from greendistrict.core.toned_words import TonedWord
from greendistrict.policy.dates import TermSettings
from greendistrict.policy.parameters import Parameters, load
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def reviews_visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Reviews the user sees: all for overseers, own ones for experts (invited or member), concluded ones for the district's side."""
    reviews = Review.objects.select_related("table__district", "table__edition")
    held = viewer.held
    if oversees_reviews(held):
        return reviews
    mine = Q(pk__in=PanelMember.objects.filter(expert__user=viewer.person, state__in=ON_PANEL).values("review_id"))
    return reviews.filter(mine | Q(pk__in=Review.objects.filter(concluded_for_district(held)).values("pk")))


def reads_papers(viewer: Viewer, key: UUID) -> bool:
    """Whether a file belongs to the papers of an open review that this expert has accepted."""
    members = PanelMember.objects.filter(expert__user=viewer.person, state=MemberState.ACCEPTED).exclude(review__status__in=ENDED_STATES)
    return members.filter(review__subject__documents__contains=[{"key": str(key)}]).exists()


def sheets_visible_to(viewer: Viewer) -> QuerySet[Review]:
    """Reviews whose signed sheet (it names the panel) the user may open: in session those present, afterwards all who see the review."""
    seen = reviews_visible_to(viewer)
    if oversees_reviews(viewer.held):
        return seen
    seated_in = PanelMember.objects.filter(expert__user=viewer.person, state=MemberState.ACCEPTED, review__status=ReviewState.MEETING)
    return seen.filter(Q(status=ReviewState.CONCLUDED) | Q(pk__in=seated_in.values("review_id")))


def review_list(viewer: Viewer) -> QuerySet[Review]:
    """Visible reviews annotated with ``accepted`` and ``handed_in``, and number and title of what they are about."""
    sitting = PanelMember.objects.filter(review=OuterRef("pk"), state=MemberState.ACCEPTED).order_by()
    return reviews_visible_to(viewer).annotate(
        accepted=_counted(sitting),
        handed_in=_counted(sitting.filter(submitted_at__isnull=False)),
        about_number=KT("subject__number"),
        about_title=KT("subject__title"),
    )


def _counted(rows: QuerySet[PanelMember]) -> Coalesce:
    """Count by subquery, evaluated for the rows of a page only; a join would count for the whole list before it is cut."""
    return Coalesce(Subquery(rows.values("review").annotate(count=Count("pk")).values("count")), 0)


def invitations_of(viewer: Viewer) -> QuerySet[PanelMember]:
    """The user's own memberships that are invited or accepted, newest first."""
    members = PanelMember.objects.filter(expert__user=viewer.person, state__in=ON_PANEL)
    return members.select_related("review__table__district", "expert__user").order_by("-invited_at", "-pk")


URGING = {SeatDuty.INVITATION: "催答复", SeatDuty.SCORES: "催评分", SeatDuty.SIGNATURES: "催签名"}


@dataclass(frozen=True)
class PanelPerson:
    """A member as the user may see them: by name, or as 专家3.

    Last judgement and load are for overseers; ``urging`` is for those who run the review and may remind the member: duty, key of the
    obligation, words of the link.
    """

    member: PanelMember
    label: str
    chapters: str
    done: int
    assigned: int
    remaining: int | None
    last: dt.datetime | None = None
    load: tuple[int, int] | None = None
    unseen: int | None = None
    urging: dict[str, Any] | None = None

    @property
    def progress(self) -> TonedWord:
        """The member's progress."""
        if self.member.submitted_at is not None:
            return TonedWord("已提交", "green")
        if self.member.state != MemberState.ACCEPTED or not self.assigned:
            return TonedWord(str(MemberState(self.member.state).label))
        return TonedWord("评分中", "blue") if self.done else TonedWord("未开始")


def sitting_for(review: Review, viewer: Viewer) -> list[PanelPerson]:
    """Members of an open panel and their progress, for overseers."""
    if not oversees_reviews(viewer.held) or review.status in ENDED_STATES:
        return []
    return [one for one in panel_for(review, viewer) if one.member.state in ON_PANEL]


def panel_for(review: Review, viewer: Viewer) -> list[PanelPerson]:
    """Members with progress counts, never a score. Until the conclusion only overseers see names, others 专家1 ….

    Users who neither oversee the review nor sit on its panel see accepted members only, so no refusals.
    """
    held = viewer.held
    inside = oversees_reviews(held) or review.members.filter(expert__user=viewer.person, state=MemberState.ACCEPTED).exists()
    members = review.members.select_related("expert__user", "paper__typed_by", "paper__checked_by").annotate(
        assigned=Count("assignments"),
        done=Count("assignments", filter=~Q(assignments__score__judgement="")),
        last=Max("assignments__score__changed_at"),
    )
    if not inside:
        members = members.filter(state=MemberState.ACCEPTED)
    named = review.status == ReviewState.CONCLUDED or oversees_reviews(held)
    words = chapter_words(review)
    with held_reads():
        rows = list(members.order_by("number"))
        loads = load_of((member.expert_id for member in rows), viewer.today) if oversees_reviews(held) else None
        people = [_person(member, words, loads, viewer.today, named=named) for member in rows]
        if runs_reviews(held):
            for at, person in enumerate(people):
                if duty := awaited(review, person.member):
                    people[at] = replace(person, urging={"duty": duty, "key": seat_key(duty, person.member.pk), "words": URGING[duty]})
        told = oversees_reviews(held) and load().flag("unseen.told")
        return [replace(one, unseen=one.member.unseen) for one in people] if told else people


def _person(
    member: PanelMember, words: dict[str, str], loads: dict[int, tuple[int, int]] | None, today: dt.date, *, named: bool
) -> PanelPerson:
    label = f"{member} {member.expert.user.name}" if named else str(member)
    chapters = "、".join(words[key] for key in words if key in member.expert.specialties)
    waiting = member.state == MemberState.INVITED
    remaining = days_left(answer_due(member), today) if waiting else None
    counts = vars(member)
    load, last = (None, None) if loads is None else (loads.get(member.expert_id, (0, 0)), counts["last"])
    return PanelPerson(member, label, chapters, counts["done"], counts["assigned"], remaining, last, load)


def workload_of(member: PanelMember) -> dict[str, Any]:
    """What an invitation says about the work: number of clauses, those that may be assigned to this expert, the known days.

    Until assignment these are the clauses of the expert's specialties and the general ones.
    """
    review = member.review
    table = rules_of(review).table(review.table.type, review.table.stage)
    able = frozenset(member.expert.specialties)
    chapters = [(len(chapter.items), chapter.bonus or not chapter.dimension or chapter.key in able) for chapter in table.chapters]
    assigned = member.assignments.count()
    held = review.meeting_at.astimezone(clock.SHANGHAI).date() if review.meeting_at else review.planned_meeting
    own = assigned or sum(number for number, is_own in chapters if is_own)
    clauses = sum(number for number, _ in chapters)
    return {"clauses": clauses, "own": own, "due": review.score_due or review.planned_due, "meeting": held}


def reply_due(invited: dt.date, settings: Parameters) -> dt.date:
    """Last day to answer an invitation (setting expert_reply_days, working days)."""
    return answering_term(invited, TermSettings(settings, workdays.current()))


def answer_deadline(member: PanelMember) -> Deadline:
    """Last day to answer this invitation, by the setting or by a decision about its obligation."""
    usual = reply_due(member.invited_at.astimezone(clock.SHANGHAI).date(), load())
    return deadline(seat_key(SeatDuty.INVITATION, member.pk), usual)


def answer_due(member: PanelMember) -> dt.date:
    """Last day to answer this invitation."""
    return answer_deadline(member).day


def days_left(due: dt.date | None, today: dt.date) -> int | None:
    """Working days left; negative if overdue; None without a date."""
    return None if due is None else workdays.current().left(today, due)


def tasks_for(viewer: Viewer, *, seated: bool = True) -> list[Task]:
    """Tasks of an expert (answer, score, meeting) or of the secretariat (draw, replace, start, meet, conclude).

    ``seated=False`` means that the user is known to sit on no panel; then memberships are not queried.
    """
    with held_reads():
        going = invitations_of(viewer).exclude(review__status__in=[ReviewState.PREPARING, *ENDED_STATES])
        found = [_expert_task(member) for member in going] if seated else []
    held = viewer.held
    if runs_reviews(held):
        found += _secretariat_tasks(viewer)
    if oversees_reviews(held):
        found += _check_tasks(viewer)
    return [task for task in found if task is not None]


def _expert_task(member: PanelMember) -> Task | None:
    review = member.review
    duty = awaited(review, member)
    if duty == SeatDuty.INVITATION:
        due = answer_due(member)
        return _task("答复评审邀请", review, "review_invitation", member.invited_at, due)
    if duty == SeatDuty.SCORES:
        return _task("专家评分", review, "review_workspace", member.replied_at, review.score_due)
    if duty == SeatDuty.SIGNATURES:
        words = "评审会表决和确认意见" if member.present_at else "评审会签到"
        return _task(words, review, "review_meeting", member.submitted_at, None, seat_key(SeatDuty.SIGNATURES, member.pk))
    return None


TO_COMPARE = Compiled(
    lambda user: (
        members_to_compare(user)
        .select_related("review__table__district")
        .only("signed_at", "present_at", "review__subject", "review__table__district__is_demo")
        .order_by("review", "present_at")
    ),
    -1,
)


@among(members_in_session)
def _check_tasks(viewer: Viewer) -> list[Task | None]:
    """Tasks to compare what somebody else entered from paper, one per review."""
    found = {member.review_id: member for member in TO_COMPARE.read(viewer.person)}
    words = "核对书面表决、确认和签名"
    return [_task(words, member.review, "review_meeting", member.signed_at or member.present_at, None) for member in found.values()]


def _paper_task(paper: PaperScores) -> Task:
    review, number = paper.member.review, paper.member.number
    words, page = ("录入纸质评分", "paper_type") if paper.status == PaperState.TYPING else ("复核纸质评分", "paper_check")
    link = reverse(f"assessments:{page}", args=[review.pk, number])
    subject = f"{review.subject.get('number', '')} {paper.member}"
    return Task(words, subject, link, paper.typed_at, review.score_due, kind="专家评审", is_demo=review.table.district.is_demo)


def _secretariat_tasks(viewer: Viewer) -> list[Task | None]:
    sitting = Q(members__state=MemberState.ACCEPTED)
    reviews = (
        Review.objects.exclude(status__in=ENDED_STATES)
        .select_related("table__district")
        .annotate(
            accepted=Count("members", filter=sitting, distinct=True),
            pending=Count("members", filter=Q(members__state=MemberState.INVITED), distinct=True),
            handed_in=Count("members", filter=sitting & Q(members__submitted_at__isnull=False), distinct=True),
            moved_at=Max("members__replied_at", default=F("opened_at")),
            on_paper=Exists(papers_waiting().filter(member__review=OuterRef("pk"))),
        )
    )
    size, rows = load().integer("panel.size"), list(reviews.order_by("pk"))
    tasks = [_secretariat_task(review, size) for review in rows]
    if any(vars(review)["on_paper"] for review in rows):
        tasks += [_paper_task(paper) for paper in papers_to_handle(viewer)]
    return tasks


def _secretariat_task(review: Review, size: int) -> Task | None:
    counts = vars(review)
    words = {"preparing": "抽取评审专家", "meeting": "记录评审会"}.get(review.status)
    if review.status in BEFORE_MEETING and counts["accepted"] + counts["pending"] < size:
        words = "补抽评审专家"
    elif review.status == ReviewState.INVITING and not counts["pending"]:
        words = "分派条文，开始评分"
    elif review.status == ReviewState.SCORING and counts["handed_in"] == counts["accepted"]:
        words = "召开评审会"
    page = "review_meeting" if review.status == ReviewState.MEETING else "review"
    return _task(words, review, page, counts["moved_at"], None) if words else None


def _task(words: str, review: Review, page: str, since: dt.datetime | None, due: dt.date | None, *owed: str) -> Task:
    link = reverse(f"assessments:{page}", args=[review.pk])
    subject = f"{review.subject.get('number', '')} {review.subject.get('title', '')}".strip()
    owed = owed or (f"meeting:review-{review.pk}",)
    return Task(words, subject, link, since, due, kind="专家评审", is_demo=review.table.district.is_demo, owed=owed)
