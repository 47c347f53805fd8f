"""Queries for extensions and rectifications: running deadline, current values of a decided case, fields that can be corrected."""

import datetime as dt

from approvals.cases.document_numbers import number_taken
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import DECIDED
from approvals.common.enums import CaseKind, WrongField
from approvals.requests.models import DeadlineKind, ExtensionRequest, Rectification
from approvals.titles.enums import PUBLIC_STATES
from approvals.titles.models.publicity import Title
from approvals.titles.selectors import against_announcement_day, typed_day
from districts.common.enums import Star
from greendistrict.core.errors import Refusal

DATES = frozenset({WrongField.DECIDED_ON, WrongField.ANNOUNCED_ON})


def deadline_of(case: Case) -> tuple[str, dt.date] | None:
    """Kind and last day of the applicant's current deadline; None if none is running."""
    if case.status == CaseState.CORRECTING:
        correction = case.corrections.order_by("-round").first()
        return (DeadlineKind.CORRECTION, correction.due) if correction else None
    if case.kind == CaseKind.LOSS and case.status == CaseState.HEARING and case.loss.hearing_due:
        return DeadlineKind.HEARING, case.loss.hearing_due
    return None


def running(asked: ExtensionRequest) -> bool:
    """Whether the deadline that the request is about is still running."""
    return deadline_of(Case.objects.get(pk=asked.case_id)) == (asked.deadline, asked.was_due)


def current_value(case: Case, field: str) -> str:
    """Stored value of the field as text; empty if it has none."""
    line = getattr(case, "announcement_line", None)
    batch = line.announcement if line is not None and line.announcement.status in PUBLIC_STATES else None
    values: dict[str, object] = {
        WrongField.DECISION_NUMBER: case.decision_number,
        WrongField.DECIDED_ON: case.decided_on,
        WrongField.STAR: case.star_found,
        WrongField.ANNOUNCEMENT_NUMBER: batch.number if batch else "",
        WrongField.ANNOUNCED_ON: batch.announced_on if batch else None,
    }
    value = values[field]
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def wrong_fields(case: Case) -> list[tuple[str, str, str]]:
    """Fields that can be corrected, as (key, label, stored value); empty before a decision."""
    if case.status not in DECIDED or case.decided_on is None:
        return []
    return [(field.value, str(field.label), value) for field in WrongField if (value := current_value(case, field))]


def against_rectification(asked: Rectification, today: dt.date) -> list[Refusal]:
    """Reasons against: value changed since the proposal, no such value, impossible date or star."""
    case, found = Case.objects.get(pk=asked.case_id), []
    if case.status not in DECIDED:
        found.append(Refusal("只更正已经决定的办件；决定前有误的，退回修改"))
    now = current_value(case, asked.field)
    if now != asked.before or not now:
        found.append(Refusal("登记的内容已不是要更正的原值", required=asked.before or "有登记", found=now or "没有登记"))
    if asked.after == now:
        found.append(Refusal("更正前后的内容相同", field="after"))
    return found + _impossible(case, asked, today)


def _impossible(case: Case, asked: Rectification, today: dt.date) -> list[Refusal]:
    if not asked.after:
        return [Refusal("请填写正确的内容", field="after")]
    if asked.field in {WrongField.DECISION_NUMBER, WrongField.ANNOUNCEMENT_NUMBER}:
        taken = number_taken(asked.after, case if asked.field == WrongField.DECISION_NUMBER else case.announcement_line.announcement)
        return [Refusal(taken, field="after")] if taken else []
    if asked.field == WrongField.STAR:
        return _star(case, asked.after)
    if asked.field not in DATES:
        return []
    day = typed_day(asked.after, today)
    if day is None:
        return [Refusal("请填写不晚于今天的日期，如2026-11-20", field="after")]
    return _order(case, asked.field, day)


def _star(case: Case, after: str) -> list[Refusal]:
    if after not in {str(value) for value in Star.values}:
        return [Refusal("星级须为1、2或3", field="after")]
    has_title = Title.objects.filter(case=case).exists() or case.status == CaseState.DECIDED
    return [] if has_title else [Refusal("这个办件没有授予称号，不更正星级")]


def _order(case: Case, field: str, day: dt.date) -> list[Refusal]:
    line = getattr(case, "announcement_line", None)
    announced = line.announcement.announced_on if line else None
    if field == WrongField.DECIDED_ON and announced and day > announced:
        return [Refusal("决定日期不能晚于公告日期", field="after")]
    if field == WrongField.ANNOUNCED_ON and line is not None:
        return against_announcement_day(line.announcement, day)
    return []
