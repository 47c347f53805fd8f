"""The district's own result of a table for those who hand up, sign, endorse or accept what rests on it."""

from dataclasses import dataclass

from assessments.findings.selectors.check_list import FindingState, state_of
from assessments.findings.selectors.plausibility import full_findings
from assessments.findings.selectors.row_facts import PROOF
from assessments.score_page.selectors.table_page import Totals, totals_of
from assessments.score_page.selectors.table_rows import sheet_of
from assessments.tables.models import ScoreTable, TableVersion
from assessments.tables.selectors.scoring import is_short, star_of
from assessments.tables.selectors.tables import sees_table
from districts.common.enums import Star
from greendistrict.accounts.viewer import Viewer

SHOWN = 6  # findings named beside the result; the page of the check lists all
COUNTED = frozenset({*PROOF, "control"})  # findings that have a line of their own


@dataclass(frozen=True)
class OwnResult:
    """Figures of a table as its own page shows them; ``asked`` is the star applied for, None where none is.

    ``version``: the frozen version that the figures are taken from for those who do not see the live rows.
    ``blocking`` and ``noted`` count the open findings of the check before submission.
    ``failing`` and ``named``: clauses to open in the table, each with what is said of it.
    """

    table: ScoreTable
    version: TableVersion | None
    totals: Totals
    asked: int | None
    reached: int
    failing: list[tuple[str, str]]
    blocking: int
    noted: int
    named: list[tuple[str, str]]

    @property
    def short(self) -> bool:
        """Whether the table stays below the star applied for; not said while the district is being built."""
        return is_short(self.asked, self.reached) and not self.table.building

    @property
    def asked_words(self) -> str:
        """The star applied for in words."""
        return str(Star(self.asked).label) if self.asked else ""


def own_result(viewer: Viewer, table: ScoreTable, *, asked: int | None = None) -> OwnResult | None:
    """The result as the user sees it on the table's own page; None if the table is not visible to the user."""
    if not viewer.once(sees_table, table.pk):
        return None
    sheet, version = sheet_of(viewer, table)
    items = sheet.scored.table.items
    if version:  # keeps the findings that did not block its submission, with their explanations
        frozen = [one for row in version.content["rows"] for one in row.get("findings", ()) if not one["answer"]]
        noted, blocking = [(one["rule"], one["item_id"], one["text"]) for one in frozen], 0
    else:
        findings = full_findings(table, sheet.scored, sheet.rows, viewer.today)
        noted = [(one.rule, one.item_id, one.text) for one in findings if state_of(one) is FindingState.OPEN]
        blocking = sum(state_of(one) is FindingState.BLOCKING for one in findings)
    return OwnResult(
        table=table,
        version=version,
        totals=(totals := totals_of(sheet)),
        asked=asked,
        reached=star_of(sheet.scored.result),
        failing=[(name, items[name].title) for name, _ in totals.failing],
        blocking=blocking,
        noted=len(noted),
        named=[(item_id, text) for rule, item_id, text in noted if rule not in COUNTED][:SHOWN],
    )
