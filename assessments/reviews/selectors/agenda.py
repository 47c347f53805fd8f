"""Papers of the meeting: agenda with all readings, draft opinion from the comments, printable opinion.

Also here: Papers of a review's meeting for one user: agenda, members, ballots and declarations of the members.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from assessments.common.enums import CommentKind
from assessments.reviews.clauses import claim_words
from assessments.reviews.enums import MemberState
from assessments.reviews.models import AgreedConfirmation, AgreedScore, Assignment, ExpertScore, PanelMember, Review
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors.facts import judges_star
from assessments.reviews.selectors.pool import MeetingScores, agreed_outcome, chapter_words, findings_of, rules_of
from assessments.reviews.selectors.reviews import PanelPerson, panel_for
from assessments.reviews.settlement import Cause, Claim, ClauseOutcome, Point
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.parameters import DEFAULT_WORD, default_mark
from indicators.scoring.engine import Result
from indicators.scoring.numbers import figure, plain
from indicators.scoring.prepare import Item
from indicators.scoring.values import valid_points


@dataclass(frozen=True)
class Dot:
    """One reading on the scale of a clause: member number, words, and the share of the points (0 to 100)."""

    number: int
    words: str
    place: int | None
    judgement: str
    comment: str

    @property
    def x(self) -> int:
        """Horizontal position of the dot on a scale from 10 to 210."""
        return 10 + 2 * (self.place or 0)


@dataclass(frozen=True)
class AgendaLine:
    """A clause that the meeting must settle; ``confirmations``: members' statements on the agreed figure."""

    item: Item
    claimed: str
    causes: tuple[str, ...]
    dots: tuple[Dot, ...]
    by_rule: str
    agreed: AgreedScore | None
    agreed_words: str
    options: tuple[str, ...] | None
    kind: str
    confirmations: tuple[AgreedConfirmation, ...] = ()
    wants_kind: bool = False

    @property
    def marked_causes(self) -> tuple[str, ...]:
        """The causes, one that rests on a setting marked while the city has not confirmed it."""
        return self._marked(DEFAULT_WORD)

    @property
    def causes_on_paper(self) -> tuple[str, ...]:
        """The same in the words of a paper that is handed on."""
        return self._marked("限值为拟定")

    def _marked(self, word: str) -> tuple[str, ...]:
        return tuple(f"{cause}{default_mark('spread_limit', word)}" if cause == Cause.SPREAD else cause for cause in self.causes)

    @property
    def places(self) -> tuple[tuple[int, str], ...]:
        """Positions of dots on the scale, each with the numbers of the members there."""
        found: dict[int, list[str]] = {}
        for dot in self.dots:
            if dot.place is not None:
                found.setdefault(dot.x, []).append(str(dot.number))
        return tuple((x, "、".join(numbers)) for x, numbers in sorted(found.items()))

    @property
    def members_said(self) -> tuple[int, ...]:
        """Numbers of members who confirmed or dissented."""
        return tuple(confirmation.member.number for confirmation in self.confirmations)


@dataclass(frozen=True)
class Agenda:
    """The agenda with the score on the points settled so far."""

    lines: tuple[AgendaLine, ...]
    open_items: tuple[str, ...]
    result: Result | None
    star: int
    level: str
    blocked: tuple[str, ...]
    outcomes: Mapping[str, ClauseOutcome]


def outcome_words(claim: Claim, outcome: ClauseOutcome | None) -> str:
    """A clause's outcome in words; empty while it is open."""
    if outcome is None:
        return ""
    if outcome.excluded:
        return "不参评成立"
    if claim.outcome.excluded:
        return "不参评不成立"
    if claim.control:
        return "满足" if outcome.holds else "不满足"
    return f"{plain(outcome.points or Decimal(0))}分"


def agenda_of(review: Review) -> Agenda:
    """The agenda. Callers must have checked ``scores_are_open``."""
    findings, rules = findings_of(review), rules_of(review)
    rows = _commented(review).values_list("assignment__item_id", "assignment__member__number", "comment")
    comments = {(item_id, number): comment for item_id, number, comment in rows}
    lines = tuple(_line(point, rules.items[point.claim.item_id], findings, comments) for point in findings.points)
    labels = {level.key: level.label for level in rules.levels}
    level = labels.get(findings.result.level or "", "未达到星级") if findings.result else ""
    blocked = _blocked(review, findings.result.blocked_by if findings.result else ())
    return Agenda(lines, findings.open_items, findings.result, findings.star_reached, level, blocked, findings.outcomes)


def _blocked(review: Review, keys: Iterable[str]) -> tuple[str, ...]:
    """Control items and chapters that prevent a star, in words."""
    items, titles = rules_of(review).items, chapter_words(review)
    return tuple(f"{key} {items[key].title}" if key in items else titles.get(key, key) for key in keys)


def level_words(review: Review, level: str | None, blocked: Collection[str]) -> str:
    """The star that the score reaches, or why none; where the conclusion is another, what decides it."""
    if not judges_star(review):
        return "阶段评估不评定星级，总分不作为合格的条件"
    guess = review.table.guess
    if level is None:
        unmet = f"，{'、'.join(blocked)}不满足" if blocked else ""
        return f"得分未达到星级{guess}{unmet}"
    label = next((one.label for one in rules_of(review).levels if one.key == level), level)
    voted = "，结论由专家组表决，不由得分决定" if review.conclusion and not review.star else ""
    return f"得分达到{label}{guess}{voted}"


def never_opened(review: Review) -> list[str]:
    """Clauses of which no member has opened the material or scored on paper: agreed with unread, by 确认其余为一致."""
    assigned = Assignment.objects.filter(member__review=review, member__state=MemberState.ACCEPTED)
    looks = assigned.values("item_id").annotate(looks=Count("score__seen_at") + Count("member__paper"))
    found = set(looks.filter(looks=0).values_list("item_id", flat=True))
    return [key for key in rules_of(review).items if key in found]


def not_opened_by(member: PanelMember) -> frozenset[str]:
    """Clauses assigned to a member whose material the member has not opened."""
    return frozenset(member.assignments.filter(score__seen_at=None).values_list("item_id", flat=True))


def _line(point: Point, item: Item, findings: MeetingScores, comments: Mapping[tuple[str, int], str]) -> AgendaLine:
    claim = point.claim
    agreed = findings.agreed.get(item.id)
    points = valid_points(item)
    return AgendaLine(
        item=item,
        claimed=claim_words(claim),
        causes=tuple(str(cause) for cause in point.causes),
        dots=tuple(
            Dot(
                opinion.number,
                outcome_words(claim, opinion.outcome) or "未给分",
                _place(claim, opinion.outcome),
                str(opinion.judgement.label),
                comments.get((item.id, opinion.number), ""),
            )
            for opinion in point.opinions
        ),
        by_rule=outcome_words(claim, point.by_rule),
        agreed=agreed,
        agreed_words=outcome_words(claim, agreed_outcome(agreed)) if agreed else "",
        options=None if points is None else tuple(plain(one) for one in points),
        kind="exclusion" if claim.outcome.excluded else "control" if claim.control else "points",
        confirmations=tuple(agreed.confirmations.all()) if agreed else (),
        wants_kind=Cause.COMMENTS in point.causes,
    )


def _place(claim: Claim, outcome: ClauseOutcome | None) -> int | None:
    if outcome is None or outcome.points is None or not claim.most:
        return None
    return int(outcome.points * 100 / claim.most)


def _commented(review: Review) -> Any:
    scores = ExpertScore.objects.filter(assignment__member__review=review, assignment__member__state=MemberState.ACCEPTED)
    return scores.exclude(comment="").order_by("assignment__member__number", "pk")


def final_comments(review: Review) -> list[dict[str, str]]:
    """Comments of the sitting members in table order; ``kind`` is the meeting's if comments contradicted, else the reader's own."""
    rules = rules_of(review)
    chapters = {item.id: chapter.title for chapter in rules.table(review.table.type, review.table.stage).chapters for item in chapter.items}
    settled = dict(review.agreed.exclude(comment_kind="").values_list("item_id", "comment_kind"))
    order = {item_id: place for place, item_id in enumerate(review.claims)}
    rows = sorted(_commented(review).values_list("assignment__item_id", "comment", "comment_kind"), key=lambda row: order[row[0]])
    return [
        {
            "item_id": item_id,
            "title": rules.items[item_id].title,
            "chapter": chapters.get(item_id, ""),
            "text": text,
            "kind": settled.get(item_id, kind),
        }
        for item_id, text, kind in rows
    ]


def draft_opinion(review: Review) -> str:
    """Draft of the opinion from comments tied to clauses, in table order: 须修改 first, then 建议."""
    comments = final_comments(review)
    parts = [f"专家组审阅了{review.subject.get('title', '')}的评分表和材料，经质询讨论，形成如下意见。"]
    for kind, head in ((CommentKind.MUST, "须修改的内容"), (CommentKind.ADVICE, "建议")):
        said = [comment for comment in comments if comment["kind"] == kind]
        lines = [f"{number}. {one['item_id']} {one['title']}：{one['text']}" for number, one in enumerate(said, 1)]
        if lines:
            parts.append("\n".join([f"{head}：", *lines]))
    return "\n\n".join(parts)


def opinion_of(review: Review) -> dict[str, Any]:
    """The concluded opinion: members by name, chapter scores (None for bonus points), agreed clauses, votes."""
    rules = rules_of(review)
    titles = chapter_words(review)
    members = list(review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user"))
    added = {chapter.key for chapter in rules.table(review.table.type, review.table.stage).chapters if chapter.bonus}
    agreed = [
        (one, rules.items[one.item_id].title, figure(one.points) if one.points is not None else _verdict(one), dissents_of(one))
        for one in review.agreed.order_by("pk").prefetch_related("confirmations__member")
    ]
    return {
        "members": members,
        "chapters": [
            (titles[row["key"]], row["obtained"], row["possible"], None if row["key"] in added else row["score"])
            for row in review.result.get("chapters", ())
        ],
        "bonus": review.result.get("bonus"),
        "total": review.result.get("total"),
        "level": level_words(review, review.result.get("level"), _blocked(review, review.result.get("blocked_by", ()))),
        "agreed": agreed,
    }


def dissents_of(agreed: AgreedScore) -> list[str]:
    """Dissent on an agreed clause: as noted in the meeting, and in each member's own words."""
    own = [f"{row.member}：{row.dissent}" for row in agreed.confirmations.all() if not row.agrees]
    return [agreed.dissent, *own] if agreed.dissent else own


def _verdict(agreed: AgreedScore) -> str:
    if agreed.exclusion_founded is not None:
        return "不参评成立" if agreed.exclusion_founded else "不参评不成立"
    return "满足" if agreed.holds else "不满足"


COMMITMENTS = (
    "一、与上述单位三年内没有任职关系，没有参与过本项目的规划、设计、咨询和核查，没有其他可能影响公正的利害关系；评审中发现应回避情形的，立即声明回避。",
    "二、独立、客观评审，不受任何单位和个人干预，对所提意见负责。",
    "三、评审会前不与其他专家交流评分，不与申报主体接触，不收受财物。",
    "四、对申报材料、评审过程和意见保密，不复制、不外传，评审结束后不留存。",
)


@dataclass(frozen=True)
class MeetingPack:
    """Data of the papers; ``named``: the user sees names; before the conclusion only overseers do."""

    agenda: Agenda
    steps: tuple[str, ...]
    people: list[PanelPerson]
    named: bool

    @property
    def members(self) -> list[PanelMember]:
        """Members who sit on the panel."""
        return [one.member for one in self.people]


def pack_of(review: Review, viewer: Viewer) -> MeetingPack:
    """The papers. Callers must have checked ``scores_are_open`` and ``takes_part_in_meeting``."""
    agenda = agenda_of(review)
    steps = (
        "签到，核对到会人数",
        "申报主体介绍，专家质询",
        f"逐条商定有争议的条文（{len(agenda.lines)}条，见下）",
        "到会专家逐条确认商定结果，保留意见记录在案",
        "组长修改评审意见，宣读",
        "表决，签名",
    )
    people = [one for one in panel_for(review, viewer) if one.member.state == MemberState.ACCEPTED]
    return MeetingPack(agenda, steps, people, oversees_reviews(viewer.held))
