"""Public answer to verifying a number or 查验码 of a case, title, announcement or amendment."""

from collections.abc import Iterable

from django.db.models import Q

from approvals.amendments.lifecycle import AMENDMENT
from approvals.cases.enums import CaseState
from approvals.cases.letters.examination import day_of
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.common.enums import TitleEnd
from approvals.publicity.selectors import amendments_public
from approvals.titles.enums import PUBLIC_STATES, AmendedField, AnnouncementState
from approvals.titles.models.amendments import Amendment, amended_words
from approvals.titles.models.publicity import STANDING_UNKNOWN, Announcement, Title
from districts.common.enums import HELD_LISTS
from districts.lists import held
from greendistrict.core import clock
from greendistrict.core.folded_keys import folded_number
from greendistrict.core.papers import UNDER_WAY, Paper, PaperKind, PaperStanding
from greendistrict.documents.models import Evidence

TAKEN_BACK = frozenset({CaseState.WITHDRAWN, CaseState.DISCARDED, CaseState.DROPPED})


def _case(case: Case) -> Paper:
    status = state_of(case).public or UNDER_WAY
    on = day_of(case.submitted_at or case.sent_at)
    return Paper(case.number or "", case.get_kind_display(), case.applicant.name, on, status, case.district.is_demo, _case_state(case))


def _case_state(case: Case) -> PaperStanding | None:
    """Revoked if the case was withdrawn or its decision set aside; otherwise as the title that it granted."""
    if case.status in TAKEN_BACK:
        return PaperStanding.REVOKED
    if case.status != CaseState.ANNOUNCED:
        return PaperStanding.VALID
    if case.undone_ends.exists():
        return PaperStanding.REVOKED
    title = case.titles.first()
    return _ended(title) if title else PaperStanding.VALID


def _ended(title: Title) -> PaperStanding | None:
    """Standing of a title: superseded by the next title, revoked for every other end; valid while the decision on it is stayed."""
    if not title.end:
        return PaperStanding.VALID
    return PaperStanding.SUPERSEDED if title.end == TitleEnd.SUPERSEDED else PaperStanding.REVOKED


def _announced_cases(number: str) -> Iterable[Case]:
    return Case.objects.select_related("district", "applicant").filter(number=number, status=CaseState.ANNOUNCED)


def _title(title: Title) -> Paper:
    kind = f"{title.get_kind_display()}称号"
    state = None if title.state_word == STANDING_UNKNOWN else _ended(title)
    return Paper(title.number, kind, title.district.name, title.granted_on, title.state_word, title.district.is_demo, state)


def _titles(number: str) -> Iterable[Title]:
    """All titles with the number; each title was announced and is therefore public."""
    return Title.objects.select_related("district").filter(number=number)


def _announcement(row: Announcement) -> Paper:
    """An announcement with its corrections and withdrawal."""
    changes = list(amendments_public().filter(announcement=row).order_by("published_on", "pk"))
    status = "；".join([str(AnnouncementState.PUBLISHED.label), *map(amended_words, changes)])
    state = PaperStanding.REVOKED if row.status == AnnouncementState.WITHDRAWN else PaperStanding.VALID
    return Paper(row.number, "公告", str(row), row.announced_on, status, row.is_demo, state)


def _announcements(number: str) -> Iterable[Announcement]:
    """Published announcements by their number, including a number that was corrected later."""
    published = Announcement.objects.filter(status__in=PUBLIC_STATES)
    found = [row for row in published.exclude(number="") if folded_number(row.number) == number]
    wrong = amendments_public().filter(field=AmendedField.NUMBER).exclude(before="")
    return found or [row.announcement for row in wrong if folded_number(row.before) == number]


def _amendment(row: Amendment) -> Paper:
    return Paper(
        row.number, f"{row.get_kind_display()}公告", str(row.announcement), row.published_on, AMENDMENT.state(row.status).label, row.is_demo
    )


def _amendments(number: str) -> Iterable[Amendment]:
    return [row for row in amendments_public() if folded_number(row.number) == number]


def _list_taken(row: Evidence) -> Paper:
    """A version of a list of the portal that was taken into a case: superseded by the next one; the last stands as the case does.

    One that was removed from the case is revoked.
    """
    case = Case.objects.select_related("district", "applicant").get(pk=row.owner.partition(":")[2])
    on = row.uploaded_at.astimezone(clock.SHANGHAI).date()
    standing = held.standing(row, in_use=case.documents.filter(document=row).exists())
    state = _case_state(case) if standing == PaperStanding.VALID else standing
    return Paper(case.number or "", row.printed_title, case.applicant.name, on, held.origin(row), case.district.is_demo, state)


KINDS = (
    PaperKind(Case, _case, _announced_cases, ("district", "applicant")),
    PaperKind(Evidence, _list_taken, only=Q(owner__startswith=f"{Case._meta.label_lower}:", kind__in=HELD_LISTS)),
    PaperKind(Title, _title, _titles, ("district",)),
    PaperKind(Announcement, _announcement, _announcements),
    PaperKind(Amendment, _amendment, _amendments, ("announcement",)),
)
