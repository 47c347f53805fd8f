"""Write verifications: mandate, findings, statement, effects of signing."""

from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from assessments.common.owed_papers import owes
from assessments.yearly_reports.services import VerifiedReport, file_verified
from carbon.inventories.content import digest_of
from carbon.inventories.models import CarbonInventory
from carbon.verification import rules, selectors
from carbon.verification.models import CarbonVerification, VerificationFinding
from carbon.verification.verification_books import opinion_book, report_book
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.number_parsing import parse_number, plain
from greendistrict.core.writing import writing
from greendistrict.documents.services import store
from greendistrict.workflow.declaration import Values
from greendistrict.workflow.procedure import BEGUN, Taken, hold, hold_version, notify_event

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
