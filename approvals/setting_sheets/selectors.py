"""Sheets of settings, and which settings stand in a sheet."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.rules import reads_settings
from approvals.setting_sheets.lifecycle import SETTING_SHEET
from approvals.setting_sheets.models import SettingSheet, SheetPart
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from approvals.settings.selectors import CONCERNS, states_awaiting, touched_by
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from greendistrict.policy.selectors import ParameterRow, reminder_setting_rows, setting_label, setting_rows, setting_value
from greendistrict.policy.setting_groups import grouped
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

# Criteria by which a district fails, loses time to mend or is called late: each is confirmed by itself, with a reason of its own.
ADVERSE = frozenset(
    {
        "reference_limits", "stage.targets_share", "stage.plan_share", "stage.grace_days", "rectify.days", "rectify.extend_once_days",
        "supplement.rounds", "unseen.control_limited", "unseen.control_most", "hearing_days", "cancel_start_days",
        "approval_chain.cancel_or_revoke", "obligations_from", "selfcheck.due", "operation_report.due", "carbon_verification.due",
    }
)  # fmt: skip


class SettingSheetLine(NamedTuple):
    """A line of a sheet in words; ``left``: not set by the decision, because it had been decided otherwise since."""

    key: str
    label: str
    old: str
    value: str
    is_change: bool
    reason: str
    left: bool


def sheets_visible_to(viewer: Viewer) -> QuerySet[SettingSheet]:
    """Sheets a person may read: city only."""
    if not viewer.is_somebody or not reads_settings(viewer.held):
        return SettingSheet.objects.none()
    return SettingSheet.objects.select_related("proposed_by")


def waiting_keys() -> set[str]:
    """Settings with an open proposal of their own."""
    return set(SettingProposal.objects.filter(status__in=OPEN_PROPOSALS).values_list("key", flat=True))


def rows_of(part: str) -> list[ParameterRow]:
    """Settings of a part that may stand in a sheet: not those decided each by itself."""
    rows = reminder_setting_rows() if part == SheetPart.REMINDERS else setting_rows()
    return [row for row in rows if row.key not in ADVERSE]


def sheet_rows(part: str) -> list[tuple[str, list[ParameterRow]]]:
    """Settings that a new sheet may hold now, by chapter: not those proposed elsewhere."""
    waiting = waiting_keys()
    rows = [row for row in rows_of(part) if row.key not in waiting]
    return [("各类到期事项的提醒节点", rows)] if part == SheetPart.REMINDERS else grouped(rows, lambda row: row.key)


def apart_rows() -> list[ParameterRow]:
    """Unconfirmed settings that are decided each by itself."""
    return [row for row in setting_rows() if row.key in ADVERSE and row.is_default]


def concerns(keys: Iterable[str], today: dt.date) -> dict[str, str]:
    """What each setting changes, in words; settings of one family share their words."""
    found: dict[str, str] = {}
    for key in keys:
        family = key if key in CONCERNS else key.partition(".")[0]
        if family not in found:
            found[family] = "；".join(row.label for row in touched_by(key, today)) or "不影响在办事项"
        found[key] = found[family]
    return found


def lines_of(sheet: SettingSheet) -> list[tuple[str, list[SettingSheetLine]]]:
    """The lines of a sheet by chapter."""
    return grouped(map(_line, sheet.lines), lambda line: line.key)


def _line(row: dict[str, Any]) -> SettingSheetLine:
    key = row["key"]
    old, value = (setting_value(key, typed(key, row[name])) for name in ("old", "value"))
    return SettingSheetLine(key, setting_label(key), old, value, old != value, row["reason"], row.get("left", False))


def typed(key: str, stored: Any) -> Any:
    """A stored value in the setting's type."""
    return parameters.coerce(key, tuple(stored) if isinstance(stored, list) else stored)


@among(lambda: SettingSheet.objects.filter(status__in=OPEN_PROPOSALS))
def sheet_tasks(viewer: Viewer) -> Iterator[Task]:
    """Desk tasks: sheets waiting for a decision of this person."""
    for sheet in sheets_visible_to(viewer).filter(status__in=states_awaiting(viewer)):
        title = f"参数表：{SETTING_SHEET.state(sheet.status).label}"
        link = reverse("approvals:setting_sheet", args=[sheet.pk])
        yield Task(title=title, subject=str(sheet), link=link, since=sheet.proposed_at, kind="setting")
