"""Stored things of this app."""

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

__all__ = [
    "AgreedScore",
    "Assignment",
    "Draw",
    "ExpertEmployment",
    "ExpertProfile",
    "ExpertScore",
    "PanelMember",
    "Review",
    "RowChange",
    "RowEvidence",
    "ScoreRow",
    "ScoreTable",
    "SelfCheck",
    "TableVersion",
]
