"""Titles, current and ended, and their changes after the announcement."""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import suppress
from operator import itemgetter
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.models.cases import Case as DecidedCase
from approvals.cases.rules import is_city, may_work_in_bulk
from approvals.cases.selectors.cases import cases_visible_to, losses_under_way
from approvals.common.enums import LOST, LossGround, TitleEnd
from approvals.titles.enums import (
    CONFIRMED_REMEDIES,
    FOLLOWING_FIRST,
    PUBLIC_STATES,
    RESTORING,
    AmendmentState,
    RemedyKind,
    RemedyState,
)
from approvals.titles.models.amendments import Amendment, Restoration, amended_words
from approvals.titles.models.corrections import TitleCorrection, TitleCorrections
from approvals.titles.models.publicity import Announcement, HistoricSelfCheck, Title, TitleHolder, gaps_of
from approvals.titles.models.remedies import Remedy
from districts.common.enums import LOST_STAGES
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.core.widgets import FIRST_YEAR

STAYED = Q(stayed_on__isnull=False, stay_ended_on__isnull=True)
# As ``RemedyRecord.restores`` says of one.
SET_ASIDE = Q(status__in=CONFIRMED_REMEDIES, appealed_on__isnull=True) & (
    Q(outcome__in=RESTORING) | Q(kind=RemedyKind.APPEAL, outcome__in=FOLLOWING_FIRST, after__outcome__in=RESTORING)
)
TitleChange = tuple[dt.date, str, int | None]  # day, words, key of the announcement

ANNOUNCEMENT_NUMBERS = NumberedPaper(Announcement, "number", lambda: Announcement.objects.filter(status__in=PUBLIC_STATES), str)


def may_correct(held: HeldPosts, title: Title) -> bool:
    """Whether the person proposes corrections of this title: who records titles, of one that was recorded."""
    return may_work_in_bulk(held) and title.is_correctable


def superseded_by(title: Title) -> Title | None:
    """The earlier title of the same district that this title replaced; None for a first title."""
    earlier = Title.objects.filter(district=title.district_id, end=TitleEnd.SUPERSEDED, ended_on=title.granted_on)
    return earlier.exclude(pk=title.pk).select_related("announcement").order_by("-pk").first()


def with_undone(titles: QuerySet[Title]) -> QuerySet[Title, Any]:
    """Titles with ``set_aside``: the decision that was stayed was set aside since; and ``was_end``: what it had ordered."""
    undone = Restoration.objects.filter(title=OuterRef("pk"), restored_on__gte=OuterRef("stood_again_on")).order_by("pk")
    return titles.annotate(set_aside=Exists(undone), was_end=Subquery(undone.values("was_end")[:1]))


def typed_day(text: str, today: dt.date) -> dt.date | None:
    """A day of the past that is typed as it is stored, such as 2026-11-20; None for anything else."""
    with suppress(ValueError):
        day = dt.date.fromisoformat(text)
        return day if day.isoformat() == text and day.year >= FIRST_YEAR and day <= today else None
    return None


def first_holders(titles: QuerySet[Title], since: dt.date | None) -> QuerySet[TitleHolder]:
    """Bodies that were responsible from the grant on."""
    return TitleHolder.objects.filter(district__in=titles.values("district_id"), case=None, since=since)


def against_grant_day(title: Title, day: dt.date) -> Iterator[str]:
    """What another day of its grant does not fit: the title's end, the title before it, the body that was responsible first."""
    ends = [*([title.ended_on] if title.ended_on else []), *(lost for lost, _ in gaps_of(title))]
    if ends and day > min(ends):
        yield f"{title}已于{day_in_words(min(ends))}终止，授予日期不能晚于这一天"
    earlier = superseded_by(title)
    if earlier is not None and earlier.granted_on is not None and day < earlier.granted_on:
        yield f"{earlier}于{day_in_words(earlier.granted_on)}授予，其后的称号不能早于这一天"
    holder = first_holders(Title.objects.filter(pk=title.pk), title.granted_on).filter(until__lt=day).first()
    if holder is not None:
        yield f"{holder}的责任在这一天以前已经终止"


def against_announcement_day(batch: Announcement, day: dt.date) -> list[Refusal]:
    """What another day of an announcement does not fit: the decisions that it tells, the titles that it granted and those that it ended."""
    decided = [line.case.decided_on for line in batch.lines.select_related("case") if line.case.decided_on]
    if decided and day < max(decided):
        return [Refusal("公告日期不能早于同批办件的决定日期", field="after")]
    found = [words for title in batch.titles.select_related("district").order_by("pk") for words in against_grant_day(title, day)]
    ended = batch.ended_titles.exclude(end=TitleEnd.SUPERSEDED).filter(granted_on__gt=day).select_related("district").order_by("pk")
    found += [f"{title}于{day_in_words(title.granted_on)}授予，终止它的公告不能早于这一天" for title in ended if title.granted_on]
    return [Refusal(words, field="after") for words in found]


def title_ended_by(case: DecidedCase) -> Title | None:
    """Title that the case has ended, including one that was restored later; None if there is none."""
    ended = Title.objects.filter(Q(end_case=case) | Q(restorations__end_case=case))
    return ended.select_related("district").order_by("pk").first()


def against_recall(title: Title) -> list[Refusal]:
    """Why a title cannot be recalled when its announcement is withdrawn."""
    if not title.end:
        return []
    return [Refusal(f"{title}已不是现有称号（{title.get_end_display()}），不能随公告撤回", remedy="先办理其后的公告")]


def against_restoring(title: Title) -> list[Refusal]:
    """Why a lost title cannot be restored; one that stands because the decision is stayed can be."""
    if title.stayed_since:
        return []
    if title.end not in LOST:
        return [Refusal(f"{title}没有被取消或撤销，不需要恢复")]
    if title.district.stage not in LOST_STAGES:
        return [Refusal(f"{title.district.name}已另有称号，不能恢复原称号")]
    return []


def title_changes(district: District) -> list[TitleChange]:
    """Changes after the announcements of a district's titles, newest first; three queries.

    Covers corrections and withdrawals of the announcements, restored titles, stays, and outcomes of remedies.
    """
    about = Q(announcement__titles__district=district) | Q(announcement__ended_titles__district=district)
    about |= Q(announcement__undone_ends__title__district=district)
    rows = Amendment.objects.filter(about, status=AmendmentState.PUBLISHED).filter(Q(title=None) | Q(title__district=district)).distinct()
    found: list[TitleChange] = [
        (row.published_on, f"{row.announcement}公告：{amended_words(row)}", row.announcement_id)
        for row in rows.select_related("announcement", "title__district")
        if row.published_on
    ]
    given = Restoration.objects.filter(title__district=district).select_related("title")
    found += [(row.restored_on, f"恢复{row.title.get_kind_display()}称号：{row.reason}", row.end_announcement_id) for row in given]
    found += [change for row in remedies_made_public(district) for change in _of_remedy(row)]
    return sorted(found, key=itemgetter(0), reverse=True)


def holders_of(district: District) -> list[TitleHolder]:
    """Bodies that were responsible for a titled district, by side and in order; empty if there was never a change."""
    return list(TitleHolder.objects.filter(district=district).select_related("case").order_by("side", "since", "pk"))


def holders_public() -> QuerySet[TitleHolder]:
    """Bodies that were responsible for districts, for the open data."""
    rows = TitleHolder.objects.select_related("district", "case")
    return rows.order_by("district__is_demo", "district__code", "side", "since", "pk")


def titles_stayed() -> QuerySet[Title]:
    """Titles that stand because the decision that ended them is stayed."""
    return Title.objects.filter(stayed_since__isnull=False).select_related("district").order_by("district__is_demo", "stayed_since", "pk")


def remedies_made_public(district: District) -> QuerySet[Remedy]:
    """Remedies against announced losses of title, as far as they are public: stayed or decided."""
    rows = Remedy.objects.filter(Q(case__ended_titles__district=district) | Q(case__undone_ends__title__district=district))
    told = rows.filter(Q(stayed_on__isnull=False) | Q(status=RemedyState.CLOSED)).distinct()
    return told.select_related("case__announcement_line", "after")


def decision_set_aside(case: DecidedCase) -> bool:
    """Whether a remedy set the decision of a case aside, so that it has no further effects."""
    return Remedy.objects.filter(SET_ASIDE, case=case).exists()


def decision_stayed(case: DecidedCase) -> bool:
    """Whether a remedy stays the decision of a case at present."""
    return Remedy.objects.filter(STAYED, case=case).exists()


def not_carried_out() -> Exists:
    """Condition on cases: the decision is stayed or was set aside, so that nothing follows from it."""
    return Exists(Remedy.objects.filter(STAYED | SET_ASIDE, case=OuterRef("pk")))


def _of_remedy(row: Remedy) -> Iterator[TitleChange]:
    line = getattr(row.case, "announcement_line", None)
    batch = line.announcement_id if line else None
    decision = f"关于称号的决定（{row.against_number}）"
    for stay in row.stays:
        yield (stay.on, f"{decision}在{row.get_kind_display()}期间停止执行（{row.body}，{stay.number}）", batch)
        ends_with_outcome = row.status == RemedyState.CLOSED and not (row.outcome_on and stay.ended_on and stay.ended_on < row.outcome_on)
        if stay.ended_on and not ends_with_outcome:
            yield (stay.ended_on, f"{decision}恢复执行", batch)
    if row.status == RemedyState.CLOSED and row.outcome_on and not row.appealed_on:  # the appeal tells the outcome of its judgment
        yield (row.outcome_on, f"{decision}的{row.outcome_sentence}", batch)


def titles_visible_to(viewer: Viewer) -> QuerySet[Title]:
    """Titles a person may see: all, including ended ones, for every signed-in user except keepers."""
    held = viewer.held
    if not viewer.is_somebody or held.is_keeper or not held.roles:
        return Title.objects.none()
    return Title.objects.all()


def corrections_visible_to(viewer: Viewer) -> TitleCorrections:
    """Corrections a person may read: all for the city, of titles in sight those that were written."""
    if viewer.is_somebody and is_city(viewer.held):
        return TitleCorrection.objects.all()
    return TitleCorrection.objects.counted().filter(title__in=titles_visible_to(viewer))


def historic_checks_visible_to(viewer: Viewer) -> QuerySet[HistoricSelfCheck]:
    """Old self-checks a person may see: those of districts whose file the person may read."""
    if not viewer.is_somebody:
        return HistoricSelfCheck.objects.none()
    return HistoricSelfCheck.objects.filter(district__in=files_visible_to(viewer))


def old_check_years(districts: Collection[int]) -> QuerySet[HistoricSelfCheck, tuple[int, int]]:
    """District and year of the old self-checks of these districts."""
    return HistoricSelfCheck.objects.filter(district__in=districts).order_by().values_list("district_id", "year")


def with_losses(titles: QuerySet[Title], viewer: Viewer) -> QuerySet[Title]:
    """Titles annotated with ``loss_word``: a loss of title is in progress; empty for people who may not see that case."""
    ground = Case(When(loss__ground=LossGround.CANCEL, then=Value("取消办理中")), default=Value("撤销办理中"))
    seen = losses_under_way().filter(district=OuterRef("district"), pk__in=cases_visible_to(viewer).values("pk"))
    word = Coalesce(Subquery(seen.values_list(ground)[:1]), Value(""))
    return titles.annotate(loss_word=Case(When(end="", then=word), default=Value(""), output_field=CharField()))


def listed_titles(titles: QuerySet[Title], viewer: Viewer) -> QuerySet[Title]:
    """Titles with everything a list shows: district with areas and honours, batch, case, loss in progress. Six queries."""
    rows = with_losses(titles, viewer).select_related("district", "announcement", "case")
    return rows.prefetch_related("district__areas", "district__honours").order_by(
        "district__is_demo", F("granted_on").desc(nulls_last=True), "-pk"
    )
