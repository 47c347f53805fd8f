"""Duties of the system keeper, for the operations page."""

from typing import Any

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from obligations.keeper_duties import JOB, KEEPER
from obligations.selectors import keepers_due
from portal.operations.selectors.status import JOBS


def keeper_duties(viewer: Viewer) -> list[dict[str, Any]]:
    """Duties due or overdue on a day, earliest first: holidays of the next year, backup, certificate, failed jobs."""
    with held_reads():
        rows = sorted((row for row in keepers_due(viewer) if row.is_open and row.actors == KEEPER), key=lambda row: (row.due, row.key))
        return [
            {
                # A failed job is called by its name on this page.
                "title": f"定时任务运行成功：{JOBS.get(name, name)}" if row.kind == JOB.key else row.title,
                "due": row.due,
                "how": row.how,
                "is_default_date": row.is_default_date,
                "state": row.state(viewer.as_of),
            }
            for row in rows
            for name in [row.key.partition(":")[2]]
        ]
