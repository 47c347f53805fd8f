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
from approvals.models.decisions import DecisionRecord
from approvals.models.exchange import CorrectionOpening, FindingFile, PreReviewQuestion
from approvals.models.handling import Archive, BulkRun, Consultation, EndorsementChoice, HistoricSelfCheck, NoticeExtension
from approvals.models.loss import LossFile, RecordedAssessment
from approvals.models.opinion import ReviewOpinion
from approvals.models.publicity import Announcement, AnnouncementLine, Notice, Objection, Title
from approvals.models.requests import ExtensionRequest, PaperEntry, Rectification
from approvals.models.settings import SettingProposal
from approvals.models.visit import SiteVisit, VisitPhoto, VisitRow

__all__ = [
    "APPLICATION_STATES",
    "CASE_STATES",
    "CLOSED_STATES",
    "OPEN_STATES",
    "Announcement",
    "AnnouncementLine",
    "Archive",
    "BulkRun",
    "Case",
    "CaseDocument",
    "Change",
    "Consultation",
    "Correction",
    "CorrectionOpening",
    "DecisionRecord",
    "Endorsement",
    "EndorsementChoice",
    "ExtensionRequest",
    "Finding",
    "FindingFile",
    "HistoricSelfCheck",
    "LossFile",
    "Notice",
    "NoticeExtension",
    "Objection",
    "PaperEntry",
    "PreReviewQuestion",
    "RecordedAssessment",
    "Rectification",
    "ReviewOpinion",
    "SettingProposal",
    "SiteVisit",
    "Submission",
    "Title",
    "VisitPhoto",
    "VisitRow",
]
