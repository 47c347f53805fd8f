"""Candidates for national award recommendations (八（四）): titles held with arguments for and against on a day.

Obligations, filings and failed assessments come from the selectors used by all pages.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from approvals.cases.selectors.cases import losses_under_way
from approvals.losses.city_assessments import CityResult, last_failures, results_of
from approvals.titles.models.publicity import Title, held_on
from assessments.inspections.selectors import open_findings_of
from assessments.self_checks.lifecycle import SELF_CHECK
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.stage_assessments.models import StageAssessment, StageState, name_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.duty_table import OF_DISTRICT
from greendistrict.workflow.history import status_on
from obligations.duties import RETURNED
from obligations.selectors import due

MENDING = (StageState.RECTIFYING, StageState.RECHECKING, StageState.UNMENDED)
NO_RECORD, CANDIDATE, NOT_YET = "无记录", "拟推荐", "拟暂不推荐"
ORDER = (CANDIDATE, NOT_YET, NO_RECORD)


@dataclass(frozen=True)
class AwardLine:
    """A title with reasons for and against a recommendation, a proposal to the city; without records there is none.

    ``unconfirmed``: what is late by terms that the city has not confirmed. It is told, and stands against nobody.
    """

    title: Title
    merits: tuple[str, ...]
    against: tuple[str, ...]
    unconfirmed: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """拟推荐, 拟暂不推荐, or 无记录."""
        if self.against:
            return NOT_YET
        return CANDIDATE if self.merits else NO_RECORD

    @property
    def grounds(self) -> tuple[str, ...]:
        """All that is known for and against, as papers say it."""
        return *self.merits, *self.against, *(f"{late}（期限未经市级确认，不计）" for late in self.unconfirmed)

    @property
    def is_candidate(self) -> bool:
        """Whether it can be recommended: good implementation and nothing open."""
        return self.word == CANDIDATE


def award_lines(titles: QuerySet[Title], on: dt.date) -> list[AwardLine]:
    """Titles held on a day, by the records of that day; candidates first, those without a record last. A constant number of queries."""
    found = titles.filter(held_on(on)).annotate(left=open_findings_of("district_id", on))
    rows = list(found.order_by("district__is_demo", "district__name_pinyin"))
    keys = [title.district_id for title in rows]
    results = results_of(keys, on)
    owed, losses, mending, received = (defaultdict(list) for _ in range(4))
    for row in due(Viewer(None, as_of=on), kinds=OF_DISTRICT):
        if row.district_id is not None:
            owed[row.district_id].append(row)
    for case in losses_under_way(on).filter(district__in=keys):
        losses[case.district_id].append(case)
    stages = StageAssessment.objects.filter(district__in=keys, opened_at__lt=clock.end_of(on))
    stages = stages.alias(stood=status_on(StageAssessment, on)).filter(stood__in=MENDING).order_by("due")
    for district, number, due_on in stages.values_list("district_id", "round", "due"):
        mending[district].append(name_of(number, due_on))
    checks = SelfCheck.objects.filter(district__in=keys, status=SelfCheckState.RECEIVED, received_at__lt=clock.end_of(on)).order_by("-year")
    for district, year in checks.values_list("district_id", "year"):
        received[district].append(year)
    lines, back = [], SELF_CHECK.state(SelfCheckState.RETURNED).label
    for title in rows:
        key, own = title.district_id, results.get(title.district_id, [])
        merits = [f"{year}年度自查已接收" for year in received[key]]
        merits += [f"{_month(result)}{result.conclusion.label}" for result in own if result.passed]
        # Papers that were returned (even before their day), and overdue ones, opened or not.
        late: list[str] = []
        unconfirmed: list[str] = []
        for row in owed[key]:
            if row.is_open and (row.status in RETURNED or row.is_overdue(on)):
                word = back if row.status in RETURNED else "未报送"
                (late if row.status in RETURNED or not row.is_default_date else unconfirmed).append(f"{row.title}{word}")
        against = [
            *(f"{case.get_kind_display()}办理中{f'（{case.number}）' if case.number else ''}" for case in losses[key]),
            *(f"{_month(result)}{result.conclusion.label}" for result in last_failures(own)),
            *(f"{name}整改未完成" for name in mending[key]),
            *late,
            *([f"监督检查问题{left}个未销号"] if (left := vars(title)["left"]) else []),
        ]
        lines.append(AwardLine(title, tuple(merits), tuple(against), tuple(unconfirmed)))
    return sorted(lines, key=lambda line: ORDER.index(line.word))


def _month(result: CityResult) -> str:
    return f"{result.on.year}年{result.on.month}月{result.what}"
