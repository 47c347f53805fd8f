"""Write verifications: mandate, findings, statement, effects of signing.

Also here: Signed verification report and opinion as workbooks, which go to the city with the yearly report.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from assessments.common.owed_papers import owes
from assessments.yearly_reports.services import VerifiedReport, file_verified
from carbon.factors.selectors import factors_now
from carbon.inventories.content import Content, digest_of, shown_lines
from carbon.inventories.models import CarbonInventory
from carbon.verification import rules, selectors
from carbon.verification.models import CarbonVerification, VerificationConclusion, VerificationFinding
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.number_parsing import parse_number, plain
from greendistrict.core.writing import writing
from greendistrict.documents.services import store
from greendistrict.documents.spreadsheets import made, write_heads
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

FINDINGS = (("序号", 6), ("核查发现", 50), ("更正情况", 50), ("核实意见", 40))
ROWS = (("部门", 14), ("活动", 20), ("活动量", 18), ("排放因子", 46), ("数据来源", 24), ("排放量 tCO₂e", 16))
WIDE = 100


def opinion_book(name: str, frozen: Mapping[str, Any], digest: str) -> bytes:
    """Statement and conclusion, the inventory they refer to, and the digest of the signed content."""
    return made(lambda book: _opinion(book, name, frozen, digest))


def report_book(name: str, frozen: Mapping[str, Any], content: Content) -> bytes:
    """Findings with their settlement, and the filed inventory row by row."""
    return made(lambda book: _report(book, name, frozen, content))


def _about(frozen: Mapping[str, Any]) -> list[tuple[str, str]]:
    inventory = frozen["inventory"]
    return [
        ("核查机构", frozen["body"]),
        ("核查的清单", f"第{inventory['edition']}版　校验值 {inventory['digest']}"),
        ("年碳排放总量", f"{inventory['total']} tCO₂e"),
        ("单位面积", f"{inventory['per_m2_kg']} kgCO₂e/m²"),
    ]


def _opinion(book: Any, name: str, frozen: Mapping[str, Any], digest: str) -> None:
    conclusion = VerificationConclusion(frozen["conclusion"]).label
    _head(book, book.add_worksheet("核查意见"), f"{name}核查意见", [
        *_about(frozen), ("核查结论", str(conclusion)), ("核查声明", frozen["statement"]), ("校验值（SHA-256）", digest),
    ])  # fmt: skip


def _report(book: Any, name: str, frozen: Mapping[str, Any], content: Content) -> None:
    findings = [(str(one["order"]), one["text"], one["reply"], one["note"]) for one in frozen["findings"]]
    sheet = book.add_worksheet("核查发现")
    line = _head(book, sheet, f"{name}报告", _about(frozen), widen=False)
    _table(book, sheet, line + 1, FINDINGS, findings)
    rows = [
        (one.sector, one.name, f"{one.amount} {one.unit}", one.factor, one.source, one.tco2e)
        for one in shown_lines(content, factors_now())
    ]  # fmt: skip
    _table(book, book.add_worksheet("逐项核算"), 0, ROWS, rows)


def _head(book: Any, sheet: Any, title: str, pairs: list[tuple[str, str]], *, widen: bool = True) -> int:
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    if widen:
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, WIDE)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, (label, text) in enumerate(pairs, start=1):
        sheet.write_string(number, 0, label)
        sheet.write_string(number, 1, text, wrapped)
    return len(pairs) + 1


def _table(book: Any, sheet: Any, line: int, heads: Any, rows: Iterable[tuple[str, ...]]) -> None:
    write_heads(sheet, line, heads, book.add_format({"bold": True, "border": 1}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for at, row in enumerate(rows, start=line + 1):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, wrapped)


LONGEST = 4000
OPINION = "核查意见"
M2_OF_WAN = Decimal(10_000)
CLOSED = "现在不能填写；刚才填写的内容没有保存，可以复制留用"


@transaction.atomic
def mandate(*, district: District, year: int, body: Organisation, by: User) -> CarbonVerification:
    """Mandate a body to verify the inventory of a year. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(rules.may_mandate(posts_of(by), district), "只有区专门机构可以委托核查")
    district = District.objects.select_for_update(no_key=True).get(pk=district.pk)
    Refused.unless(year < clock.today().year, f"{year}年度尚未结束，不能委托核查")
    Refused.unless(owes(district.stage, district.held_since, year), f"{district}{year}年度不需报送碳排放核查报告")
    Refused.when(selectors.counting_of(district, year) is None, f"{district}{year}年度没有已报送的碳排放清单")
    Refused.when(selectors.live_of(district, year), f"{district}{year}年度已委托核查")
    Refused.unless(rules.is_independent(body, district), f"{body}不是核查机构，或与本城区的申报、咨询、主管各方同属一家，不能核查")
    made = CarbonVerification.objects.create(district=district, year=year, body=body, mandated_at=clock.now(), mandated_by=by)
    audit.record(action="carbon.mandate", by=by, obj=made, data={"year": year, "body": body.code})
    notify_event(made, BEGUN, by)
    return made


@writing
def save(*, verification: CarbonVerification, statement: str, conclusion: str, version: int, by: User) -> CarbonVerification:
    """Save statement and conclusion. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(verification, version, by)
    _check_length(statement, "statement")
    locked.statement, locked.conclusion = statement.strip(), conclusion
    _next_version(locked, "statement", "conclusion")
    return locked


@transaction.atomic
def add_finding(*, verification: CarbonVerification, text: str, version: int, by: User) -> VerificationFinding:
    """Add a finding. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(verification, version, by)
    _check_length(text, "text")
    Refused.unless(text.strip(), "请写明核查发现")
    last = locked.findings.aggregate(models.Max("order"))["order__max"] or 0
    made = VerificationFinding.objects.create(verification=locked, order=last + 1, text=text.strip(), found_at=clock.now())
    audit.record(action="carbon.find", by=by, obj=locked, data={"order": made.order, "text": made.text[:200]})
    _next_version(locked)
    return made


@transaction.atomic
def reply(*, finding: VerificationFinding, text: str, version: int, by: User) -> VerificationFinding:
    """Save the district's reply to a finding. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked: CarbonVerification = hold(finding.verification)
    NotAllowed.unless(rules.may_reply(posts_of(by), locked), CLOSED)
    hold_version(locked, version)
    _check_length(text, "reply")
    stored = _open(locked, finding)
    stored.reply, stored.replied_at = text.strip(), clock.now()
    stored.save(update_fields=["reply", "replied_at"])
    audit.record(action="carbon.reply_finding", by=by, obj=locked, data={"order": stored.order, "text": stored.reply[:200]})
    _next_version(locked)
    return stored


@transaction.atomic
def settle(*, finding: VerificationFinding, note: str, version: int, by: User) -> VerificationFinding:
    """Close a finding with the verifier's remark. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(finding.verification, version, by)
    _check_length(note, "note")
    Refused.unless(note.strip(), "请写明核实意见")
    stored = _open(locked, finding)
    stored.note, stored.closed_at = note.strip(), clock.now()
    stored.save(update_fields=["note", "closed_at"])
    audit.record(action="carbon.settle_finding", by=by, obj=locked, data={"order": stored.order, "text": stored.note[:200]})
    _next_version(locked)
    return stored


def _held(verification: CarbonVerification, version: int, by: User) -> CarbonVerification:
    locked: CarbonVerification = hold(verification)
    NotAllowed.unless(rules.may_write(posts_of(by), locked), CLOSED)
    hold_version(locked, version)
    return locked


def _open(locked: CarbonVerification, finding: VerificationFinding) -> VerificationFinding:
    stored = locked.findings.get(pk=finding.pk)
    Refused.when(stored.closed_at is not None, f"核查发现{stored.order}已关闭")
    return stored


def _check_length(text: str, field: str) -> None:
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=field)])


def _next_version(locked: CarbonVerification, *fields: str) -> None:
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])


def handed_up(_verification: CarbonVerification, by: User | None, _values: Values) -> dict[str, Any]:
    """Who hands it up, and so does not sign it."""
    return {"handed_by": by}


@transaction.atomic
def add_paper(*, verification: CarbonVerification, upload: "UploadedFile[Any]", title: str, by: User) -> None:
    """Keep the opinion that the verifier issued on paper, and count up the version. Raises ``NotAllowed``, ``Refused``."""
    locked: CarbonVerification = hold(verification)
    NotAllowed.unless(rules.may_write(posts_of(by), locked), CLOSED)
    store(owner=locked, upload=upload, kind=OPINION, title=title, by=by)
    _next_version(locked)


def on_sign(taken: Taken) -> None:
    """Freeze the signed content with its digest, and file the yearly report with it, which meets the leading body's duty."""
    verification = taken.obj
    frozen = taken.facts["frozen"]
    inventory = CarbonInventory.objects.get(
        district=verification.district, year=verification.year, edition=frozen["inventory"]["edition"]
    )  # fmt: skip
    verification.inventory, verification.frozen, verification.digest = inventory, frozen, digest_of(frozen)
    verification.signed_at = clock.now()
    content = (inventory.frozen or {})["content"]
    area = parse_number(content["boundary"]["area_m2"])  # as typed, possibly with thousands separators
    name = str(verification)
    file_verified(
        district=verification.district,
        year=verification.year,
        verified=VerifiedReport(
            figures={"total": content["total"], "area": plain(area / M2_OF_WAN)},
            verifier=verification.body,
            report=report_book(name, frozen, content),
            opinion=opinion_book(name, frozen, verification.digest),
        ),
    )
