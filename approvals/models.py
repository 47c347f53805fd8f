"""Models of all features of this app, for Django."""

from approvals.acceptances.models import SiteVisit, VisitPhoto, VisitRow
from approvals.applications.models import EndorsementChoice
from approvals.cases.models.cases import Case, CaseDocument, Correction, Endorsement, Finding, Submission
from approvals.cases.models.correspondence import CorrectionOpening, FindingFile, PreReviewQuestion
from approvals.cases.models.decisions import DecisionRecord
from approvals.cases.models.entries import PaperEntry
from approvals.cases.models.notices import Notice, Objection
from approvals.cases.models.runs import Archive, BulkRun
from approvals.changes.models import Change
from approvals.consultations.models import Consultation
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.opinions.models import ReviewOpinion
from approvals.publicity.models import NoticeExtension
from approvals.requests.models import ExtensionRequest, Rectification
from approvals.settings.models import SettingProposal
from approvals.titles.models.amendments import Amendment, Restoration
from approvals.titles.models.checks import HistoricSelfCheck
from approvals.titles.models.holders import TitleHolder
from approvals.titles.models.publicity import Announcement, AnnouncementLine, Title
from approvals.titles.models.remedies import Remedy

__all__ = [
    "Amendment",
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
    "Remedy",
    "Restoration",
    "ReviewOpinion",
    "SettingProposal",
    "SiteVisit",
    "Submission",
    "Title",
    "TitleHolder",
    "VisitPhoto",
    "VisitRow",
]
