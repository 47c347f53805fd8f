"""Duties of the system keeper, for the operations page."""

import datetime as dt
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from obligations.duties import Obligation
from obligations.enums import ObligationState
from obligations.keeper_duties import JOB, KEEPER
from obligations.selectors import keepers_due
from obligations.way import How
from portal.operations.selectors.status import JOBS


class KeeperDuty(NamedTuple):
    """One current duty: title, day, explanation of the day, state."""

    title: str
    due: dt.date
    how: How
    is_default_date: bool
    state: ObligationState


def keeper_duties(viewer: Viewer) -> list[KeeperDuty]:
    """Duties due or overdue on a day, earliest first: holidays of the next year, backup, certificate, failed jobs."""
    with held_reads():
        rows = sorted((row for row in keepers_due(viewer) if row.is_open and row.actors == KEEPER), key=lambda row: (row.due, row.key))
        return [KeeperDuty(_title(row), row.due, row.how, row.is_default_date, row.state(viewer.as_of)) for row in rows]


def _title(row: Obligation) -> str:
    """Title of a duty; a failed job is called by its name on this page."""
    name = row.key.partition(":")[2]
    return f"定时任务运行成功：{JOBS.get(name, name)}" if row.kind == JOB.key else row.title
