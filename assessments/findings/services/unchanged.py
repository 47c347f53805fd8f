"""Confirm that prefilled rows have not changed."""

from collections.abc import Collection

from django.db import transaction

from assessments.findings.selectors.row_status import BY_NAME, MOVED, RowStatus, standings
from assessments.prefill.services import DeclaredRows, confirm_rows, open_table
from assessments.sharing.enums import ShareState
from assessments.sharing.selectors import shares_of
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import rows_of, score_rows
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock


@transaction.atomic
def declare_unchanged(*, table: ScoreTable, by: User, items: Collection[str] | None = None) -> DeclaredRows:
    """Declare 无变化 for all eligible rows (``items`` None) or for those named.

    A row below its target must be named. A row that differs from another source needs an explanation in its 说明. A row with expired or
    missing evidence is refused. Rows that were shared out can only be declared by their assignee. Raises ``NotAllowed``, ``Closed``.
    """
    own = set(shares_of(Viewer(by)).filter(table=table, status=ShareState.OPEN).values_list("pk", flat=True))
    table = open_table(table, by, given=bool(own))
    rows = rows_of(table.pk)[table.pk]
    found = standings(table, score_rows(table, rows.values()), rows, clock.today())
    theirs = may_edit_district(posts_of(by), table.district)
    mine = {name for name, row in rows.items() if row.share in own or (theirs and row.share is None)}
    wanted = [name for name in found if found[name].holds and name in mine] if items is None else [name for name in items if name in found]
    others = {name: "已分派给他人，由其确认" for name in wanted if name not in mine}
    wanted = [name for name in wanted if name in mine]
    refused = {name: text for name in wanted if (text := _refusal(found[name], rows[name].explanation))}
    done = tuple(name for name in wanted if name not in refused)
    confirm_rows([rows[name].pk for name in done], by)
    if done:
        audit.record(action="score_table.unchanged", by=by, obj=table, data={"items": list(done)})
    return DeclaredRows(done, refused | others)


def _refusal(one: RowStatus, explanation: str) -> str:
    """Reason why the row cannot be declared unchanged; empty if it can."""
    if not one.pending:
        return "没有带入的值" if not one.confirmed else "已经确认"
    if one.why.keys() - BY_NAME:
        return f"{one.words}，须先处理"
    return f"{one.words}，请先在“说明”中写明原因" if MOVED in one.why and not explanation.strip() else ""
