"""Titles for those who sign in: every title that ever was, and who could be recommended for national awards (八（四）)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from approvals.models import HistoricSelfCheck, Title
from assessments.calendar import fallen_due
from assessments.enums import StageConclusion
from assessments.models import SelfCheck, StageAssessment
from assessments.selectors.inspections import open_findings_of
from assessments.selectors.intakes import unfiled_of
from districts.selectors import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.core.memo import held_reads

FOUND = frozenset({"rectifying", "rechecking", "unmended"})
AWAITED = frozenset({"draft", "signing", "countersigning", "returned"})


def titles_visible_to(user: User | AnonymousUser) -> QuerySet[Title]:
    """Titles are published; whoever signs in for business reads all of them, ended ones too. Keepers read none."""
    held = seats(user)
    if not isinstance(user, User) or held.is_keeper or not held.roles:
        return Title.objects.none()
    return Title.objects.all()


def historic_checks_visible_to(user: User | AnonymousUser) -> QuerySet[HistoricSelfCheck]:
    """Old self-checks of districts whose file the person may open."""
    if not isinstance(user, User):
        return HistoricSelfCheck.objects.none()
    return HistoricSelfCheck.objects.filter(district__in=files_visible_to(user))


def listed_titles(titles: QuerySet[Title]) -> QuerySet[Title]:
    """Titles with what a list shows: district with areas and honours, batch, case. Six queries whatever the length."""
    rows = titles.select_related("district", "announcement", "case")
    return rows.prefetch_related("district__areas", "district__honours").order_by("district__is_demo", "-granted_on", "-pk")


@dataclass(frozen=True)
class AwardLine:
    """A current title and what speaks for or against a recommendation. ``against`` empty: a candidate."""

    title: Title
    merits: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def is_candidate(self) -> bool:
        """Well implementing and nothing open."""
        return not self.against


def award_lines(titles: QuerySet[Title], today: dt.date) -> list[AwardLine]:
    """Current titles, candidates first: those with a good record, no open finding and nothing late by ``today``.

    Seven queries whatever the length.
    """
    checks = SelfCheck.objects.order_by("-year")
    stages = StageAssessment.objects.order_by("-due")
    with held_reads():
        late = fallen_due(today)
        counted = {"left": open_findings_of("district_id"), "unfiled": unfiled_of("district_id", today)}
    rows = titles.filter(end="").select_related("district").annotate(**counted)
    rows = rows.prefetch_related(Prefetch("district__self_checks", checks), Prefetch("district__stage_assessments", stages))
    lines = [_line(title, late) for title in rows.order_by("district__is_demo", "district__name_pinyin")]
    return sorted(lines, key=lambda line: not line.is_candidate)


def _line(title: Title, late: int) -> AwardLine:
    checks, stages = list(title.district.self_checks.all()), list(title.district.stage_assessments.all())
    merits = (*_merits_of(checks), *(f"第{row.round}次阶段评估合格" for row in stages if row.conclusion == StageConclusion.QUALIFIED))
    against = [*_open_checks(checks, late), *_open_stages(stages), *_counted(title)]
    if not merits:
        against.append("还没有已接收的自查或合格的评估")
    return AwardLine(title, merits, tuple(against))


def _counted(title: Title) -> Iterable[str]:
    """Open findings of inspections and reports not handed in, as the query counted them."""
    left, unfiled = vars(title)["left"], vars(title)["unfiled"]
    return [words for number, words in ((left, f"监督检查问题{left}个未销号"), (unfiled, f"运营报告、碳核查{unfiled}份未报送")) if number]


def _merits_of(checks: Iterable[SelfCheck]) -> Iterable[str]:
    return [f"{check.year}年度自查已接收" for check in checks if check.status == "received"]


def _open_checks(checks: Iterable[SelfCheck], late: int) -> Iterable[str]:
    """What was sent back, and what should have been filed: a report of a year up to ``late``."""
    awaited = [check for check in checks if check.status == "returned" or (check.status in AWAITED and check.year <= late)]
    return [f"{check.year}年度自查{'退回补充' if check.status == 'returned' else '未报送'}" for check in awaited]


def _open_stages(stages: Iterable[StageAssessment]) -> Iterable[str]:
    found = [f"第{row.round}次阶段评估整改未完成" for row in stages if row.status in FOUND]
    latest = next((row for row in stages if row.conclusion), None)
    if latest is not None and latest.conclusion == StageConclusion.UNQUALIFIED and not found:
        found.append(f"最近一次阶段评估（第{latest.round}次）不合格")
    return found
