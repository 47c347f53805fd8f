"""Cases, endorsement, corrections, notices, announcement batches, titles."""

from approvals.models.cases import (
    APPLICATION_STATES,
    CASE_STATES,
    CLOSED_STATES,
    OPEN_STATES,
    Case,
    CaseDocument,
    Correction,
    Endorsement,
    Finding,
    Submission,
)
from approvals.models.change import Change
from approvals.models.exchange import CorrectionOpening, FindingFile, PreReviewQuestion
from approvals.models.publicity import Announcement, AnnouncementLine, Notice, Objection, Title

__all__ = [
    "APPLICATION_STATES",
    "CASE_STATES",
    "CLOSED_STATES",
    "OPEN_STATES",
    "Announcement",
    "AnnouncementLine",
    "Case",
    "CaseDocument",
    "Change",
    "Correction",
    "CorrectionOpening",
    "Endorsement",
    "Finding",
    "FindingFile",
    "Notice",
    "Objection",
    "PreReviewQuestion",
    "Submission",
    "Title",
]
