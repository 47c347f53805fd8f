"""Recompute what was frozen, signed and decided, with the functions of ``verify_receipt``, ``verify_decision``, ``verify_draw``."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from approvals.cases.models.cases import Case
from approvals.casework.selectors import verification
from assessments.post_evaluations.draw_verification import NoDraw, faults
from assessments.post_evaluations.models import SampleDraw
from assessments.post_evaluations.selectors import draw_data
from assessments.reviews.models.review import Draw
from assessments.reviews.selectors.draw_data import panel_draw_data
from assessments.tables.models import TableVersion
from assessments.versions import receipts
from assessments.versions.models import Receipt
from assessments.versions.selectors.recomputation import score_again
from assessments.versions.services.freeze import digest_of
from greendistrict.audit.verification import verify as verify_audit
from greendistrict.core import sealing
from greendistrict.core.models import IssuedFile
from portal.data_check.file_checks import LookedAt
from portal.data_check.findings import DataFault, DataFinding
from reports.jobs.models import ReportFile

BATCH = 100  # versions hold whole tables


def versions_hold(counted: LookedAt) -> Iterator[DataFinding]:
    """Check the digest of every version, and recompute the score of received ones from frozen values by their edition's rules."""
    versions = TableVersion.objects.select_related("table__edition__stored", "table__district").order_by("pk")
    for version in versions.iterator(chunk_size=BATCH):
        counted("versions")
        if digest_of(version.content) != version.digest:
            yield DataFinding(DataFault.VERSION, str(version))
        if not version.counts:
            continue
        counted("scores")
        again, held = score_again(version.table.edition, version.content), version.content["result"]
        if digest_of({"result": again}) != digest_of({"result": held}):
            yield DataFinding(DataFault.SCORE, str(version), f"留存{_total(held)}，重算{_total(again)}")


def _total(result: Any) -> str:
    return str(result["total"]) if result else "没有得分"


def receipts_hold(counted: LookedAt) -> Iterator[DataFinding]:
    """Check signature and digests of every receipt, and that it belongs to its version."""
    keys = sealing.trusted_keys()
    for receipt in Receipt.objects.select_related("version").defer("version__content").order_by("pk").iterator(chunk_size=BATCH):
        counted("receipts")
        yield from (DataFinding(DataFault.RECEIPT, receipt.number, text) for text in _receipt_faults(receipt, keys))


def _receipt_faults(receipt: Receipt, keys: Mapping[str, str]) -> list[str]:
    try:
        key = sealing.key_id(receipt.public_key)
        signed = receipts.read(receipts.document(receipt.content, key=key, signature=receipt.signature))
    except (sealing.UnusableKeyError, receipts.NoReceiptError) as error:
        return [str(error)]
    found = receipts.faults(signed, receipt.public_key)
    if key not in keys:
        found.append(f"由另一把密钥（{key}）签署，不是本平台现在或以前的密钥")
    if receipt.content.get("content_sha256") != receipt.version.digest:
        found.append("与提交的版本不符")
    return found


def decisions_hold(counted: LookedAt) -> Iterator[DataFinding]:
    """Compare the basis of every decision with the stored data, and recompute it."""
    cases = Case.objects.filter(decision_records__isnull=False).distinct().order_by("pk")
    related = cases.select_related("table__edition__stored", "review", "decision_scan", "district")
    for case in related.iterator(chunk_size=BATCH):
        counted("decisions")
        found = verification.verify(case)
        for part in found.changed:
            yield DataFinding(DataFault.DECISION, str(case.number), f"{part.part}　{part.where}")
        for check in found.checks:
            if not check.holds:
                yield DataFinding(DataFault.DECISION, str(case.number), f"{check.label}　{check.detail}")


def draws_repeat(counted: LookedAt) -> Iterator[DataFinding]:
    """Repeat every draw of a panel or sample from its published data."""
    panels = Draw.objects.filter(drawn_at__isnull=False, reason="").select_related("review").order_by("pk")
    for made in panels.iterator(chunk_size=BATCH):
        counted("draws")
        yield from _draw_faults(f"{made.review}第{made.number}次抽取", panel_draw_data(made))
    for sample in SampleDraw.objects.filter(drawn_at__isnull=False).order_by("pk").iterator(chunk_size=BATCH):
        counted("draws")
        yield from _draw_faults(str(sample), draw_data(sample))


def _draw_faults(name: str, data: Any) -> Iterator[DataFinding]:
    try:
        found = faults(data)
    except NoDraw as error:
        found = [str(error)]
    yield from (DataFinding(DataFault.DRAW, name, text) for text in found)


def papers_were_issued(counted: LookedAt) -> Iterator[DataFinding]:
    """Check that every stored paper of the portal has the digest recorded when it was issued."""
    kept = IssuedFile.objects.filter(sha256=OuterRef("document__sha256"), subject=OuterRef("document__owner"))
    papers = (
        ReportFile.objects.annotate(is_issued=Exists(kept)).order_by("pk").values_list("document__title", "document__file", "is_issued")
    )
    for title, name, is_issued in papers.iterator(chunk_size=BATCH):
        counted("papers")
        if not is_issued:
            yield DataFinding(DataFault.PAPER, name, f"《{title}》")


def audit_is_whole(counted: LookedAt) -> Iterator[DataFinding]:
    """Check the chain of the audit record against its records and anchors."""
    checked = verify_audit()
    counted("audit", checked.sealed)
    yield from (DataFinding(DataFault.AUDIT, found.kind, str(found)) for found in checked.findings)
