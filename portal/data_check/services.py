"""Check all data and store the result.

Also here: Recompute what was frozen, signed and decided, with the functions of ``verify_receipt``, ``verify_decision``, ``verify_draw``.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from approvals.cases.models.cases import Case
from approvals.casework.selectors import verification
from assessments.post_evaluations.draw_verification import NoDraw, faults
from assessments.post_evaluations.models import SampleDraw
from assessments.post_evaluations.selectors import draw_data
from assessments.reviews.models import Draw
from assessments.reviews.selectors.panels import panel_draw_data
from assessments.tables.models import TableVersion
from assessments.versions import receipts
from assessments.versions.models import Receipt
from assessments.versions.selectors import score_again
from assessments.versions.services import digest_of
from greendistrict.audit.verification import verify as verify_audit
from greendistrict.core import clock, sealing
from greendistrict.core.models import IssuedFile
from portal.data_check.checks import (
    DataFault,
    DataFinding,
    LookedAt,
    constraints_are_there,
    named_files_are_there,
    owners_are_there,
    rows_keep_their_rules,
    stored_files_are_named,
)
from portal.data_check.models import DataCheckRun
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


logger = logging.getLogger(__name__)
KEPT = 200
NIGHTS = 7  # each file is read once in as many nights
WHOLE = (0, 1)
CHECKS: tuple[Callable[[LookedAt], Iterator[DataFinding]], ...] = (
    stored_files_are_named,
    owners_are_there,
    versions_hold,
    receipts_hold,
    decisions_hold,
    draws_repeat,
    papers_were_issued,
    audit_is_whole,
    rows_keep_their_rules,
    constraints_are_there,
)


@dataclass
class DataChecked:
    """Numbers checked, number of findings, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    found: int = 0
    findings: list[DataFinding] = field(default_factory=list)

    def take(self, finding: DataFinding) -> None:
        """Count a finding, and keep it if only few are kept so far."""
        self.found += 1
        if len(self.findings) < KEPT:
            self.findings.append(finding)


def check_all(share: tuple[int, int] = WHOLE) -> DataChecked:
    """Check everything in batches and store the result; a check that fails is itself a finding, and the others continue."""
    begun, result = time.monotonic(), DataChecked()

    def counted(what: str, number: int = 1) -> None:
        result.counts[what] += number

    def files(count: LookedAt) -> Iterator[DataFinding]:
        return named_files_are_there(count, share)

    for check in (files, *CHECKS):
        try:
            with transaction.atomic():
                for finding in check(counted):
                    result.take(finding)
        except Exception as error:
            logger.exception("data not checked: %s", check.__name__)
            result.take(DataFinding(DataFault.UNCHECKED, check.__name__, f"{type(error).__name__}: {error}"[:300]))
    _keep(result, time.monotonic() - begun)
    return result


def nightly() -> int:
    """Nightly check of everything; of the files' contents a different share each night. Returns the number of findings."""
    return check_all((clock.today().toordinal() % NIGHTS, NIGHTS)).found


@transaction.atomic
def _keep(result: DataChecked, seconds: float) -> None:
    DataCheckRun.objects.all().delete()
    DataCheckRun.objects.create(
        at=clock.now(),
        seconds=seconds,
        found=result.found,
        counts=dict(result.counts),
        findings=[finding.as_json() for finding in result.findings],
    )
