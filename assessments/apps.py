"""Application configuration."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Score tables, expert review, self-checks."""

    name = "assessments"

    def ready(self) -> None:
        """Make the machines known and say whose files may be opened by whom."""
        from assessments import lifecycle, models  # noqa: F401, PLC0415 -- models must be loaded first
        from assessments.lifecycle import REVIEW  # noqa: PLC0415
        from assessments.prefill import register  # noqa: PLC0415
        from assessments.rules import inspections as inspection_rules  # noqa: PLC0415
        from assessments.rules import intakes as intake_rules  # noqa: PLC0415
        from assessments.rules import opinions as opinion_rules  # noqa: PLC0415
        from assessments.rules import postevaluations as post_rules  # noqa: PLC0415
        from assessments.rules import reviews as review_rules  # noqa: PLC0415
        from assessments.rules import stages as stage_rules  # noqa: PLC0415
        from assessments.rules.papers import may_add_scan  # noqa: PLC0415
        from assessments.rules.shares import may_add_shared_files  # noqa: PLC0415
        from assessments.selectors.inspections import findings_visible_to, inspections_visible_to  # noqa: PLC0415
        from assessments.selectors.intakes import contents_visible_to  # noqa: PLC0415
        from assessments.selectors.opinions import stage_opinions_visible_to  # noqa: PLC0415
        from assessments.selectors.postevaluations import evaluations_visible_to  # noqa: PLC0415
        from assessments.selectors.prefill_sources import INDICATOR_SYSTEM, LAND, LAST_YEAR  # noqa: PLC0415
        from assessments.selectors.review_papers import papers_with_open_scan, scan_name  # noqa: PLC0415
        from assessments.selectors.reviews import reads_papers, sheets_visible_to  # noqa: PLC0415
        from assessments.selectors.score_files import file_name, may_attach, scores_with_open_files  # noqa: PLC0415
        from assessments.selectors.shares import shared_evidence_visible_to  # noqa: PLC0415
        from assessments.selectors.stages import stages_visible_to  # noqa: PLC0415
        from assessments.selectors.tables import row_evidence_visible_to, score_tables_visible_to  # noqa: PLC0415
        from assessments.services.stages import review_concluded  # noqa: PLC0415
        from greendistrict.documents.registry import register_owner, register_reader, register_use  # noqa: PLC0415
        from greendistrict.workflow.registry import on  # noqa: PLC0415

        register_owner(models.ScoreTable, score_tables_visible_to, may_add_shared_files, lambda table: f"district:{table.district_id}")
        register_owner(models.Inspection, inspections_visible_to, inspection_rules.may_add_files)
        register_owner(models.InspectionFinding, findings_visible_to, inspection_rules.may_add_files)
        register_owner(models.PostEvaluation, evaluations_visible_to, post_rules.may_add_files)
        register_owner(models.StageAssessment, stages_visible_to, stage_rules.may_add_files)
        register_owner(models.StageOpinion, stage_opinions_visible_to, opinion_rules.may_reply_opinion)
        register_owner(models.Review, sheets_visible_to, review_rules.may_add_sheet)
        register_owner(models.YearlyReport, contents_visible_to, intake_rules.may_add_files)
        register_owner(models.ExpertScore, scores_with_open_files, may_attach, blind=file_name)
        register_owner(models.PaperScores, papers_with_open_scan, may_add_scan, blind=scan_name)
        register_use(row_evidence_visible_to)
        register_use(shared_evidence_visible_to)
        register(LAND)
        register(LAST_YEAR)
        register(INDICATOR_SYSTEM)
        register_reader(reads_papers)
        on(REVIEW, "conclude", review_concluded)
