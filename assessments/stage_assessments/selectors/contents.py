"""Contents of a stage assessment as one user may see them, for its page and its report."""

from typing import Any

from assessments.common.calendar import next_cycle, stage_terms
from assessments.common.mechanism import CHECKLIST, STANDINGS
from assessments.common.rules import oversees
from assessments.stage_assessments import rules
from assessments.stage_assessments.enums import UNFILED, StageState
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.opinions import opinions_summary
from assessments.stage_assessments.selectors.stages import cycle_of, deadline_of, late_word
from assessments.yearly_reports.selectors.operation import shown_figures
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.selectors import evidence_of

HOLDS = {True: "已建立", False: "未建立"}


def contents_of(viewer: Viewer, found: StageAssessment) -> dict[str, Any]:
    """Days, mechanisms, aspects, opinions and files; drafts only for editors, aspects for the district once concluded."""
    cycle = cycle_of(found)
    held = viewer.held
    shown = found.status != StageState.DRAFT or rules.may_fill(held, found)
    return {
        "cycle": cycle,
        "next_cycle": next_cycle(found.district.held_since, found.due, stage_terms()) if found.district.held_since else None,
        "last": deadline_of(found, cycle),
        "late": late_word(found, cycle, viewer.today),
        "mechanism_lines": [_line(found, one) for one in CHECKLIST] if shown else [],
        "figures": shown_figures(found, viewer.today, readable=shown, filed=found.status not in UNFILED),
        "files": list(evidence_of(found)) if shown else [],
        "aspects": found.verdict.get("aspects", []) if found.concluded_at or oversees(held) else [],
        "opinions": opinions_summary(found),
        "called": found.called_by.first(),
    }


def _line(found: StageAssessment, one: Any) -> dict[str, Any]:
    said, judged = found.mechanism.get(one.key, {}), found.judged.get(one.key, {})
    standing = {each.key: each.label for each in STANDINGS}
    return {
        "mechanism": one,
        "said": standing.get(said.get("state", ""), "未填"),
        "text": said.get("text", ""),
        "holds": HOLDS.get(judged.get("holds"), "") if found.concluded_at else "",
        "note": judged.get("note", "") if found.concluded_at else "",
    }
