"""Verifies the audit record: records against seals, seals against each other, and the chain against its anchors."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from greendistrict.audit import anchors, archive_files
from greendistrict.audit.anchors import Anchor
from greendistrict.audit.chain import content_of, link
from greendistrict.audit.models import AuditArchive, AuditPending, AuditRecord, AuditSeal
from greendistrict.core import sealing

BATCH = 2000
SKEW = dt.timedelta(minutes=5)  # by which clocks of hosts and database may differ
LONGEST = dt.timedelta(days=1)  # a transaction that is longer holds its records back from the seals of that time
SHOWN = 20


@dataclass(frozen=True)
class AuditFinding:
    """One kind of damage; ``numbers`` are record ids, seal numbers or line numbers of the anchor file, as ``text`` states."""

    kind: str
    text: str
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        more = "" if len(self.numbers) <= SHOWN else f"等{len(self.numbers)}个"
        return self.text + ("：" + "、".join(map(str, self.numbers[:SHOWN])) + more if self.numbers else "")


@dataclass
class Verification:
    """Result of a verification: counts, and findings with the worst first. ``archived`` records are in signed files, not in the table."""

    sealed: int = 0
    waiting: int = 0
    anchored: int = 0
    archived: int = 0
    findings: list[AuditFinding] = field(default_factory=list)


WORDS = {
    "changed": "内容与封存时不符的记录",
    "missing": "封存后被删除的记录",
    "lost": "写入后未及封存即被删除的记录",
    "unnoted": "既未封存也未列入待封存的记录",
    "untimely": "时间与数据库时间、与前后的封存不符的记录",
    "unlinked": "链条断开处的封存号",
    "cut": "链条被截短：锚点证明曾有、数据库中已没有的封存号",
    "resealed": "链条被重新计算过：校验值与锚点不符的封存号",
    "foreign": "锚点属于另一条链（封存表曾被清空、从头重算，或更换过数据库），其封存号曾到",
    "archive": "归档登记的签名不符，或归档文件有改动：归档编号",
    "signature": "锚点文件中签名不符的行",
    "anchor_gap": "锚点文件中前面缺行或有改动的行",
}
LOST = """
SELECT record_id FROM audit_auditpending p
WHERE NOT EXISTS (SELECT FROM audit_auditrecord r WHERE r.id = p.record_id) ORDER BY 1
"""
UNNOTED = """
SELECT id FROM audit_auditrecord r
WHERE NOT EXISTS (SELECT FROM audit_auditpending p WHERE p.record_id = r.id)
AND NOT EXISTS (SELECT FROM audit_auditseal s WHERE s.record_id = r.id) ORDER BY 1
"""


def verify() -> Verification:
    """Verify chain, records and anchors. Anchors are read first, so that concurrent sealing is not taken for damage."""
    found: dict[str, list[int]] = {kind: [] for kind in WORDS}
    result = Verification()
    known = anchors.lines()
    anchored = [anchors.parse(line) for line in known]
    archived = _archived(found)
    digests = _walk(found, result, {1, *(anchor.number for anchor in anchored if anchor)}, archived)
    found["lost"] += _ids(LOST)
    found["unnoted"] += _ids(UNNOTED)
    result.waiting = AuditPending.objects.count()
    _check_anchors(known, anchored, digests, found, result)
    result.findings += [AuditFinding(kind, WORDS[kind], tuple(numbers)) for kind, numbers in found.items() if numbers]
    if result.sealed and not known:
        result.findings.append(AuditFinding("no_anchor", "没有锚点文件，无从核对链条是否被截短或重新计算"))
    return result


def _archived(found: dict[str, list[int]]) -> set[int]:
    """Numbers of seals whose records are in an archive signed by the portal; if the file is present its digest must match."""
    numbers: set[int] = set()
    keys = sealing.trusted_keys()
    for archive in AuditArchive.objects.order_by("pk"):
        path = archive_files.folder() / archive.file
        if not archive_files.is_signed(archive, keys):
            found["archive"].append(archive.pk)
            continue
        if path.is_file() and archive_files.digest_of(path) != archive.sha256:
            found["archive"].append(archive.pk)
        numbers.update(archive_files.numbers_of(archive.seals))
    return numbers


def _walk(found: dict[str, list[int]], result: Verification, wanted: set[int], archived: set[int]) -> dict[int, str]:
    """Follow the chain; returns the digests at the ``wanted`` numbers."""
    digests: dict[int, str] = {}
    previous, expected, times = "", 1, SealTimes()
    for seals in _batches():
        rows = AuditRecord.objects.in_bulk([seal.record_id for seal in seals])
        for seal in seals:
            row = rows.get(seal.record_id)
            if not seal.content:
                found["lost"].append(seal.record_id)
            elif row is None and seal.number in archived:
                result.archived += 1
            elif row is None:
                found["missing"].append(seal.record_id)
            elif content_of(row) != seal.content:
                found["changed"].append(seal.record_id)
            elif not times.hold(row, seal):
                found["untimely"].append(seal.record_id)
            if seal.number != expected or seal.digest != link(previous, seal.number, seal.record_id, seal.content):
                found["unlinked"].append(seal.number)
            if seal.number in wanted:
                digests[seal.number] = seal.digest
            previous, expected, result.sealed = seal.digest, seal.number + 1, seal.number
    return digests


class SealTimes:
    """Compares times of records with those of their seals, in the order of sealing.

    Times of the database are compared everywhere; business time only in production, because it walks in demonstrations and tests.
    """

    def __init__(self) -> None:
        self._is_real = settings.PRODUCTION and not settings.CLOCK_FILE
        self._before: dt.datetime | None = None
        self._dated = False

    def hold(self, row: AuditRecord, seal: AuditSeal) -> bool:
        """Whether the record was written before its seal, not long before the seal ahead of it, and at the time that it states."""
        written = row.stored_at or (row.at if self._is_real else None)
        sealed = seal.stored_at or (seal.sealed_at if self._is_real else None)
        ahead, self._before = self._before, sealed or self._before
        undated = row.stored_at is None and self._dated
        self._dated = self._dated or row.stored_at is not None
        if undated or (written and sealed and written > sealed + SKEW) or (written and ahead and written < ahead - LONGEST):
            return False
        return not (self._is_real and row.stored_at) or abs(row.at - row.stored_at) <= SKEW


def _batches() -> Iterator[list[AuditSeal]]:
    """Seals in order, in batches."""
    after = 0
    while seals := list(AuditSeal.objects.filter(number__gt=after).order_by("number")[:BATCH]):
        yield seals
        after = seals[-1].number


def _ids(query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [pk for (pk,) in cursor.fetchall()]


def _check_anchors(
    known: list[str], anchored: list[Anchor | None], digests: dict[int, str], found: dict[str, list[int]], result: Verification
) -> None:
    keys, before, chain = sealing.trusted_keys(), "", digests.get(1, "")
    for number, (line, anchor) in enumerate(zip(known, anchored, strict=True), 1):
        if anchor is None or not sealing.signed_by(keys, anchor.key, anchor.signature, anchor.signed_bytes()):
            found["signature"].append(number)
        elif anchor.previous != anchors.line_digest(before):
            found["anchor_gap"].append(number)
        elif anchor.chain != chain:
            found["foreign"].append(anchor.number)
        elif anchor.number > result.sealed:
            found["cut"].append(anchor.number)
        elif anchor.digest != digests.get(anchor.number):
            found["resealed"].append(anchor.number)
        else:
            result.anchored = max(result.anchored, anchor.number)
        before = line
