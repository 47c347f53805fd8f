"""Models of this app."""

from assessments.experts.models.experts import ExpertAbsence, ExpertEmployment, ExpertProfile, ExpertTie, ExpertTraining
from assessments.findings.models import FindingAnswer
from assessments.inspections.models import Inspection, InspectionFinding, InspectionPhoto
from assessments.opinions.models import PanelOpinion
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.prefill.models import RowPrefill
from assessments.recusals.models import ProjectBody, RecusalRequest
from assessments.reviews.models.meeting import AgreedConfirmation
from assessments.reviews.models.papers import PaperScores, ScoreFile
from assessments.reviews.models.review import AgreedScore, Assignment, Draw, ExpertScore, PanelMember, Review
from assessments.score_releases.models import ScoreRelease
from assessments.self_checks.models import SelfCheck
from assessments.sharing.models import RowShare, SharedRow
from assessments.stage_assessments.models.opinions import StageOpinion
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.tables.models import BaseChange, RowChange, RowEvidence, ScoreRow, ScoreTable, TableVersion
from assessments.versions.models import Receipt
from assessments.yearly_reports.models import YearlyReport

__all__ = [
    "AgreedConfirmation",
    "AgreedScore",
    "Assignment",
    "BaseChange",
    "Draw",
    "ExpertAbsence",
    "ExpertEmployment",
    "ExpertProfile",
    "ExpertScore",
    "ExpertTie",
    "ExpertTraining",
    "FindingAnswer",
    "Inspection",
    "InspectionFinding",
    "InspectionPhoto",
    "PanelMember",
    "PanelOpinion",
    "PaperScores",
    "PostEvaluation",
    "ProjectBody",
    "Receipt",
    "RecusalRequest",
    "Review",
    "RowChange",
    "RowEvidence",
    "RowPrefill",
    "RowShare",
    "SampleDraw",
    "ScoreFile",
    "ScoreRelease",
    "ScoreRow",
    "ScoreTable",
    "SelfCheck",
    "SharedRow",
    "StageAssessment",
    "StageOpinion",
    "TableVersion",
    "YearlyReport",
]
