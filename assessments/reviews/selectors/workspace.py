"""An expert's workspace: own clauses by chapter, and one clause with everything needed to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from assessments.reviews.clauses import ClauseView, choices_of, claim_words, value_words
from assessments.reviews.enums import Judgement, Reading
from assessments.reviews.models import ExpertScore, PanelMember, ScoreFile
from assessments.reviews.rules import missing_of
from assessments.reviews.selectors.pool import claim_from, rules_of
from assessments.reviews.settlement import Claim
from indicators.scoring.explain import rule_words, steps_of
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item
from indicators.scoring.values import valid_points

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
        options=None if points is None else tuple(plain(one) for one in points if one != claim.outcome.points),
        asks_points=asks,
        claimed=claim_words(claim),
    )
