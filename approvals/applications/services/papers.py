"""Effects of a case on its score table and review; no other module of this feature writes through ``assessments``."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from approvals.applications.selectors import form_content
from approvals.cases.models.cases import Case, Submission
from approvals.cases.selectors.materials import materials_of
from assessments.common.enums import Purpose, ScoringStage
from assessments.common.services.parties import judged_parties
from assessments.prefill.services import prefill_table
from assessments.reviews.models.review import Review
from assessments.reviews.services import opening, stopping
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.tables import latest_version
from assessments.versions.services import tables
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.models import Evidence
from indicators.editions.models import Edition


def open_table(case: Case, *, edition: Edition, by: User) -> ScoreTable:
    """Open the planning-stage table of an application, under the edition that the case locks."""
    return _brought_in(
        tables.open_table(district=case.district, edition=edition, purpose=Purpose.APPLICATION, stage=ScoringStage.PLANNING, by=by)
    )


def open_acceptance_table(district: District, *, edition: Edition, planned: ScoreTable | None, by: User) -> ScoreTable:
    """Open the operation-stage table of an acceptance; its targets come from the planning-stage table of the same edition."""
    same = planned if planned is not None and planned.edition_id == edition.pk else None
    return _brought_in(
        tables.open_table(district=district, edition=edition, purpose=Purpose.ACCEPTANCE, stage=ScoringStage.OPERATION, by=by, planned=same)
    )


def _brought_in(table: ScoreTable) -> ScoreTable:
    """Prefill the table from plots, key projects and the indicator system; the prefill is repeated whenever the table is opened."""
    prefill_table(table)
    return table


def move_table(case: Case, action: str, *, by: User | None = None, reason: str = "") -> None:
    """Move the case's table along with the case, if the table is in the source state of ``action``."""
    if case.table is not None and TABLE.find(action, case.table.status):
        tables.follow(case.table, action, by, reason=reason)


def freeze_submission(case: Case, *, by: User, verdicts: dict[str, Any]) -> Submission:
    """Store the submission with a digest over its canonical JSON; the receipt is printed from it."""
    version = latest_version(case.table) if case.table else None
    content = {
        "number": case.number,
        "district": case.district.name,
        "applicant": case.applicant.name,
        "star_asked": case.star_asked,
        "reasons": case.reasons,
        "table": {"version": version.number, "digest": version.digest} if version else None,
        "materials": [
            {
                "title": line.slot.title,
                "files": [{"title": file.printed_title, "sha256": file.sha256, "key": str(file.key)} for file in line.files],
            }
            for line in materials_of(case)
            if line.slot.origin in {"file", "plan"} and (line.files or not line.slot.optional)
        ],
        "policy": verdicts,
        "form": form_content(case),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Submission.objects.create(
        case=case,
        number=case.submissions.count() + 1,
        content=content,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        at=clock.now(),
        by=by,
    )


def open_review(case: Case, *, by: User, beside: Sequence[Evidence] = ()) -> Review:
    """Open the experts' review with the frozen papers: title, number, parties for conflict rules, documents, requested star.

    ``beside``: further files outside the case's slots, such as those of a site visit.
    """
    files = [file for line in materials_of(case) for file in line.files]
    subject = opening.ReviewSubject(
        title=str(case),
        number=case.number or "",
        kind=case.kind,
        parties=judged_parties(case.district, case.applicant),
        documents=[{"title": file.printed_title, "key": str(file.key)} for file in (*files, *beside)],
        star_asked=case.star_asked,
    )
    if case.table is None:
        msg = "尚无评分表，不能提请专家技术审查"
        raise Refused(msg)
    return opening.open_review(table=case.table, subject=subject, by=by)


def stop_review(case: Case, *, reason: str) -> None:
    """Stop the open review of a withdrawn case."""
    if case.review is not None:
        stopping.stop(review=case.review, reason=reason[:300])
