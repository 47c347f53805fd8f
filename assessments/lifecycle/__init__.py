"""Machines of this app as data."""

from assessments.lifecycle.experts import EXPERT, RECUSAL
from assessments.lifecycle.inspection import INSPECTION, INSPECTION_FINDING
from assessments.lifecycle.intake import YEARLY_REPORT
from assessments.lifecycle.opinion import STAGE_OPINION
from assessments.lifecycle.paper import PAPER
from assessments.lifecycle.postevaluation import POST_EVALUATION
from assessments.lifecycle.review import REVIEW
from assessments.lifecycle.selfcheck import SELF_CHECK
from assessments.lifecycle.shares import SHARE
from assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.lifecycle.tables import TABLE

__all__ = [
    "EXPERT",
    "INSPECTION",
    "INSPECTION_FINDING",
    "PAPER",
    "POST_EVALUATION",
    "RECUSAL",
    "REVIEW",
    "SELF_CHECK",
    "SHARE",
    "STAGE_ASSESSMENT",
    "STAGE_OPINION",
    "TABLE",
    "YEARLY_REPORT",
]
