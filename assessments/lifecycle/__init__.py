"""Machines of this app as data."""

from assessments.lifecycle.inspection import INSPECTION, INSPECTION_FINDING
from assessments.lifecycle.postevaluation import POST_EVALUATION
from assessments.lifecycle.review import REVIEW
from assessments.lifecycle.selfcheck import SELF_CHECK
from assessments.lifecycle.shares import SHARE
from assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.lifecycle.tables import TABLE

__all__ = ["INSPECTION", "INSPECTION_FINDING", "POST_EVALUATION", "REVIEW", "SELF_CHECK", "SHARE", "STAGE_ASSESSMENT", "TABLE"]
