"""Fill the registries of lower apps and lower features; called once when the models are ready."""

from assessments.common.enums import Purpose
from assessments.experts.registry import panels
from assessments.inspections import models as inspection
from assessments.inspections import rules as inspection_rules
from assessments.inspections.selectors import findings_visible_to, inspections_visible_to
from assessments.opinions import rules as opinion_rules
from assessments.post_evaluations.lifecycle import may_add_files
from assessments.post_evaluations.models import PostEvaluation
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.prefill.selectors import INDICATOR_SYSTEM, LAND, LAST_YEAR, TARGETS
from assessments.prefill.sources import register as register_source
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import ExpertScore, PaperScores, Review
from assessments.reviews.rules import may_add_scan, may_add_sheet
from assessments.reviews.selectors.panels import PANELS, accepted_to_judge
from assessments.reviews.selectors.papers import papers_with_open_scan, scan_name
from assessments.reviews.selectors.reviews import reads_papers, sheets_visible_to
from assessments.reviews.selectors.workspace import file_name, may_attach, scores_with_open_files
from assessments.reviews.services import opening
from assessments.score_releases.sources import SELF_CHECK as SELF_CHECK_SCORES
from assessments.score_releases.sources import STAGE as STAGE_SCORES
from assessments.score_releases.sources import score_sources
from assessments.self_checks.report import report_figures
from assessments.self_checks.selectors.self_checks import OWNER
from assessments.sharing.lifecycle import may_add_shared_files
from assessments.sharing.selectors import HOLDER, shared_evidence_visible_to
from assessments.sharing.services import hand_on_shares, open_shares
from assessments.stage_assessments import models as stage
from assessments.stage_assessments import rules as stage_rules
from assessments.stage_assessments.models import StageOpinion
from assessments.stage_assessments.selectors.stages import stage_opinions_visible_to, stages_visible_to
from assessments.stage_assessments.services import review_concluded
from assessments.tables.models import ScoreTable
from assessments.tables.registry import FeaturesAbove, features_above
from assessments.tables.selectors.tables import row_evidence_visible_to, score_tables_visible_to
from assessments.yearly_reports import lifecycle as yearly_report_rules
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.text import CARBON
from assessments.yearly_reports.selectors.yearly_reports import contents_visible_to
from districts.file.rules import own_side_by
from greendistrict.accounts import handing_on
from greendistrict.accounts.handing_on import HandedOn
from greendistrict.documents.registry import register_owner, register_reader, through_links
from greendistrict.workflow.registry import on


def _library_of(table: ScoreTable) -> str:
    """Name of the common file library of a district, used by all its tables."""
    return f"district:{table.district_id}"


def wire() -> None:
    """Register state machines, readers of files, and everything that lower features ask of higher ones."""
    _wire_features()
    for left in (
        HandedOn("shares", "填报分工", open_shares, hand_on_shares),
        HandedOn("sheets", "录入中的纸质评分", opening.sheets_typed, opening.hand_on_sheets),
        HandedOn("seats", "评审席位（通知评审秘书另行安排）", opening.open_seats, opening.tell_of_seats),
    ):
        handing_on.register(left)
    own = own_side_by("district")
    register_owner(ScoreTable, score_tables_visible_to, may_add_shared_files, _library_of, on_side=own)
    register_owner(inspection.Inspection, inspections_visible_to, inspection_rules.may_add_files, on_side=own)
    register_owner(
        inspection.InspectionFinding, findings_visible_to, inspection_rules.may_add_files, on_side=own_side_by("inspection.district")
    )
    register_owner(PostEvaluation, evaluations_visible_to, may_add_files, on_side=own)
    register_owner(stage.StageAssessment, stages_visible_to, stage_rules.may_add_files, on_side=own)
    register_owner(StageOpinion, stage_opinions_visible_to, opinion_rules.may_reply_opinion, on_side=own_side_by("stage.district"))
    register_owner(Review, sheets_visible_to, may_add_sheet, on_side=own_side_by("table.district"))
    register_owner(YearlyReport, contents_visible_to, yearly_report_rules.may_add_files, on_side=own)
    register_owner(ExpertScore, scores_with_open_files, may_attach, blind=file_name)
    register_owner(PaperScores, papers_with_open_scan, may_add_scan, blind=scan_name)
    register_reader("row_evidence", through_links(row_evidence_visible_to))
    register_reader("shared_evidence", through_links(shared_evidence_visible_to))
    register_source(LAND)
    register_source(LAST_YEAR)
    register_source(INDICATOR_SYSTEM)
    register_source(TARGETS)
    register_reader("review", reads_papers)
    on(REVIEW, "conclude", review_concluded)


def _wire_features() -> None:
    """Fill the registries of this app's features; each may be filled only once."""
    features_above.register("features", FeaturesAbove(OWNER, HOLDER, accepted_to_judge))
    panels.register("review", PANELS)
    report_figures.register("carbon", CARBON)
    score_sources.register(Purpose.SELF_CHECK, SELF_CHECK_SCORES)
    score_sources.register(Purpose.STAGE, STAGE_SCORES)
