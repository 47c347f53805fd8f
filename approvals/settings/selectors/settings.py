"""Settings with their state, history and proposals, for the city's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from approvals.cases.lifecycle import needs_check
from approvals.cases.rules import reads_settings
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from greendistrict.accounts.acting import named
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import parameters
from greendistrict.policy.models import SettingChange
from greendistrict.policy.selectors import (
    ParameterRow,
    reminder_setting_rows,
    rule_setting_rows,
    setting_label,
    setting_rows,
    setting_value,
)
from greendistrict.workflow.todo import Task


def proposals_visible_to(viewer: Viewer) -> QuerySet[SettingProposal]:
    """Setting proposals a person may read: city only."""
    if not viewer.is_somebody or not reads_settings(viewer.held):
        return SettingProposal.objects.none()
    return SettingProposal.objects.select_related("proposed_by")


@dataclass(frozen=True)
class SettingLine:
    """One setting, and its open proposal if there is one."""

    row: ParameterRow
    proposal: SettingProposal | None
    proposed: str = ""


def setting_lines(viewer: Viewer) -> tuple[list[SettingLine], ...]:
    """All settings in file order, reminder schedules of kinds of duty, and rule parameters; two queries."""
    waiting = {proposal.key: proposal for proposal in proposals_visible_to(viewer).filter(status__in=OPEN_PROPOSALS)}
    with held_reads():
        return tuple(_lines(rows, waiting) for rows in (setting_rows(), reminder_setting_rows(), rule_setting_rows()))


def _lines(rows: Iterable[ParameterRow], waiting: dict[str, SettingProposal]) -> list[SettingLine]:
    return [SettingLine(row, found := waiting.get(row.key), setting_value(row.key, found.typed) if found else "") for row in rows]


def history_of(key: str) -> list[tuple[SettingChange, str, str, str]]:
    """Decisions about one setting, newest first, each with who decided, the old and the new value in words."""
    rows = SettingChange.objects.filter(key=key).select_related("by")
    return [(row, named(row, "by"), _words(key, row.old), _words(key, row.new)) for row in rows]


def _words(key: str, value: Any) -> str:
    """Decided value in words; exact decimal numbers are stored in JSON as text."""
    return setting_value(key, parameters.coerce(key, tuple(value) if isinstance(value, list) else value))


def setting_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks: proposals waiting for a decision of this person."""
    held = viewer.held
    if not held.has(Role.CITY_CHECKER, Role.CITY_DIRECTOR):
        return
    first = Role.CITY_CHECKER if needs_check() else Role.CITY_DIRECTOR
    states = [state for role, state in ((first, "proposed"), (Role.CITY_DIRECTOR, "deciding")) if held.has(role)]
    for proposal in SettingProposal.objects.filter(status__in=states):
        yield Task(
            title=f"参数变更：{SETTING.state(proposal.status).label}",
            subject=setting_label(proposal.key),
            link=reverse("approvals:setting", args=[proposal.key]),
            since=proposal.proposed_at,
            kind="setting",
        )
