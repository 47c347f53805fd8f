"""Parts of a decision dossier as plain data from the stored records; the same structure is frozen, shown and compared.

``approvals.wiring`` registers ``PARTS`` with ``cases.dossier``, so that features on lower layers can freeze them.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from approvals.acceptances.models import VisitPhoto
from approvals.cases.dossier import AT_DECISION, DossierPart, Part, digest_of
from approvals.cases.models.cases import Case
from approvals.casework.selectors.dossier_parts import (
    agreed_part,
    change_part,
    decided_at,
    digests_of,
    draw_part,
    entered_part,
    file_digest,
    opinion_part,
    paper_part,
    proof_part,
    score_part,
    vote_part,
)
from approvals.common.enums import DossierStep
from approvals.losses.city_assessments import SOURCES
from approvals.losses.models import LossFile
from approvals.opinions.models import ReviewOpinion
from approvals.titles.enums import PUBLIC_STATES, AnnouncementState
from approvals.titles.models.amendments import Restoration
from approvals.titles.models.publicity import Title
from assessments.opinions.models import OpinionState
from assessments.versions.services import digest_of as content_digest
from greendistrict.accounts.acting import named
from greendistrict.documents.models import Evidence
from greendistrict.workflow import timeline
from indicators.catalogue.normal_form import digest as document_digest

DELIVERY = "delivery"  # slot of papers that follow the decision


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _file(file: Evidence | None) -> Part | None:
    return {"key": str(file.key), "title": file.title, "sha256": file.sha256} if file else None


def edition_part(case: Case) -> Part:
    """评价标准: the locked edition and the digest of its text."""
    if case.table is None:
        return {}
    edition = case.table.edition
    stored = getattr(edition, "stored", None)
    text = document_digest(stored.document) if stored else ""
    return {"code": edition.code, "title": edition.title, "digest": edition.digest, "text": text}


def value_part(case: Case) -> Part:
    """评分表: every submitted version, with its stored digest and the digest computed now."""
    if case.table is None:
        return {}
    versions = case.table.versions.order_by("number")
    return {
        f"第{row.number}版": {
            "digest": row.digest,
            "now": content_digest(row.content),
            "content": row.content,
            "at": _moment(row.frozen_at),
        }
        for row in versions
    }


def files_of(case: Case) -> list[Evidence]:
    """All files of the case itself: slots, endorsements, answers, score rows, visits, paper entries, decision scan.

    Files of the district, departments, panel and assessments are in ``dossier_parts``.
    """
    version = case.table.versions.order_by("-number").first() if case.table else None
    keys = {entry["key"] for row in version.content["rows"] for entry in row["evidence"]} if version else set()
    found = {file.pk: file for file in Evidence.objects.filter(key__in=keys)}
    found |= {row.document_id: row.document for row in case.documents.exclude(slot=DELIVERY).select_related("document")}
    found |= {file.pk: file for file in _beside(case)}
    for row in case.endorsements.select_related("approval_scan", "letter_scan"):
        found |= {file.pk: file for file in (row.approval_scan, row.letter_scan) if file}
    answers = Evidence.objects.filter(pk__in=case.corrections.values("findings__files__document"))
    found |= {file.pk: file for file in answers}
    submission = case.submissions.order_by("-number").first()
    listed = [entry["key"] for line in submission.content["materials"] for entry in line["files"]] if submission else []
    found |= {file.pk: file for file in Evidence.objects.filter(key__in=listed)}
    if case.decision_scan is not None:
        found[case.decision_scan.pk] = case.decision_scan
    return [found[key] for key in sorted(found)]


def _beside(case: Case) -> Iterable[Evidence]:
    """Records, signed scans and photos of site visits, and originals of entries made on behalf of others before the decision."""
    for visit in case.visits.select_related("record", "scan"):
        yield from (file for file in (visit.record, visit.scan) if file)
    yield from (photo.document for photo in VisitPhoto.objects.filter(row__visit__case=case).select_related("document"))
    yield from (entry.scan for entry in case.paper_entries.filter(scan__isnull=False).select_related("scan") if entry.scan)


def evidence_part(case: Case) -> Part:
    """佐证材料: for each file the recorded digest and the digest of the stored bytes."""
    return digests_of(files_of(case))


def submission_part(case: Case) -> Part:
    """提交: every receipt."""
    rows = case.submissions.select_related("by").order_by("number")
    return {
        f"第{row.number}次": {
            "digest": row.digest,
            "now": content_digest(row.content),
            "content": row.content,
            "by": named(row, "by"),
            "at": _moment(row.at),
        }
        for row in rows
    }


def endorsement_part(case: Case) -> Part:
    """批复与报送: numbers, dates and scans of each body, and the verification of the originals."""
    rows = case.endorsements.select_related("authority", "approval_scan", "letter_scan").order_by("authority")
    recorded = {
        row.authority.name: {
            "approval": [row.approval_number, _moment(row.approval_on), _file(row.approval_scan)],
            "letter": [row.letter_number, _moment(row.letter_on), _file(row.letter_scan)],
        }
        for row in rows
    }
    return {"mode": case.endorsement_mode, "originals": [_moment(case.originals_checked_on), case.originals_note], "recorded": recorded}


def exchange_part(case: Case) -> Part:
    """补正、形式审查与预评审: findings with answers, the review checklist, questions with answers."""
    return {
        "form_review": case.form_review,
        "corrections": {
            f"第{row.round}次": [[finding.bound_label, finding.text, finding.answer] for finding in row.findings.order_by("pk")]
            for row in case.corrections.order_by("round")
        },
        "questions": [[row.bound_label, row.text, row.answer] for row in case.questions.order_by("number")],
        "consultations": [
            [row.department.name, row.question, row.opinion, row.text]
            for row in case.consultations.select_related("department").order_by("pk")
        ],
        "recheck": [_moment(case.recheck_on), case.recheck_note],
    }


def closing_part(case: Case) -> Part:
    """评审意见逐条办理: each opinion as created, and how it was closed before the decision."""
    until = decided_at(case)
    rows = case.review_opinions.select_related("replied_by", "checked_by", "document").order_by("number")
    return {
        f"第{row.number}条": {
            "asked": [row.field, row.item_id, row.item_title, row.text, row.kind, _moment(row.drawn_up_at)],
            "closed": _closed(row, until),
        }
        for row in rows
    }


def _closed(row: ReviewOpinion, until: dt.datetime | None) -> list[Any] | None:
    """Body, reply, file and verification; None while the opinion is open."""
    if row.status != OpinionState.CLOSED or row.checked_at is None or (until is not None and row.checked_at > until):
        return None
    file = [*(_file(row.document) or {}).values(), file_digest(row.document)] if row.document else []
    who = [named(row, name, nobody="") for name in ("replied_by", "checked_by")]
    return [row.body, row.reply, file, _moment(row.replied_at), row.note, _moment(row.checked_at), *who]


def notice_part(case: Case) -> Part:
    """公示: text and days of each notice, every objection with its answer."""
    return {
        f"第{number}次": {
            "title": row.title,
            "body": row.body,
            "days": [_moment(row.opens_on), _moment(row.closes_on), _moment(row.closed_at)],
            "objections": [
                [one.name, one.text, _moment(one.filed_at), one.reply, one.held, _moment(one.replied_at)]
                for one in row.objections.order_by("pk")
            ],
        }
        for number, row in enumerate(case.notices.order_by("pk"), start=1)
    }


def handling_part(case: Case) -> Part:
    """办理过程: every step with person, reason and facts."""
    # Number of records that count; later records do not change the basis of the decision.
    steps = [
        {
            "action": row.action,
            "from": row.source,
            "to": row.target,
            "by": row.actor_name,
            "seat": row.seat,
            "at": _moment(row.at),
            "reason": row.reason,
            "facts": digest_of(row.facts),
        }
        for row in timeline.of_subject(case)
    ]
    return {str(number): step for number, step in enumerate(steps, start=1)}


def decision_part(case: Case) -> Part:
    """决定: number, date, scan, stars, reasons for should-rules that do not hold."""
    return {
        "number": case.decision_number,
        "decided_on": _moment(case.decided_on),
        "scan": _file(case.decision_scan),
        "star_asked": case.star_asked,
        "star_found": case.star_found,
        "reasons": case.reasons,
    }


def announcement_part(case: Case) -> Part:
    """公告与称号: batch, number and date, and the title granted or ended."""
    line = getattr(case, "announcement_line", None)
    batch = line.announcement if line else None
    if batch is None or batch.status not in PUBLIC_STATES:
        return {}
    titles = [[row.number, row.kind, row.star, _moment(row.granted_on), row.policy] for row in case.titles.order_by("pk")]
    # What was announced stays, whatever happens to it: a stay takes the end away for a time, lifting the stay ends the title on another
    # day, and a title that is given back has no end any more.
    announced = _moment(batch.announced_on)
    ended = [
        [row.number, row.end or row.stayed_end, announced if row.lapsed_on else _moment(row.ended_on), row.end_reason]
        for row in Title.objects.filter(end_case=case).order_by("pk")
    ]
    given_back = Restoration.objects.filter(end_case=case).select_related("title").order_by("title_id")
    ended += [[row.title.number, row.was_end, announced, row.was_reason] for row in given_back]
    kept = {"batch": batch.word, "number": batch.number, "announced_on": _moment(batch.announced_on), "titles": titles}
    if batch.status == AnnouncementState.WITHDRAWN:
        kept["withdrawn"] = True
    return {**kept, "ended": ended} if ended else kept


def _fields(row: Model, *, without: frozenset[str] = frozenset()) -> Part:
    """Every stored field of a row as text, except keys, versions and fields written after the decision."""
    left = {"id", "version", *without}
    return {
        field.attname: None if (value := getattr(row, field.attname)) is None else value if isinstance(value, list | dict) else str(value)
        for field in row._meta.concrete_fields
        if field.attname not in left
    }


def visit_part(case: Case) -> Part:
    """现场核查: each visit with its lines and the digests of its photos."""
    found = {}
    for visit in case.visits.prefetch_related("rows__photos__document").order_by("number"):
        lines = {
            f"{row.order}": {**_fields(row), "photos": [photo.document.sha256 for photo in row.photos.all()]} for row in visit.rows.all()
        }
        found[f"第{visit.number}次"] = {**_fields(visit), "lines": lines}
    return found


def loss_part(case: Case) -> Part:
    """告知、陈述申辩、法制审核和集体讨论, and the assessments counted, as of the decision."""
    loss = LossFile.objects.filter(case=case).first()
    return {**_fields(loss, without=SERVED), "assessments": _assessments(case)} if loss else {}


def _assessments(case: Case) -> list[Part]:
    """City assessments of the district that were concluded up to the day of the decision."""
    rows = [row for source in SOURCES for row in source([case.district_id]).get(case.district_id, ())]
    until = [row for row in rows if case.decided_on is None or row.on <= case.decided_on]
    return [{"on": row.on.isoformat(), "what": row.what, "passed": row.passed} for row in sorted(until, key=lambda row: (row.on, row.what))]


def service_part(case: Case) -> Part:
    """送达: remedies, date, way of delivery, recipient, and the paper."""
    loss = LossFile.objects.filter(case=case).first()
    if loss is None:
        return {}
    files = [row.document for row in case.documents.filter(slot=DELIVERY).select_related("document").order_by("pk")]
    kept = {name: value for name, value in _fields(loss).items() if name in SERVED}
    return {**kept, "files": [[str(file.key), file.sha256, file_digest(file)] for file in files]}


SERVED = frozenset({"remedies", "served_on", "served_way", "served_to"})
ANNOUNCED, EVERY_STEP = DossierStep.ANNOUNCEMENT, frozenset(DossierStep)
PARTS = (
    DossierPart("edition", "评价标准", edition_part),
    DossierPart("values", "评分表", value_part),
    DossierPart("evidence", "佐证材料", evidence_part, AT_DECISION | {DossierStep.NUMBER}),
    DossierPart("proofs", "城区条件的证明", proof_part),
    DossierPart("papers", "复函、专家组和评估的原件", paper_part),
    DossierPart("submission", "提交回执", submission_part),
    DossierPart("entered", "代录", entered_part),
    DossierPart("change", "变更内容和影响", change_part),
    DossierPart("endorsement", "批复与报送", endorsement_part),
    DossierPart("exchange", "补正、形式审查与预评审", exchange_part),
    DossierPart("draw", "专家抽取和专家组", draw_part),
    DossierPart("scores", "专家评分", score_part),
    DossierPart("visit", "现场核查", visit_part),
    DossierPart("agreed", "评审会纪要", agreed_part),
    DossierPart("opinion", "评审意见", opinion_part),
    DossierPart("votes", "表决和签名", vote_part),
    DossierPart("closing", "评审意见逐条办理", closing_part),
    DossierPart("notice", "公示", notice_part),
    DossierPart("loss", "告知、陈述申辩和法制审核", loss_part),
    DossierPart("decision", "决定", decision_part, AT_DECISION | {DossierStep.CORRECTION, DossierStep.NUMBER}),
    DossierPart("handling", "办理过程", handling_part, EVERY_STEP),
    DossierPart("service", "送达", service_part, frozenset({ANNOUNCED})),
    DossierPart("announcement", "公告与称号", announcement_part, frozenset({ANNOUNCED, DossierStep.CORRECTION})),
)
