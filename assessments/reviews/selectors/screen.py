"""The meeting on a projection screen: one clause of the agenda in full, a version that changes with the meeting, draft minutes.

Also here: Files shown beside a clause under review: its evidence at the cited page, then the papers of the case; one of them is open.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import MD5
from django.urls import reverse

from assessments.reviews.clauses import value_words
from assessments.reviews.enums import ENDED_STATES, FROM_MEETING, MemberState, ReviewState
from assessments.reviews.models import AgreedConfirmation, AgreedScore, PanelMember, Review
from assessments.reviews.rules import oversees_reviews
from assessments.reviews.selectors.agenda import Agenda, AgendaLine, Dot, agenda_of, dissents_of, level_words
from assessments.reviews.selectors.pool import rules_of
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import num
from greendistrict.documents.citations import Citation
from greendistrict.documents.enums import WITHHELD
from greendistrict.documents.models import Evidence
from greendistrict.documents.reading import INLINE, converted_address, reading_address, shown_types
from greendistrict.documents.selectors import withheld_keys
from indicators.scoring.explain import rule_words, steps_of


@dataclass(frozen=True)
class ClauseFile:
    """A file; ``page``, ``page_end`` and ``passage`` say where the district locates the proof (None or 0 for no page).

    ``withheld``: the file is too confidential for the reader, who only learns that it exists.
    """

    title: str
    key: str
    content_type: str
    page: int | None
    of_case: bool
    withheld: bool = False
    passage: str = ""
    page_end: int | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is an image."""
        return self.content_type.startswith("image/")

    @property
    def inline(self) -> bool:
        """Whether a browser can show the file itself inside the page."""
        return self.content_type in INLINE

    @property
    def in_page(self) -> bool:
        """Whether it is shown inside the page, directly or converted; other kinds are downloaded."""
        return self.content_type in shown_types()

    @property
    def converted(self) -> str:
        """URL of the converted file; empty if no conversion is needed."""
        return converted_address(self.key, Citation.of(self)) if self.in_page and not self.inline else ""

    @property
    def download(self) -> str:
        """URL for downloading."""
        return reverse("documents:download", args=[self.key])

    @property
    def source(self) -> str:
        """URL for showing it inside the page."""
        return f"{self.download}?view=1"

    @property
    def href(self) -> str:
        """URL for opening it in its own window at the cited page."""
        return reading_address(self.key, Citation.of(self)) if self.in_page else self.download

    @property
    def beside(self) -> str:
        """Query string with which the page of another file shows this one beside it."""
        place = {f"beside_{name}": value for name, value in Citation.of(self)._asdict().items() if value}
        return urlencode({"beside": self.key, **place})


@dataclass(frozen=True)
class FilePane:
    """All files of a clause and the one that is open."""

    files: tuple[ClauseFile, ...]
    current: ClauseFile | None

    @property
    def number(self) -> int:
        """Position of the open file, from 1; 0 for none."""
        return self.files.index(self.current) + 1 if self.current else 0


def file_pane_of(viewer: Viewer, review: Review, item_id: str, wanted: str) -> FilePane:
    """Files of a clause with ``wanted`` open, else the first evidence that can be shown. Two queries, fewer without files."""
    if review.status in ENDED_STATES:
        return FilePane((), None)
    files = [
        ClauseFile(
            one["title"], one["key"], one["type"], one["page"], of_case=False, passage=one.get("passage", ""), page_end=one.get("page_end")
        )
        for one in review.claims[item_id]["evidence"]
    ]
    named = review.subject.get("documents", [])
    keys = [UUID(one["key"]) for one in named]
    kinds = {str(key): kind for key, kind in Evidence.objects.filter(key__in=keys).values_list("key", "content_type")} if keys else {}
    files += [ClauseFile(one["title"], one["key"], kinds.get(one["key"], ""), None, of_case=True) for one in named]
    closed = withheld_keys(viewer, (file.key for file in files))
    files = [replace(file, title=WITHHELD, passage="", withheld=True) if file.key in closed else file for file in files]
    readable = [file for file in files if not file.withheld]
    chosen = next((one for one in readable if one.key == wanted), None)
    first = next((one for one in readable if one.in_page and not one.of_case), None)
    return FilePane(tuple(files), chosen or first or next(iter(readable), None))


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
        return f"列入原因：{'、'.join(self.line.causes_on_paper)}。申报{self.line.claimed}。{said}"


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
            found = self.agenda.result
            return f"总分{num(found.total, 2)}，{level_words(self.review, found.level, self.agenda.blocked)}。"
        return f"尚有{len(self.open_items)}条待商定：{'、'.join(self.open_items)}。"

    @property
    def vote_words(self) -> str:
        """Votes by kind, and the conclusion if there is one."""
        votes = "，".join(f"{label}{number}票" for label, number in self.votes) or "尚未表决"
        return f"{votes}。" if self.is_draft else f"{votes}。结论：{self.review.concluded_words}。"

    def seats(self, held: HeldPosts) -> tuple[str, str]:
        """Who was present and who was absent: by name for overseers and, after the conclusion, for all; otherwise by member number."""
        named = oversees_reviews(held) or not self.is_draft

        def words(members: tuple[PanelMember, ...]) -> str:
            names = (f"{member} {member.expert.user.name}" if named else str(member) for member in members)
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
