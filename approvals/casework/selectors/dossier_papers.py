"""Files behind a decision outside the checklist: proofs of district facts, replies, papers of the panel, assessments."""

import datetime as dt
import hashlib

from django.db.models import Model, Q

from approvals.cases.dossier import Part
from approvals.cases.enums import Deed
from approvals.cases.lifecycle import steps_that
from approvals.cases.models.cases import Case
from approvals.casework.selectors.dossier_review import reviews_of
from approvals.common.enums import CaseKind
from approvals.losses.models import RecordedAssessment
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.models import PaperScores, ScoreFile
from assessments.stage_assessments.enums import CONCLUDED
from assessments.stage_assessments.models import StageAssessment
from districts.common.enums import BOUNDARY_PROOF
from districts.plots.models import BACKFILL_PROOF, STEP_PAPER, PlotBackfill
from districts.projects.models import PROJECT_PLAN
from districts.special_plans.models import PLAN_APPROVAL
from greendistrict.accounts.acting import named
from greendistrict.audit.services import subject_of
from greendistrict.documents.models import Evidence
from greendistrict.workflow import timeline

BLOCK = 1 << 20
ON_THE_DISTRICT = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})  # kinds whose gates use facts of the district itself
PROOFS = (BACKFILL_PROOF, BOUNDARY_PROOF, PLAN_APPROVAL, PROJECT_PLAN, STEP_PAPER)


def file_digest(file: Evidence) -> str:
    """SHA-256 of the stored bytes; empty if they cannot be read."""
    found = hashlib.sha256()
    try:
        with file.file.storage.open(str(file.file.name)) as stream:  # only a digest is computed, so files in quarantine may be read too
            while block := stream.read(BLOCK):
                found.update(block)
    except OSError:
        return ""
    return found.hexdigest()


def digests_of(files: list[Evidence]) -> Part:
    """By file key: title, recorded digest, digest of the stored bytes."""
    return {str(file.key): {"title": file.title, "sha256": file.sha256, "stored": file_digest(file)} for file in files}


def decided_at(case: Case) -> dt.datetime | None:
    """Time of the newest decision; None before it and while it is being taken."""
    decisions = steps_that(Deed.DECIDES)
    moments = [row.at for row in timeline.of_subject(case) if row.action in decisions]
    return moments[-1] if moments else None


def proofs_of(case: Case) -> list[Evidence]:
    """Proofs of backfilled plots, the boundary and approved plans, as of the decision."""
    if case.kind not in ON_THE_DISTRICT:
        return []
    kept = Evidence.objects.filter(_until(case, "uploaded_at"), owner=subject_of(case.district), kind__in=PROOFS)
    return list(kept.order_by("pk"))


def proof_part(case: Case) -> Part:
    """城区条件的证明: each file, and each backfill with its author and reason."""
    backfills = {
        f"补录说明{number}": [
            row.reason,
            str(row.document.key),
            row.recorded_at.isoformat(),
            named(row, "recorded_by", nobody=""),
        ]
        for number, row in enumerate(_backfills(case), start=1)
    }
    return {**digests_of(proofs_of(case)), **backfills}


def _backfills(case: Case) -> list[PlotBackfill]:
    if case.kind not in ON_THE_DISTRICT:
        return []
    rows = case.district.backfills.filter(_until(case, "recorded_at")).select_related("document", "recorded_by")
    return list(rows.order_by("pk"))


def papers_of(case: Case) -> list[Evidence]:
    """Replies of departments, files and signed papers of the panel; for a loss of title also the files of the assessments counted."""
    replies = case.consultations.filter(document__isnull=False).values("document")
    reviews = [row.pk for row in reviews_of(case)]
    attached = ScoreFile.objects.filter(score__assignment__member__review__in=reviews).values("document")
    typed = PaperScores.objects.filter(member__review__in=reviews, scan__isnull=False).values("scan")
    signed = Q(pk__in=[row.signed_sheet_id for row in reviews_of(case) if row.signed_sheet_id])
    found = Q(pk__in=replies) | Q(pk__in=attached) | Q(pk__in=typed) | signed
    return list(Evidence.objects.filter(found | _assessed(case)).order_by("pk"))


def _assessed(case: Case) -> Q:
    """Condition for files of city assessments of the district, as of the decision; only for a loss of title."""
    if case.kind != CaseKind.LOSS:
        return Q(pk__in=[])
    district = case.district_id
    stages = list(
        StageAssessment.objects.filter(district=district, status__in=CONCLUDED, concluded_at__isnull=False).select_related("review")
    )
    rows: list[Model] = [
        *RecordedAssessment.objects.counted().filter(district=district),
        *PostEvaluation.objects.filter(district=district, concluded_at__isnull=False),
        *stages,
        *(row.review for row in stages if row.review),
    ]
    return Q(_until(case, "uploaded_at"), owner__in=[subject_of(row) for row in rows])


def paper_part(case: Case) -> Part:
    """复函、专家组和评估的原件, with digests."""
    return digests_of(papers_of(case))


def _until(case: Case, field: str) -> Q:
    moment = decided_at(case)
    return Q(**{f"{field}__lte": moment}) if moment else Q()
