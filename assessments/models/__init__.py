"""Stored things of this app."""

from assessments.models.experts import ExpertAbsence, ExpertTie, ExpertTraining, ProjectBody, RecusalRequest
from assessments.models.inspection import Inspection, InspectionFinding, InspectionPhoto
from assessments.models.intake import YearlyReport
from assessments.models.meeting import AgreedConfirmation
from assessments.models.opinion import PanelOpinion, StageOpinion, opinion_constraints
from assessments.models.plausibility import FindingAnswer
from assessments.models.postevaluation import PostEvaluation, SampleDraw
from assessments.models.prefill import RowPrefill
from assessments.models.receipt import Receipt
from assessments.models.review import (
    AgreedScore,
    Assignment,
    Draw,
    ExpertEmployment,
    ExpertProfile,
    ExpertScore,
    PanelMember,
    Review,
)
from assessments.models.review_papers import PaperScores, ScoreFile
from assessments.models.score import RowChange, RowEvidence, ScoreRow, ScoreTable, TableVersion
from assessments.models.selfcheck import SelfCheck
from assessments.models.share import RowShare, SharedRow
from assessments.models.stage import StageAssessment

__all__ = [
    "AgreedConfirmation",
    "AgreedScore",
    "Assignment",
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
    "ScoreRow",
    "ScoreTable",
    "SelfCheck",
    "SharedRow",
    "StageAssessment",
    "StageOpinion",
    "TableVersion",
    "YearlyReport",
    "opinion_constraints",
]
