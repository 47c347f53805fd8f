"""Public answer to a verification by number or 查验码: for a case, a title or an announcement."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.enums import CaseState
from approvals.cases.lifecycle.machines import state_of
from approvals.cases.models.cases import Case
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement, Title
from greendistrict.core import clock
from greendistrict.core.papers import UNDER_WAY, Paper, PaperKind, folded


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _case(case: Case) -> Paper:
    status = state_of(case).public or UNDER_WAY
    on = _day(case.submitted_at or case.sent_at)
    return Paper(case.number or "", case.get_kind_display(), case.applicant.name, on, status, case.district.is_demo)


def _announced_cases(number: str) -> Iterable[Case]:
    return Case.objects.select_related("district", "applicant").filter(number=number, status=CaseState.ANNOUNCED)


def _title(title: Title) -> Paper:
    kind = f"{title.get_kind_display()}称号"
    return Paper(title.number, kind, title.district.name, title.granted_on, title.state_word, title.district.is_demo)


def _titles(number: str) -> Iterable[Title]:
    """All titles: a title exists only by its announcement, so each is public."""
    return Title.objects.select_related("district").filter(number=number)


def _announcement(row: Announcement) -> Paper:
    return Paper(row.number, "公告", str(row), row.announced_on, "已公告", row.is_demo)


def _announcements(number: str) -> Iterable[Announcement]:
    published = Announcement.objects.filter(status=AnnouncementState.PUBLISHED).exclude(number="")
    return [row for row in published if folded(row.number) == number]


KINDS = (
    PaperKind(Case, _case, _announced_cases, ("district", "applicant")),
    PaperKind(Title, _title, _titles, ("district",)),
    PaperKind(Announcement, _announcement, _announcements),
)
