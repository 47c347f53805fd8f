"""The meeting on a projection screen: one clause of the agenda in full, a version that changes with the meeting, draft minutes."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import MD5

from assessments.reviews.clauses import value_words
from assessments.reviews.enums import FROM_MEETING, MemberState, ReviewState
from assessments.reviews.models.meeting import AgreedConfirmation
from assessments.reviews.models.review import AgreedScore, PanelMember, Review
from assessments.reviews.rules.reviews import oversees_reviews
from assessments.reviews.selectors.agenda import Agenda, AgendaLine, Dot, agenda_of, dissents_of
from assessments.reviews.selectors.files import file_pane_of
from assessments.reviews.selectors.pool import rules_of
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import num
from indicators.scoring.explain import rule_words, steps_of


def followed(review: Review, agenda: Agenda) -> str:
    """Clause shown by screens that follow: the secretary's current one while it is on the agenda, else the first open one."""
    on_agenda = any(line.item.id == review.current_item for line in agenda.lines)
    return review.current_item if on_agenda else first_open(agenda)


def first_open(agenda: Agenda) -> str:
    """Clause to begin with: the first one not agreed, else the first; empty without an agenda."""
    waiting = next((line.item.id for line in agenda.lines if not line.agreed), "")
    return waiting or next((line.item.id for line in agenda.lines), "")


def screen_clause(viewer: Viewer, review: Review, agenda: Agenda, item_id: str) -> dict[str, Any] | None:
    """The line of this clause with requirement, rule, values and evidence; None if it is not on the agenda."""
    ids = [line.item.id for line in agenda.lines]
    if item_id not in ids:
        return None
    at, rules, data = ids.index(item_id), rules_of(review), review.claims[item_id]
    item = rules.items[item_id]
    chapter = next(one.title for one in rules.table(review.table.type, review.table.stage).chapters if one.key == item.chapter)
    return {
        "line": agenda.lines[at],
        "chapter": chapter,
        "rule": rule_words(item),
        "steps": steps_of(item, data["value"]),
        "value": value_words(item, data["value"]),
        "data": data,
        "files": [file for file in file_pane_of(viewer, review, item_id, "").files if not file.of_case],
        "number": at + 1,
        "before": ids[at - 1] if at else "",
        "following": ids[at + 1] if at + 1 < len(ids) else "",
    }


def meeting_mark(review: int, *, seated: User | None) -> tuple[str, str] | None:
    """What a screen polls: a version that changes with everything the meeting records, and the secretary's current clause. One query.

    None if no meeting is open, or if ``seated`` is given and is not a member.
    """
    rows = Review.objects.filter(pk=review, status__in=FROM_MEETING)
    if seated is not None:
        rows = rows.filter(members__expert__user=seated, members__state=MemberState.ACCEPTED)
    agreed = AgreedScore.objects.filter(review=OuterRef("pk")).order_by().values("review")
    said = AgreedConfirmation.objects.filter(agreed__review=OuterRef("pk")).order_by().values("agreed__review")
    seats = PanelMember.objects.filter(review=OuterRef("pk")).order_by().values("review")
    found = rows.values_list(
        *("current_item", "version", "status", MD5("opinion")),
        *(_one(agreed, Count("pk")), _one(agreed, Max("at"))),
        *(_one(said, Count("pk")), _one(said, Max("at")), _one(said, Count("checked_by"))),
        *(_one(seats, Sum("version")), _one(seats, Count("pk", filter=Q(signed_at__isnull=False)))),
    ).first()
    return None if found is None else (hashlib.sha256(repr(found[1:]).encode()).hexdigest()[:16], found[0])


def meeting_version(review: int) -> str:
    """The version of an open meeting; empty if none is open."""
    mark = meeting_mark(review, seated=None)
    return mark[0] if mark else ""


def _one(rows: QuerySet[Any], figure: Any) -> Subquery:
    return Subquery(rows.annotate(_figure=figure).values("_figure"))


@dataclass(frozen=True)
class MinutesLine:
    """What the minutes say about one clause of the agenda."""

    line: AgendaLine
    said: tuple[str, ...]
    result: str
    dissents: tuple[str, ...]

    @property
    def title(self) -> str:
        """Number and title of the clause."""
        return f"{self.line.item.id} {self.line.item.title}"

    @property
    def grounds(self) -> str:
        """Why it is on the agenda, what was claimed, what each reader found."""
        said = f"{'；'.join(self.said)}。" if self.said else ""
        return f"列入原因：{'、'.join(self.line.causes)}。申报{self.line.claimed}。{said}"


@dataclass(frozen=True)
class Minutes:
    """Draft of the minutes, generated from what the meeting has recorded so far."""

    review: Review
    agenda: Agenda
    present: tuple[PanelMember, ...]
    absent: tuple[PanelMember, ...]
    lines: tuple[MinutesLine, ...]
    votes: tuple[tuple[str, int], ...]
    open_items: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        """Whether the meeting may still change it."""
        return self.review.status != ReviewState.CONCLUDED

    @property
    def score_words(self) -> str:
        """Total and level, or the reasons why there is none."""
        if self.agenda.result:
            return f"总分{num(self.agenda.result.total, 2)}，{self.agenda.level}。"
        return f"尚有{len(self.open_items)}条待商定：{'、'.join(self.open_items)}。"

    @property
    def vote_words(self) -> str:
        """Votes by kind, and the conclusion if there is one."""
        votes = "，".join(f"{label}{number}票" for label, number in self.votes) or "尚未表决"
        star = f"，{self.review.star_words}" if self.review.star else ""
        return f"{votes}。" if self.is_draft else f"{votes}。结论：{self.review.get_conclusion_display()}{star}。"

    def seats(self, held: HeldPosts) -> tuple[str, str]:
        """Who was present and who was absent: by name for overseers and, after the conclusion, for all; otherwise by member number."""
        named = oversees_reviews(held) or not self.is_draft

        def words(members: tuple[PanelMember, ...]) -> str:
            names = (f"{one} {one.expert.user.name}" if named else str(one) for one in members)
            return "、".join(f"{name}（组长）" if one.chair else name for name, one in zip(names, members, strict=True))

        return words(self.present) or "尚无人签到", words(self.absent)


def minutes_of(review: Review) -> Minutes:
    """The draft minutes. Callers must have checked ``scores_are_open`` and ``takes_part_in_meeting``."""
    agenda = agenda_of(review)
    members = list(review.members.filter(state=MemberState.ACCEPTED).select_related("expert__user").order_by("number"))
    present = tuple(member for member in members if member.present_at)
    votes: dict[str, int] = {}
    for member in present:
        if member.vote:
            votes[str(member.get_vote_display())] = votes.get(str(member.get_vote_display()), 0) + 1
    return Minutes(
        review,
        agenda,
        present,
        tuple(member for member in members if not member.present_at),
        tuple(_minuted(line) for line in agenda.lines),
        tuple(votes.items()),
        tuple(line.item.id for line in agenda.lines if not line.agreed and not line.by_rule),
    )


def _minuted(line: AgendaLine) -> MinutesLine:
    said = tuple(_said(dot) for dot in line.dots)
    if line.agreed:
        return MinutesLine(
            line, said, f"商定{line.agreed_words}。{line.agreed.reason.strip().rstrip('。')}。", tuple(dissents_of(line.agreed))
        )
    return MinutesLine(line, said, f"未商定，按规则取{line.by_rule}。" if line.by_rule else "尚待商定。", ())


def _said(dot: Dot) -> str:
    comment = dot.comment.strip().rstrip("。")
    words = f"专家{dot.number}：{dot.words}{'（存疑）' if dot.judgement == '存疑' else ''}"
    return f"{words}，{comment}" if comment else words
