"""What anybody may read: titles, announcements, notices, and what is public about a number. No drafts, no people."""

import datetime as dt
import unicodedata
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from approvals.enums import CaseKind
from approvals.lifecycle import state_of
from approvals.models import Announcement, Case, Notice, Title
from approvals.rules import may_announce, may_approve_announcement
from assessments.lifecycle import SELF_CHECK
from assessments.models import SelfCheck
from greendistrict.accounts.models import User
from greendistrict.core import clock

PREFIXES = ("SQ", "YS", "CX", "BG")


@dataclass(frozen=True)
class PublicNumber:
    """All that is public about a document number."""

    number: str
    kind: str
    unit: str
    on: dt.date | None
    status: str
    is_demo: bool = False


def titles_public() -> QuerySet[Title]:
    """Current titles with district, areas and batch, newest announcement first, unknown dates last."""
    return (
        Title.objects.filter(end="")
        .select_related("district", "announcement")
        .prefetch_related("district__areas")
        .order_by("district__is_demo", "-announcement__year", "-announcement__batch", "district__name_pinyin")
    )


def announcements_public() -> QuerySet[Announcement]:
    """Published batches with their titles, newest first."""
    return Announcement.objects.filter(status="published").prefetch_related(in_order(), ended_in_order()).order_by("-year", "-batch")


def announceable() -> QuerySet[Case]:
    """Cases that may be put into a batch: decided ones; of a loss of title those whose decision was served."""
    granted = Q(status="decided", kind__in=(CaseKind.APPLICATION, CaseKind.ACCEPTANCE))
    return Case.objects.filter(granted | Q(status="served", kind=CaseKind.LOSS))


def in_order() -> "Prefetch[str, QuerySet[Title], str]":
    """Titles of batches in the order of the announcement."""
    return Prefetch("titles", Title.objects.select_related("district").order_by("case__announcement_line__order", "pk"))


def ended_in_order() -> "Prefetch[str, QuerySet[Title], str]":
    """Titles that a batch ended, in the order of the announcement."""
    rows = Title.objects.select_related("district", "end_case")
    return Prefetch("ended_titles", rows.order_by("end_case__announcement_line__order", "pk"))


def notices_open(today: dt.date) -> QuerySet[Notice]:
    """Notices open on a day, first to close first."""
    rows = Notice.objects.filter(opens_on__lte=today, closes_on__gte=today, closed_at__isnull=True)
    return rows.select_related("case__district").order_by("closes_on", "pk")


def notices_public() -> QuerySet[Notice]:
    """Every notice that was ever opened: a closed one stays readable."""
    return Notice.objects.select_related("case__district", "case__applicant")


def check_number(text: str) -> PublicNumber | None:
    """Look a number up: case, self-check, title, announcement. ``None`` when it is nobody's or nothing public is behind it."""
    number = unicodedata.normalize("NFKC", text).strip().upper()[:60]
    if not number:
        return None
    for find in (_case, _self_check, _title, _announcement):
        found = find(number)
        if found is not None:
            return found
    return None


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _case(number: str) -> PublicNumber | None:
    case = Case.objects.select_related("district", "applicant").filter(number=number, submitted_at__isnull=False).first()
    if case is None:
        return None
    status = state_of(case).public
    return PublicNumber(number, case.get_kind_display(), case.applicant.name, _day(case.submitted_at), status, case.is_demo)


def _self_check(number: str) -> PublicNumber | None:
    check = SelfCheck.objects.select_related("district__applicant").filter(number=number, filed_at__isnull=False).first()
    if check is None:
        return None
    state = SELF_CHECK.state(check.status)
    unit = check.district.applicant.name if check.district.applicant else check.district.name
    return PublicNumber(number, "年度自查", unit, _day(check.filed_at), state.public or "办理中", check.district.is_demo)


def _title(number: str) -> PublicNumber | None:
    title = Title.objects.select_related("district").filter(number=number).exclude(number="").first()
    if title is None:
        return None
    status = title.get_end_display() if title.end else "有效"
    return PublicNumber(number, f"{title.get_kind_display()}称号", title.district.name, title.granted_on, status, title.district.is_demo)


def _announcement(number: str) -> PublicNumber | None:
    for row in Announcement.objects.filter(status="published").exclude(number=""):
        if unicodedata.normalize("NFKC", row.number).strip().upper() == number:
            return PublicNumber(row.number, "公告", str(row), row.announced_on, "已公告", row.is_demo)
    return None


def announcements_visible_to(user: User | AnonymousUser) -> QuerySet[Announcement]:
    """Published batches for everybody, drafts for the officers who edit them."""
    if isinstance(user, User) and (may_announce(user) or may_approve_announcement(user)):
        return Announcement.objects.all()
    return Announcement.objects.filter(status="published")
