"""The district's own result of a table for those who hand up, sign, endorse or accept what rests on it."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from assessments.findings.selectors.check import RowFinding
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


class ShownClause(NamedTuple):
    """A clause to open in the table, with what is said of it."""

    item_id: str
    text: str


@dataclass(frozen=True)
class OwnResult:
    """Figures of a table as its own page shows them; ``asked`` is the star applied for, None where none is.

    ``version``: the frozen version that the figures are taken from for those who do not see the live rows.
    ``blocking`` and ``noted`` count the open findings of the check before submission.
    """

    table: ScoreTable
    version: TableVersion | None
    totals: Totals
    asked: int | None
    reached: int
    failing: tuple[ShownClause, ...]
    blocking: int
    noted: int
    named: tuple[ShownClause, ...]

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
    states = _frozen_states(version) if version else _live_states(full_findings(table, sheet.scored, sheet.rows, viewer.today))
    return OwnResult(
        table=table,
        version=version,
        totals=(totals := totals_of(sheet)),
        asked=asked,
        reached=star_of(sheet.scored.result),
        failing=tuple(ShownClause(name, items[name].title) for name, _ in totals.failing),
        blocking=states.counts[FindingState.BLOCKING],
        noted=states.counts[FindingState.OPEN],
        named=states.named[:SHOWN],
    )


class _States(NamedTuple):
    counts: Counter[FindingState]
    named: tuple[ShownClause, ...]


def _live_states(findings: list[RowFinding]) -> _States:
    states = [(state_of(one), one) for one in findings]
    named = [ShownClause(one.item_id, one.text) for state, one in states if state is FindingState.OPEN and one.rule not in COUNTED]
    return _States(Counter(state for state, _ in states), tuple(named))


def _frozen_states(version: TableVersion) -> _States:
    """A version keeps the findings that did not block its submission, with their explanations."""
    found = [one for row in version.content["rows"] for one in row.get("findings", ()) if not one["answer"]]
    named = [ShownClause(one["item_id"], one["text"]) for one in found if one["rule"] not in COUNTED]
    return _States(Counter({FindingState.OPEN: len(found)}), tuple(named))
