"""Visible reconsiderations and suits, terms to file them, reasons against an outcome, and desk tasks."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to, day_of
from approvals.common.enums import CaseKind
from approvals.common.wording import UNANSWERED
from approvals.remedies.rules import RECORDED, RemedyWay, all_ways, answer_term, appeal_until, way_taken
from approvals.titles.enums import RemedyOutcome, RemedySide, RemedyState
from approvals.titles.models.publicity import Title
from approvals.titles.models.remedies import Remedy, RemedyRecord
from approvals.titles.selectors import against_restoring, title_ended_by
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal
from greendistrict.core.workdays import WorkCalendar
from greendistrict.workflow import timeline
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

R = TypeVar("R", bound=RemedyRecord)
REMEDY_NUMBERS = NumberedPaper(Remedy, "reply_number", Remedy.objects.all, str)


def remedies_visible_to(viewer: Viewer) -> QuerySet[Remedy]:
    """Remedies a person may see: those of cases that the person may see."""
    rows = Remedy.objects.filter(case__in=cases_visible_to(viewer))
    return rows.select_related("case__district", "case__applicant", "case__loss", "scan", "after")


def remediable(case: Case) -> bool:
    """Whether the case has a decision that can be contested: one with a date, or a refusal of receipt (不予受理)."""
    return case.decided_on is not None or case.status == CaseState.REFUSED


def decision_day(case: Case) -> dt.date | None:
    """Date of the decision; for a case that was not accepted the date of that step. None without either."""
    if case.decided_on is not None or case.status != CaseState.REFUSED:
        return case.decided_on
    steps = [row for row in timeline.of_subject(case) if row.target == CaseState.REFUSED]
    return day_of(steps[-1].at) if steps else None


def ways_of(case: Case) -> list[RemedyWay]:
    """Remedies available against the decision, with their terms; the first ones only if its service is recorded (a loss has that date)."""
    return all_ways(_served(case), RECORDED, list(case.remedies.all()), workdays.current())


def _served(case: Case) -> dt.date | None:
    return case.loss.served_on if case.kind == CaseKind.LOSS else None


def way_of(remedy: Remedy) -> RemedyWay | None:
    """Term within which this remedy had to be filed; None if no service of the decision is recorded."""
    return way_taken(remedy, _served(remedy.case), workdays.current())


UNCHANGED = {
    RemedyOutcome.UNLAWFUL: "决定确认违法，但不撤销，继续有效",
    RemedyOutcome.SETTLED: "程序终结，决定没有撤销；按调解书或者和解协议履行",
    RemedyOutcome.WITHDRAWN: "程序终结，决定继续有效",
    RemedyOutcome.CHANGED: "决定按变更后的内容执行，称号状态不变",
    RemedyOutcome.REMANDED: "一审裁判撤销，由一审法院重新审理",
}


def consequence_of(remedy: Remedy) -> str:
    """Effect of the outcome on the decision, as a sentence for every page; empty before the outcome is confirmed."""
    if remedy.status == RemedyState.REDOING:
        until = f"，{workdays.term_in_words(remedy.redo_by)}前" if remedy.redo_by else "，"
        return f"{_gone(remedy)}{until}由市级重新作出决定；申报主体可以另行提出"
    if remedy.status != RemedyState.CLOSED:
        return ""
    if remedy.redone_on:
        number = f"（{remedy.redone_number}）" if remedy.redone_number else ""
        return f"{_gone(remedy)}，{day_in_words(remedy.redone_on)}重新处理{number}：{remedy.redone_words}"
    if remedy.appealed_on:
        return "一审裁判因上诉没有生效，以二审结果为准"
    if not remedy.restores:
        return UNCHANGED.get(RemedyOutcome(remedy.standing_outcome), "决定继续有效")
    return f"{_gone(remedy)}，称号自同日恢复" if title_ended_by(remedy.case) else f"{_gone(remedy)}，不再公告，称号不变"


def _gone(remedy: Remedy) -> str:
    decision = f"原决定（{remedy.against_number}）" if remedy.against_number else "原决定"
    return f"{decision}自{day_in_words(remedy.outcome_on) if remedy.outcome_on else ''}起不再有效"


def after_decision(case: Case) -> dict[str, Any]:
    """Context for the page of a case: whether its decision can be contested, and remedies, newest first, with their effect."""
    if not remediable(case):
        return {"remediable": False, "remedies_told": []}
    rows = Remedy.objects.filter(case=case).select_related("after", "case")
    return {"remediable": True, "remedies_told": [(row, consequence_of(row)) for row in rows]}


def ended_title(case: Case) -> Title | None:
    """Title that this case has ended; None before its announcement and after the title was restored."""
    return case.ended_titles.select_related("district").order_by("pk").first()


def against(remedy: Remedy) -> list[Refusal]:
    """Why the title that an outcome restores cannot be restored."""
    title = ended_title(remedy.case) if remedy.restores else None
    return against_restoring(title) if title else []


def awaited(rows: QuerySet[R]) -> QuerySet[R]:
    """Remedies in which anybody has something to do."""
    return rows.filter(status__in=(RemedyState.OPEN, RemedyState.JUDGED, RemedyState.REDOING, RemedyState.FOUND))


@among(lambda: awaited(Remedy.objects.all()))
def remedy_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks for remedies against decisions on cases."""
    rows = waiting(Remedy.objects.all(), viewer.held.roles, Role.CITY_DIRECTOR)
    for row in rows.select_related("case__district"):
        yield task_of(row, f"{row.case.district.name} {row.number}", reverse("approvals:remedy", args=[row.pk]))


def waiting(rows: QuerySet[R], roles: Collection[str], confirmer: Role) -> QuerySet[R]:
    """Remedies waiting for the officer (replies, terms of appeal, decisions to make anew) or for the confirmer (outcomes)."""
    found = rows.none()
    if Role.CITY_OFFICER in roles:
        found |= rows.filter(status=RemedyState.OPEN, replied_on__isnull=True).exclude(filer=RemedySide.CITY)
        found |= rows.filter(status__in=(RemedyState.JUDGED, RemedyState.REDOING))
    if confirmer in roles:
        found |= rows.filter(status=RemedyState.FOUND)
    return found.order_by("served_on", "pk")


def task_of(row: RemedyRecord, subject: str, link: str) -> Task:
    """Desk task for one of these remedies."""
    words, due = _waits_for(row, workdays.current())
    return Task(
        title=f"{row.get_kind_display()}{words}",
        subject=subject,
        link=link,
        since=row.recorded_at,
        due=due,
        kind="remedy",
        is_demo=row.matter.is_demo,
    )


def _waits_for(row: RemedyRecord, calendar: WorkCalendar) -> tuple[str, dt.date | None]:
    if row.status == RemedyState.FOUND:
        return "结果待审定", None
    if row.status == RemedyState.JUDGED:
        return "一审已裁判，上诉或者登记生效", appeal_until(row, calendar)
    if row.status == RemedyState.REDOING:
        return "撤销决定，待重新作出", row.redo_by
    return UNANSWERED, answer_term(row.kind, row.served_on, calendar, simplified=row.is_simplified)
