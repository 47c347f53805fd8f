"""Parts of the dossier of a case: change, expert review, and files outside the checklist."""

import datetime as dt
import hashlib
from typing import Any

from django.db.models import Model, Q

from approvals.cases.dossier import Part
from approvals.cases.enums import Deed
from approvals.cases.lifecycle import steps_that
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds import change_kind
from approvals.changes.models import Change
from approvals.common.enums import CaseKind
from approvals.losses.models import RecordedAssessment
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.models import AgreedConfirmation, Assignment, PaperScores, Review, ScoreFile
from assessments.stage_assessments.models import CONCLUDED, StageAssessment
from districts.common.enums import BOUNDARY_PROOF
from districts.plots.models import BACKFILL_PROOF, STEP_PAPER, PlotBackfill
from districts.projects.models import PROJECT_PLAN
from districts.special_plans.models import PLAN_APPROVAL
from greendistrict.accounts.acting import named
from greendistrict.audit.services import subject_of
from greendistrict.documents.models import Evidence
from greendistrict.workflow import timeline

# Dossier parts of a change (request and result), and of entries made by the officer on behalf of others.


def change_part(case: Case) -> Part:
    """变更: request, values before and after, effects at signing and at the decision, and the records it produced."""
    change = Change.objects.filter(case=case).first()
    if change is None:
        return {}
    kind = change_kind(change.kind)
    return {
        "kind": [change.kind, kind.label],
        "reason": change.reason,
        "values": change.values,
        "lines": change.lines,
        "effects": change.effects,
        "settled": change.settled,
        "result": change.result,
        "applied_at": change.applied_at.isoformat() if change.applied_at else None,
        "made": kind.trace(case) if change.applied_at else {},
    }


def entered_part(case: Case) -> Part:
    """代录: what arrived, how, when, from whom, and who entered it; the scans are part of the evidence."""
    rows = case.paper_entries.select_related("scan", "entered_by").order_by("pk")
    return {
        f"第{number}件": {
            "what": row.what,
            "came": [row.get_way_display(), row.received_on.isoformat(), row.on_behalf, row.note],
            "scan": [str(row.scan.key), row.scan.sha256] if row.scan else None,
            "by": named(row, "entered_by"),
            "at": row.entered_at.isoformat(),
        }
        for number, row in enumerate(rows, start=1)
    }


# Dossier parts of the expert review: draw and panel, scores, minutes, opinion, votes.


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def reviews_of(case: Case) -> list[Review]:
    """Every review of the case's table, oldest first."""
    return list(Review.objects.filter(table=case.table_id).order_by("pk")) if case.table_id else []


def _each(case: Case, read: Any) -> Part:
    return {f"第{number}次评审": read(review) for number, review in enumerate(reviews_of(case), start=1)}


def draw_part(case: Case) -> Part:
    """专家抽取和专家组: commitment, candidate list, seed and result of the draw; seats with replies and declarations."""
    return _each(case, _draws)


def _draws(review: Review) -> Part:
    draws = {
        f"第{row.number}次抽取": {
            "commitment": row.secret_digest, "secret": row.secret, "pool": row.pool, "terms": row.terms, "list_digest": row.list_digest,
            "result": row.result, "tries": row.tries, "reason": row.reason,
        }
        for row in review.draws.order_by("number")
    }  # fmt: skip
    seats = {
        f"专家{row.number}": [row.expert.user.name, row.state, row.chair, row.declared, row.reason, _moment(row.replied_at)]
        for row in review.members.select_related("expert__user").order_by("number")
    }
    return {**draws, "seats": seats}


def score_part(case: Case) -> Part:
    """专家评分: claimed values, assigned experts of each clause, and each expert's own score."""
    return _each(case, _scores)


def _scores(review: Review) -> Part:
    rows = Assignment.objects.filter(member__review=review).select_related("score", "member").order_by("member__number", "item_id")
    given = {}
    for row in rows:
        score = getattr(row, "score", None)
        judged = (
            [score.judgement, _text(score.points), score.holds, score.exclusion_founded, score.comment, score.comment_kind]
            if score
            else None
        )
        given[f"专家{row.member.number} {row.item_id}"] = [row.reading, judged]
    return {"claims": review.claims, "given": given}


def agreed_part(case: Case) -> Part:
    """评审会纪要: time, place, and clauses agreed on with reason and dissent."""
    return _each(case, _agreed)


def _agreed(review: Review) -> Part:
    agreed = {
        row.item_id: [_text(row.points), row.holds, row.exclusion_founded, row.reason, row.dissent]
        for row in review.agreed.order_by("item_id")
    }
    said = (
        AgreedConfirmation.objects.filter(agreed__review=review)
        .select_related("agreed", "member")
        .order_by("agreed__item_id", "member__number")
    )
    confirmed = {f"{row.agreed.item_id} 专家{row.member.number}": [row.agrees, row.dissent, _moment(row.at)] for row in said}
    present = {f"专家{row.number}": _moment(row.present_at) for row in review.members.exclude(present_at=None).order_by("number")}
    meeting = [_moment(review.meeting_at), review.meeting_place]
    return {"meeting": meeting, "present": present, "agreed": agreed, "confirmed": confirmed}


def opinion_part(case: Case) -> Part:
    """评审意见: conclusion, star with its reason, opinion, final score."""
    return _each(
        case,
        lambda review: {
            "conclusion": review.conclusion,
            "star": review.star,
            "star_reason": review.star_reason,
            "opinion": review.opinion,
            "result": review.result,
            "concluded_at": _moment(review.concluded_at),
        },
    )


def vote_part(case: Case) -> Part:
    """表决和签名: vote and signature of each seat; who transferred one from paper and who verified it."""
    return _each(case, _votes)


def _votes(review: Review) -> Part:
    members = review.members.select_related("expert", "voted_by", "vote_checked_by").order_by("number")
    votes = {}
    for row in members:
        people = (row.voted_by, row.vote_checked_by) if row.voted_on_paper else ()
        votes[f"专家{row.number}"] = [row.vote, _moment(row.signed_at), *(person.name if person else "" for person in people)]
    return votes


# Files behind a decision outside the checklist: proofs of district facts, replies, papers of the panel, assessments.

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
