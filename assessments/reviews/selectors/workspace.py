"""An expert's workspace: own clauses by chapter, one clause with everything needed to judge it, attached files, progress of the member."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from assessments.experts.models import ExpertProfile
from assessments.reviews.clauses import ClauseView, choices_of, claim_words, value_words
from assessments.reviews.enums import FROM_MEETING, Judgement, MemberState, Reading, ReviewState
from assessments.reviews.models import ExpertScore, PanelMember, Review, ScoreFile
from assessments.reviews.rules import missing_of, oversees_reviews
from assessments.reviews.selectors.pool import claim_from, rules_of
from assessments.reviews.settlement import Claim
from assessments.tables.models import ScoreTable
from districts.file.models.district import District
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.django_internals import Joined
from indicators.editions.models import Edition
from indicators.scoring.explain import rule_words, steps_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item
from indicators.scoring.values import valid_points

# Results, opinions and the district's long texts are not loaded.
MEMBER = Joined(
    """
    SELECT {member}, {expert}, {review}, {t}, {district}, {edition} FROM assessments_panelmember member
    JOIN assessments_expertprofile expert ON expert.id = member.expert_id
    JOIN assessments_review review ON review.id = member.review_id JOIN assessments_scoretable t ON t.id = review.table_id
    JOIN districts_district district ON district.id = t.district_id JOIN indicators_edition edition ON edition.id = t.edition_id
    WHERE member.review_id = %s AND expert.user_id = %s AND member.state = ANY(%s)
    """,
    member=(PanelMember, [field.name for field in PanelMember._meta.concrete_fields]),
    expert=(ExpertProfile, [field.name for field in ExpertProfile._meta.concrete_fields]),
    review=(Review, [field.name for field in Review._meta.concrete_fields if field.name not in {"result", "opinion", "star_reason"}]),
    t=(ScoreTable, [field.name for field in ScoreTable._meta.concrete_fields if field.name != "result"]),
    district=(District, ("id", "code", "name", "type", "stage", "applicant", "is_demo")),
    edition=(Edition, ("id", "code", "title", "official", "complete", "digest")),
)

# SQL for the figures of the page frame; needed because handing in scores is not a logged step.
LAST_SCORES = "SELECT max(submitted_at) FROM assessments_panelmember"


def member_of(viewer: Viewer, review: int, *states: str) -> PanelMember | None:
    """The user's membership of the review in one of the given states, or None."""
    found = MEMBER.read(review, viewer.person, list(states))
    if not found:
        return None
    row = found[0]
    member: PanelMember = row["member"]
    member.expert, member.review = row["expert"], row["review"]
    member.expert.user, member.review.table = viewer.user, row["t"]
    member.review.table.district, member.review.table.edition = row["district"], row["edition"]
    return member


def scores_with_open_files(viewer: Viewer) -> QuerySet[ExpertScore]:
    """Scores whose files the user may open: the own ones, and all scores for those at the meeting once it is open."""
    members = PanelMember.objects.filter(expert__user=viewer.person, state=MemberState.ACCEPTED)
    own = Q(assignment__member__in=members)
    opened = Q(assignment__member__review__status__in=FROM_MEETING, assignment__member__state=MemberState.ACCEPTED)
    if not oversees_reviews(viewer.held):
        opened &= Q(assignment__member__review__in=members.values("review_id"))
    return ExpertScore.objects.filter(own | opened)


def file_name(score: ExpertScore) -> str:
    """Name of a score's next file: member number and clause, no person's name."""
    number = ScoreFile.objects.filter(score=score).count() + 1
    return f"{score.assignment.member} {score.assignment.item_id} 附件{number}"


def files_of(score: ExpertScore) -> list[ScoreFile]:
    """Files of a score in order of upload; no query if the workspace has counted none."""
    if not vars(score).get("attached", True):
        return []
    return list(score.files.select_related("document"))


def may_attach(held: HeldPosts, score: Model) -> bool:
    """Whether the score is the person's own and not handed in."""
    member = cast("ExpertScore", score).assignment.member
    if member.expert.user_id != held.person or member.state != MemberState.ACCEPTED:
        return False
    return member.submitted_at is None and member.review.status == ReviewState.SCORING


MARKS = {
    "": ("wait", "未评", "gd-muted"),
    "lack": ("wait", "待补全", "gd-warn"),
    Judgement.AGREE: ("tick", "一致", "gd-ok"),
    Judgement.DIFFER: ("differ", "不同", "gd-warn"),
    Judgement.DOUBT: ("ask", "存疑", "gd-no"),
}


@dataclass(frozen=True)
class ClauseEntry:
    """A clause in the list on the left; ``mark`` is icon, word and colour."""

    item_id: str
    title: str
    mark: tuple[str, str, str]
    judged: bool
    lack: str


@dataclass(frozen=True)
class AssignedChapter:
    """Clauses of one chapter assigned in one reading (lead, second or general)."""

    number: str
    title: str
    reading: str
    lines: tuple[ClauseEntry, ...]

    @property
    def done(self) -> int:
        """Number of clauses judged completely."""
        return sum(line.judged for line in self.lines)


@dataclass(frozen=True)
class Workspace:
    """All clauses of a member."""

    groups: tuple[AssignedChapter, ...]
    scores: Mapping[str, ExpertScore]

    @cached_property
    def lines(self) -> list[ClauseEntry]:
        """Clauses in reading order."""
        return [line for group in self.groups for line in group.lines]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Numbers of clauses: assigned, judged, and by judgement."""
        words = [line.mark[1] for line in self.lines]
        judged = sum(line.judged for line in self.lines)
        return {
            "assigned": len(words),
            "done": judged,
            "agree": words.count("一致"),
            "differ": words.count("不同"),
            "doubt": words.count("存疑"),
            "blank": words.count("未评"),
        }

    @property
    def assigned_words(self) -> str:
        """Assigned clauses by reading, in words."""
        by_kind: dict[str, int] = {}
        for group in self.groups:
            by_kind[group.reading] = by_kind.get(group.reading, 0) + len(group.lines)
        return "、".join(f"{word}{count}" for word, count in by_kind.items())

    def groups_with(self, item_id: str) -> list[tuple[AssignedChapter, str]]:
        """Groups with the open clause's id; it is empty for all groups but its own, so that these can be cached."""
        return [(group, item_id if any(line.item_id == item_id for line in group.lines) else "") for group in self.groups]

    def after(self, item_id: str) -> str:
        """Next unjudged clause, wrapping around; the next one if all are judged; empty at the end."""
        ids = [line.item_id for line in self.lines]
        here = ids.index(item_id)
        rest = [line for line in [*self.lines[here + 1 :], *self.lines[:here]] if not line.judged]
        return rest[0].item_id if rest else ids[here + 1] if here + 1 < len(ids) else ""

    def before(self, item_id: str) -> str:
        """The clause above; empty at the top."""
        ids = [line.item_id for line in self.lines]
        here = ids.index(item_id)
        return ids[here - 1] if here else ""

    def first(self) -> str:
        """Clause to begin with: the first unjudged one, else the first."""
        return next((line.item_id for line in self.lines if not line.judged), self.lines[0].item_id if self.lines else "")


def desk_of(member: PanelMember) -> Workspace:
    """A member's clauses by reading (lead, second, general) and chapter. Two queries."""
    review = member.review
    attached = Exists(ScoreFile.objects.filter(score=OuterRef("pk")))
    own = ExpertScore.objects.filter(assignment__member=member).select_related("assignment").annotate(attached=attached)
    scores = {score.assignment.item_id: score for score in own}
    table = rules_of(review).table(review.table.type, review.table.stage)
    groups = [
        _group(chapter.number, chapter.title, reading, chapter.items, scores, review.claims)
        for reading in (Reading.LEAD, Reading.SECOND, Reading.GENERAL)
        for chapter in table.chapters
        if any(item.id in scores and scores[item.id].assignment.reading == reading for item in chapter.items)
    ]
    return Workspace(tuple(groups), scores)


def _group(  # noqa: PLR0917 -- the six that make a chapter's list
    number: str, title: str, reading: Reading, items: tuple[Item, ...], scores: Mapping[str, ExpertScore], claims: Mapping[str, Any]
) -> AssignedChapter:
    lines = [
        _line(item, scores[item.id], claim_from(item.id, claims[item.id]))
        for item in items
        if item.id in scores and scores[item.id].assignment.reading == reading
    ]
    return AssignedChapter(number, title, str(reading.label), tuple(lines))


def _line(item: Item, score: ExpertScore, claim: Claim) -> ClauseEntry:
    lack = missing_of(score, claim)
    return ClauseEntry(item.id, item.title, MARKS["lack" if lack and score.judgement else score.judgement], not lack, lack)


def clause_of(member: PanelMember, score: ExpertScore) -> ClauseView:
    """The clause of an own score with its rule, the step reached, the claim and the possible judgements."""
    review = member.review
    rules = rules_of(review)
    item_id = score.assignment.item_id
    item, data = rules.items[item_id], review.claims[item_id]
    claim = claim_from(item_id, data)
    chapter = next(one for one in rules.table(review.table.type, review.table.stage).chapters if one.key == item.chapter)
    asks = not claim.control and not claim.outcome.excluded
    points = valid_points(item) if asks else None
    return ClauseView(
        item=item,
        claim=claim,
        chapter=chapter.title,
        reading=score.assignment.get_reading_display(),
        rule=rule_words(item),
        steps=steps_of(item, data["value"]),
        value=value_words(item, data["value"]),
        data=data,
        choices=choices_of(claim),
        options=None if points is None else tuple(plain(point) for point in points if point != claim.outcome.points),
        asks_points=asks,
        claimed=claim_words(claim),
    )
