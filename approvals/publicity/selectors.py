"""Public data about titles, announcements and notices; contains no drafts and no people."""

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice
from approvals.cases.rules import may_announce, may_approve_announcement
from approvals.common.enums import CaseKind, WrongField
from approvals.requests.models import Rectification, RectificationState
from approvals.titles.enums import PUBLIC_STATES, AmendmentState, AnnouncementState, RemedyState
from approvals.titles.models.amendments import Amendment, Restoration
from approvals.titles.models.publicity import Announcement, AnnouncementLine, Title
from approvals.titles.models.remedies import Remedy
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import PublicScore, scores_released
from assessments.score_releases.sources import DecidedMatter, ScoreSource
from assessments.tables.models import ScoreTable, TableVersion
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.rules import is_directors

NAMED = 3  # districts named in the headline of an announcement
STANDARD = "case__table__edition"  # what the star of a title rests on


def announcements_issued() -> QuerySet[Announcement]:
    """Batches that were published, including withdrawn ones."""
    return Announcement.objects.filter(status__in=PUBLIC_STATES)


def announcements_public() -> QuerySet[Announcement]:
    """Published batches with their titles, newest announcement first."""
    return announcements_issued().prefetch_related(in_order(), ended_in_order()).order_by("-announced_on", "-year", "-batch", "-pk")


def amended() -> "Prefetch[str, QuerySet[Amendment], str]":
    """Prefetch of the published corrections and withdrawals of batches, by date."""
    rows = Amendment.objects.filter(status=AmendmentState.PUBLISHED).select_related("title__district", "scan")
    return Prefetch("amendments", rows.order_by("published_on", "pk"))


def undone_in_order() -> "Prefetch[str, QuerySet[Restoration], str]":
    """Prefetch of ends of titles that a batch announced and that were undone later."""
    return Prefetch("undone_ends", Restoration.objects.select_related("title__district", f"title__{STANDARD}", "end_case").order_by("pk"))


def amendments_public() -> QuerySet[Amendment]:
    """Published corrections and withdrawals."""
    return Amendment.objects.filter(status=AmendmentState.PUBLISHED).select_related("announcement", "title__district")


def remedies_of(batch: Announcement) -> list[Remedy]:
    """Reconsiderations and suits against decisions that the batch announced: those stayed or concluded, which are public."""
    rows = Remedy.objects.filter(case__announcement_line__announcement=batch).select_related("case__district", "after")
    return [row for row in rows.order_by("filed_on", "pk") if row.stayed_on or (row.status == RemedyState.CLOSED and not row.appealed_on)]


def rectified(batch: Announcement) -> QuerySet[Rectification]:
    """Corrections of decided cases (更正) that changed the content of the announcement, in order."""
    fields = (WrongField.ANNOUNCEMENT_NUMBER, WrongField.ANNOUNCED_ON, WrongField.STAR)
    rows = Rectification.objects.filter(status=RectificationState.DONE, field__in=fields, case__announcement_line__announcement=batch)
    return rows.filter(done_at__isnull=False).select_related("case__district").order_by("done_at", "pk")


def announceable() -> QuerySet[Case]:
    """Cases that may be added to a batch: decided ones; a loss of title only after it was served."""
    granted = Q(status=CaseState.DECIDED, kind__in=(CaseKind.APPLICATION, CaseKind.ACCEPTANCE))
    return Case.objects.filter(granted | Q(status=CaseState.SERVED, kind=CaseKind.LOSS))


def in_order() -> "Prefetch[str, QuerySet[Title], str]":
    """Prefetch of titles of batches in the order of the announcement."""
    return Prefetch("titles", Title.objects.select_related("district", STANDARD).order_by("case__announcement_line__order", "pk"))


def ended_in_order() -> "Prefetch[str, QuerySet[Title], str]":
    """Prefetch of titles that a batch ended, in the order of the announcement."""
    rows = Title.objects.select_related("district", "end_case", STANDARD)
    return Prefetch("ended_titles", rows.order_by("end_case__announcement_line__order", "pk"))


def lines_of(batch: Announcement) -> list[AnnouncementLine]:
    """Lines of a batch in their order, each with its case."""
    return list(batch.lines.select_related(STANDARD).order_by("order"))


def waits_for_approval(batch: Announcement) -> bool:
    """Whether the batch still lacks the approval that the settings require."""
    return batch.approved_at is None and is_directors("announce")


def notices_open(today: dt.date) -> QuerySet[Notice]:
    """Notices open on a day; those that close first come first."""
    rows = Notice.objects.filter(opens_on__lte=today, closes_on__gte=today, closed_at__isnull=True)
    return rows.select_related("case__district").order_by("closes_on", "pk")


def notices_public() -> QuerySet[Notice]:
    """All notices ever opened, including closed ones."""
    return Notice.objects.select_related("case__district", "case__applicant")


def score_of(notice: Notice) -> tuple[ScoreRelease, PublicScore] | None:
    """Score of the case of a notice, if the city released it: what its panel settled."""
    released = scores_released(District.objects.filter(pk=notice.case.district_id))
    versions = set(TableVersion.objects.filter(table=notice.case.table_id).values_list("pk", flat=True)) if released else set()
    return next(((row, score) for row, score in released if row.version_id in versions), None)


def announcement_of(notice: Notice) -> Announcement | None:
    """The published batch in which the case of a notice was announced."""
    return announcements_issued().filter(lines__case=notice.case_id).first()


def named(batch: Announcement) -> list[str]:
    """Districts whose title a batch grants or revokes."""
    return [title.district.name for title in (*batch.titles.all(), *batch.ended_titles.all())]


def headline_of(batch: Announcement) -> str:
    """Title of an announcement (its batch if it has none) with the first districts that the title itself does not name."""
    title = batch.title or f"{batch}公告"
    missing = [name for name in dict.fromkeys(named(batch)) if name not in title]
    more = f"等{len(missing)}个城区" if len(missing) > NAMED else ""
    return f"{title}（{'、'.join(missing[:NAMED])}{more}）" if missing else title


def announcements_visible_to(viewer: Viewer) -> QuerySet[Announcement]:
    """Announcements a person may see: published batches for everybody, drafts for officers and director."""
    held = viewer.held
    if viewer.is_somebody and (may_announce(held) or may_approve_announcement(held)):
        return Announcement.objects.all()
    return Announcement.objects.filter(status__in=PUBLIC_STATES)


def _announced(table: ScoreTable) -> DecidedMatter:
    case = table.case
    day = case.announcement_line.announcement.announced_on
    result = case.review.result if case.review else {}
    return DecidedMatter(day.year if day else 0, case.number or "", day, reverse("approvals:case", args=[case.pk]), result)


# Scores of pilot applications and acceptances whose announcement is valid; a withdrawn one no longer counts.
ANNOUNCED_SCORES = ScoreSource(
    decided=Q(case__status=CaseState.ANNOUNCED, case__announcement_line__announcement__status=AnnouncementState.PUBLISHED),
    related=("case__review", "case__announcement_line__announcement"),
    unread=("case__form_review", "case__reasons", *(f"case__review__{name}" for name in ("subject", "claims", "opinion"))),
    matter=_announced,
    nature="专家评定",
)
