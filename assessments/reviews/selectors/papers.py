"""Reviews on paper: printable sheets, typed scores, votes and confirmations, and what a second person must check."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from assessments.common.enums import CommentKind
from assessments.reviews.clauses import ClauseView
from assessments.reviews.enums import FROM_MEETING, MemberState, PaperState, ReviewState
from assessments.reviews.models import AgreedConfirmation, PanelMember, PaperScores, Review, ScoreFile
from assessments.reviews.rules import checks_paper, oversees_reviews, runs_reviews, types_paper
from assessments.reviews.selectors.workspace import clause_of, desk_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence

FIELDS = ("judgement", "points", "comment", "comment_kind")


@dataclass(frozen=True)
class SheetLine:
    """A clause of the sheet with what was typed for it; never what the expert scored online."""

    clause: ClauseView
    typed: Mapping[str, str]

    @property
    def judgement(self) -> str:
        """Judgement in the words of the clause."""
        return next((choice.label for choice in self.clause.choices if choice.value == self.typed["judgement"]), "")

    @property
    def kind(self) -> str:
        """Weight of the comment in words; an unticked comment counts as advice."""
        given = self.typed["comment_kind"] or CommentKind.ADVICE
        return str(CommentKind(given).label) if self.typed["comment"] and given in CommentKind.values else ""


def sheet_of(member: PanelMember, entries: Mapping[str, Mapping[str, str]]) -> list[SheetLine]:
    """Clauses of a member in the order of the sheet, with what was typed."""
    desk = desk_of(member)
    blank = dict.fromkeys(FIELDS, "")
    ids = [line.item_id for line in desk.lines]
    return [SheetLine(clause_of(member, desk.scores[item_id]), blank | dict(entries.get(item_id, {}))) for item_id in ids]


def papers_to_handle(viewer: Viewer) -> list[PaperScores]:
    """Sheets this user must handle: own unfinished ones, and others' to check."""
    if not runs_reviews(viewer.held):
        return []
    papers = papers_waiting().select_related("member__review__table__district").order_by("typed_at", "pk")
    return [paper for paper in papers if _mine(viewer, paper)]


def papers_waiting() -> QuerySet[PaperScores]:
    """Sheets being typed or waiting for their check."""
    seated = PaperScores.objects.filter(member__review__status=ReviewState.SCORING, member__state=MemberState.ACCEPTED)
    return seated.exclude(status=PaperState.CHECKED)


def _mine(viewer: Viewer, paper: PaperScores) -> bool:
    held = viewer.held
    return types_paper(held, paper) if paper.status == PaperState.TYPING else checks_paper(held, paper)


def unchecked_confirmations(members: Iterable[PanelMember]) -> QuerySet[AgreedConfirmation]:
    """Confirmations of these members entered from paper and not compared yet."""
    return _uncompared(AgreedConfirmation.objects.filter(member__in=[member.pk for member in members]))


def _uncompared(rows: QuerySet[AgreedConfirmation]) -> QuerySet[AgreedConfirmation]:
    return rows.filter(checked_by=None).exclude(by=F("member__expert__user"))


def said_on_paper(members: Iterable[PanelMember]) -> dict[int, frozenset[int]]:
    """Who entered vote or confirmations not compared yet, by member; members without any are left out. One query."""
    rows, found = list(members), defaultdict[int, set[int]](set)
    for member_pk, typist in unchecked_confirmations(rows).values_list("member_id", "by_id"):
        found[member_pk].add(typist)
    for member in rows:
        if member.voted_by_id is not None and member.voted_on_paper and member.vote_checked_by_id is None:
            found[member.pk].add(member.voted_by_id)
    return {pk: frozenset(typists) for pk, typists in found.items()}


def members_in_session() -> QuerySet[PanelMember]:
    """Members of panels whose meeting is open."""
    return PanelMember.objects.filter(review__status=ReviewState.MEETING, state=MemberState.ACCEPTED)


def members_to_compare(user: int) -> QuerySet[PanelMember]:
    """Members in session with a signature, vote or confirmation from paper entered by someone other than the user (primary key)."""
    signature = Q(signed_at__isnull=False, signed_by__isnull=False, sign_checked_by=None) & ~Q(signed_by=F("expert__user"))
    vote = Q(voted_by__isnull=False, vote_checked_by=None) & ~Q(vote="") & ~Q(voted_by=F("expert__user"))
    said = _uncompared(AgreedConfirmation.objects.filter(member=OuterRef("pk"))).exclude(by=user)
    return members_in_session().filter((signature & ~Q(signed_by=user)) | (vote & ~Q(voted_by=user)) | Q(Exists(said)))


def papers_with_open_scan(viewer: Viewer) -> QuerySet[PaperScores]:
    """Sheets whose scan the user may open: typist and checker; overseers too once the meeting is open."""
    held = viewer.held
    if not oversees_reviews(held):
        return PaperScores.objects.none()
    opened = Q(member__review__status__in=FROM_MEETING)
    in_hand = Q(typed_by=viewer.person) & ~Q(status=PaperState.CHECKED) | Q(status=PaperState.CHECKING) & ~Q(typed_by=viewer.person)
    return PaperScores.objects.filter(opened | in_hand if runs_reviews(held) else opened)


def scan_name(paper: PaperScores) -> str:
    """File name of the scan by member number, without a person's name."""
    return f"{paper.member} 纸质评分"


@dataclass(frozen=True)
class Attachment:
    """A file of the review: its kind, its clause if any, its URL."""

    what: str
    item_id: str
    file: Evidence


def attachments_of(review: Review, *, oversees: bool) -> list[Attachment]:
    """Files of the review for those at the meeting: signed sheet, readers' files by clause; scans of paper for overseers."""
    found = [Attachment("评审意见签名页", "", review.signed_sheet)] if review.signed_sheet else []
    if oversees:
        scans = PaperScores.objects.filter(member__review=review, scan__isnull=False).select_related("member", "scan")
        found += [Attachment(scan_name(row), "", row.scan) for row in scans.order_by("member__number") if row.scan]
    rows = ScoreFile.objects.filter(score__assignment__member__review=review, score__assignment__member__state=MemberState.ACCEPTED)
    rows = rows.select_related("document", "score__assignment__member").order_by(
        "score__assignment__item_id", "score__assignment__member__number", "pk"
    )
    return found + [Attachment(str(row.score.assignment.member), row.score.assignment.item_id, row.document) for row in rows]
