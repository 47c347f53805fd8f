"""Stored things of this app."""

from assessments.models.inspection import Inspection, InspectionFinding
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
from assessments.models.score import RowChange, RowEvidence, ScoreRow, ScoreTable, TableVersion
from assessments.models.selfcheck import SelfCheck
from assessments.models.share import RowShare, SharedRow
from assessments.models.stage import StageAssessment

__all__ = [
    "AgreedScore",
    "Assignment",
    "Draw",
    "ExpertEmployment",
    "ExpertProfile",
    "ExpertScore",
    "FindingAnswer",
    "Inspection",
    "InspectionFinding",
    "PanelMember",
    "PostEvaluation",
    "Receipt",
    "Review",
    "RowChange",
    "RowEvidence",
    "RowPrefill",
    "RowShare",
    "SampleDraw",
    "ScoreRow",
    "ScoreTable",
    "SelfCheck",
    "SharedRow",
    "StageAssessment",
    "TableVersion",
]
