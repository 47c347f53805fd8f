"""An expert's desk: own clauses by chapter with their marks, and one clause with everything needed to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from assessments.enums import Judgement, Reading
from assessments.models import ExpertScore, PanelMember, ScoreFile
from assessments.rules.reviews import missing_of
from assessments.selectors.review_pool import rules_of
from assessments.selectors.review_scores import claim_from
from assessments.settle import Claim
from indicators.explain import Step, rule_words, steps_of
from indicators.scoring import Item, plain, valid_points

MARKS = {
    "": ("wait", "未评", "gd-muted"),
    "lack": ("wait", "待补全", "gd-warn"),
    Judgement.AGREE: ("tick", "一致", "gd-ok"),
    Judgement.DIFFER: ("differ", "不同", "gd-warn"),
    Judgement.DOUBT: ("ask", "存疑", "gd-no"),
}


@dataclass(frozen=True)
class Line:
    """One clause in the list on the left; ``mark`` is icon, word and colour."""

    item_id: str
    title: str
    mark: tuple[str, str, str]
    judged: bool
    lack: str


@dataclass(frozen=True)
class Group:
    """The clauses of one chapter that were dealt in one way."""

    number: str
    title: str
    reading: str
    lines: tuple[Line, ...]

    @property
    def done(self) -> int:
        """Clauses judged completely."""
        return sum(line.judged for line in self.lines)


@dataclass(frozen=True)
class Desk:
    """All own clauses."""

    groups: tuple[Group, ...]
    scores: Mapping[str, ExpertScore]

    @cached_property
    def lines(self) -> list[Line]:
        """Clauses in reading order."""
        return [line for group in self.groups for line in group.lines]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many clauses are dealt, judged, and judged in which way."""
        words = [line.mark[1] for line in self.lines]
        judged = sum(line.judged for line in self.lines)
        return {
            "dealt": len(words),
            "done": judged,
            "agree": words.count("一致"),
            "differ": words.count("不同"),
            "doubt": words.count("存疑"),
            "blank": words.count("未评"),
        }

    @property
    def dealt_words(self) -> str:
        """Clauses dealt, by reading, in words."""
        by_kind: dict[str, int] = {}
        for group in self.groups:
            by_kind[group.reading] = by_kind.get(group.reading, 0) + len(group.lines)
        return "、".join(f"{word}{count}" for word, count in by_kind.items())

    def groups_with(self, item_id: str) -> list[tuple[Group, str]]:
        """Groups, each with this clause where it is one of its own, else with none: so the others look the same whatever is open."""
        return [(group, item_id if any(line.item_id == item_id for line in group.lines) else "") for group in self.groups]

    def after(self, item_id: str) -> str:
        """Return the next clause that is not judged, from here on and round; the next one when all are; empty at the end."""
        ids = [line.item_id for line in self.lines]
        here = ids.index(item_id)
        rest = [line for line in [*self.lines[here + 1 :], *self.lines[:here]] if not line.judged]
        return rest[0].item_id if rest else ids[here + 1] if here + 1 < len(ids) else ""

    def before(self, item_id: str) -> str:
        """Return the clause above; empty at the top."""
        ids = [line.item_id for line in self.lines]
        here = ids.index(item_id)
        return ids[here - 1] if here else ""

    def first(self) -> str:
        """Return where to begin: the first clause that is not judged, else the first."""
        return next((line.item_id for line in self.lines if not line.judged), self.lines[0].item_id if self.lines else "")


def desk_of(member: PanelMember) -> Desk:
    """Return own clauses by reading and chapter: lead first, then second, then general. Two queries."""
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
    return Desk(tuple(groups), scores)


def _group(  # noqa: PLR0917 -- the six that make a chapter's list
    number: str, title: str, reading: Reading, items: tuple[Item, ...], scores: Mapping[str, ExpertScore], claims: Mapping[str, Any]
) -> Group:
    lines = [
        _line(item, scores[item.id], claim_from(item.id, claims[item.id]))
        for item in items
        if item.id in scores and scores[item.id].assignment.reading == reading
    ]
    return Group(number, title, str(reading.label), tuple(lines))


def _line(item: Item, score: ExpertScore, claim: Claim) -> Line:
    lack = missing_of(score, claim)
    return Line(item.id, item.title, MARKS["lack" if lack and score.judgement else score.judgement], not lack, lack)


@dataclass(frozen=True)
class Choice:
    """One of the three judgements, in the words of this clause."""

    value: str
    label: str
    effect: str
    key: str


@dataclass(frozen=True)
class ClauseView:
    """One clause as its reader needs it."""

    item: Item
    claim: Claim
    chapter: str
    reading: str
    rule: str
    steps: tuple[Step, ...]
    value: str
    data: Mapping[str, Any]
    choices: tuple[Choice, ...]
    options: tuple[str, ...] | None
    asks_points: bool
    claimed: str


def clause_of(member: PanelMember, score: ExpertScore) -> ClauseView:
    """Return the clause of an own score with rule, step hit, claim and the choices there are."""
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
        choices=_choices(claim),
        options=None if points is None else tuple(plain(one) for one in points if one != claim.outcome.points),
        asks_points=asks,
        claimed=claim_words(claim),
    )


def claim_words(claim: Claim) -> str:
    """What the district claims, in words."""
    if claim.outcome.excluded:
        return "不参评"
    if claim.control:
        return "满足" if claim.outcome.holds else "不满足"
    return f"{plain(claim.outcome.points or Decimal(0))}分"


def _choices(claim: Claim) -> tuple[Choice, ...]:
    doubt = Choice("doubt", "存疑", "提请讨论", "Q")
    if claim.outcome.excluded:
        return (
            Choice("agree", "成立", "同意不参评", "C"),
            Choice("differ", "不成立", "该条按0分计" if not claim.control else "该条按不满足计", "D"),
            doubt,
        )
    if claim.control:
        own, other = ("满足", "不满足") if claim.outcome.holds else ("不满足", "满足")
        return (Choice("agree", own, f"与申报一致：{own}", "C"), Choice("differ", other, "与申报不同", "D"), doubt)
    return (Choice("agree", "一致", f"同意{claim_words(claim)}", "C"), Choice("differ", "不同", "另给分数", "D"), doubt)


def value_words(item: Item, raw: Any) -> str:
    """Value of a clause in words, with its unit; empty when there is none."""
    if raw is None:
        return ""
    if item.ratio and isinstance(raw, Mapping):
        names = {entry["key"]: entry for entry in item.data["inputs"]}
        return "，".join(f"{names[key]['label']}{part}{names[key].get('unit') or ''}" for key, part in raw.items() if key in names)
    if item.rule["kind"] == "all_of" and isinstance(raw, Mapping):
        named = {entry["value"]["key"]: entry for entry in item.rule["rules"]}
        return "；".join(
            f"{named[key]['value']['label']}：{_plain_words(named[key]['rule'], named[key]['value'], part)}"
            for key, part in raw.items()
            if key in named
        )
    return _plain_words(item.rule, item.value, raw)


def _plain_words(rule: Mapping[str, Any], value: Mapping[str, Any] | None, raw: Any) -> str:
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if rule["kind"] in {"checklist", "choice"}:
        texts = {entry["key"]: entry["text"] for entry in rule.get("parts") or rule.get("options") or ()}
        chosen = raw if isinstance(raw, list) else [raw]
        return "；".join(texts.get(key, str(key)) for key in chosen) or "无"
    return f"{raw}{(value or {}).get('unit') or ''}"
