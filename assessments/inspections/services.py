"""Services of inspections: registration, findings, issue, replies, closing, early assessment."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from assessments.inspections import rules
from assessments.inspections.columns import LONGEST, VISIT_ENTERED
from assessments.inspections.models import Inspection, InspectionFinding, InspectionPhoto
from assessments.inspections.selectors import bindings_of
from assessments.stage_assessments.services import open_early
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.documents.models import Evidence
from greendistrict.documents.office.exif import read_shot
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import Taken, hold, hold_version

PICTURES = frozenset({"jpg", "jpeg", "png"})
FIELDS = tuple(VISIT_ENTERED)
FINDING_FIELDS = ("rule", "item_id", "text", "severity", "demand", "due")


@transaction.atomic
def register(*, district: District, values: Mapping[str, Any], by: User) -> Inspection:
    """Create an inspection, or plan one for a future day. Raises ``NotAllowed``, ``Refused`` (day too far ahead, inactive district)."""
    NotAllowed.unless(rules.inspects(posts_of(by)), "监督检查由市级经办或评审秘书登记")
    if district.applicant_id is None:
        msg = f"{district}为历史补录，平台内没有申报主体，不能登记检查"
        raise Refused(msg)
    told = {name: values[name] for name in FIELDS if name in values}
    _check_day(values["inspected_on"])
    planned = values["inspected_on"] if values["inspected_on"] > clock.today() else None
    made = Inspection.objects.create(district=district, opened_by=by, opened_at=clock.now(), planned_on=planned, **told)
    audit.record(action="inspection.register", by=by, obj=made, data={"district": district.code})
    return made


@transaction.atomic
def save(*, inspection: Inspection, values: Mapping[str, Any], version: int, by: User) -> Inspection:
    """Save a draft. Raises ``NotAllowed``, ``Stale`` with the stored values, ``Refused``."""
    locked: Inspection = hold(inspection)
    hold_version(locked, version)
    _may_write(by, locked)
    day = values["inspected_on"]
    _check_day(day)
    # A future day moves the plan, which is recorded; any other is the day on which it was held.
    if day > clock.today() and day != locked.planned_on:
        audit.record(action="inspection.plan", by=by, obj=locked, data={"before": str(locked.planned_on or ""), "day": str(day)})
        locked.planned_on = day
    for name in FIELDS:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save(update_fields=[*FIELDS, "planned_on", "version"])
    return locked


def _check_day(day: dt.date) -> None:
    last = clock.today().year + 1
    if day.year > last:
        raise Refused([Refusal(f"检查最远计划到{last}年", field="inspected_on")])


def _may_write(by: User, inspection: Inspection) -> None:
    NotAllowed.unless(rules.writes(posts_of(by), inspection), "检查意见发出后不能修改")


@transaction.atomic
def add_finding(*, inspection: Inspection, values: Mapping[str, Any], by: User) -> InspectionFinding:
    """Add a finding to a draft. Raises ``NotAllowed``, ``Refused`` (no valid rule or clause, deadline not after the visit)."""
    locked: Inspection = hold(inspection)
    _may_write(by, locked)
    _check_binding(locked, values)
    last = locked.findings.aggregate(models.Max("order"))["order__max"] or 0
    made = InspectionFinding.objects.create(inspection=locked, order=last + 1, **{name: values[name] for name in FINDING_FIELDS})
    audit.record(action="inspection.add_finding", by=by, obj=locked, data={"order": made.order, "rule": made.rule, "item": made.item_id})
    _next_version(locked)
    return made


def _next_version(locked: Inspection) -> None:
    """Count up the inspection's version after a change of its findings."""
    locked.version += 1
    locked.save(update_fields=["version"])


def _check_binding(inspection: Inspection, values: Mapping[str, Any]) -> None:
    known_rules, known_items = bindings_of(inspection)
    found = []
    if not values["rule"] and not values["item_id"]:
        found.append(Refusal("每个问题应对应一条政策条款或一条评价条文", field="rule"))
    if values["rule"] and values["rule"] not in known_rules:
        found.append(Refusal("没有这条政策条款", field="rule"))
    if values["item_id"] and values["item_id"] not in known_items:
        found.append(Refusal("城区适用的评价标准没有这条条文", field="item_id"))
    if values["due"] <= inspection.inspected_on:
        found.append(Refusal("整改期限应晚于检查日期", field="due"))
    if found:
        raise Refused(found)


@transaction.atomic
def remove_finding(*, finding: InspectionFinding, by: User) -> None:
    """Delete a finding of a draft. Raises ``NotAllowed``."""
    locked: Inspection = hold(finding.inspection)
    _may_write(by, locked)
    audit.record(action="inspection.remove_finding", by=by, obj=locked, data={"order": finding.order, "text": finding.text[:200]})
    finding.delete()
    _next_version(locked)


def move_finding(finding: int, day: dt.date) -> None:
    """Extend the deadline of a rectification to ``day``, under the rule on outages of the portal."""
    InspectionFinding.objects.filter(pk=finding, due__lt=day).update(due=day)


@writing
def save_reply(*, finding: InspectionFinding, text: str, version: int, by: User) -> InspectionFinding:
    """Save the district's reply on the rectification. Raises ``NotAllowed``, ``Refused`` (too long), ``Stale`` with the stored text."""
    locked: InspectionFinding = hold(finding)
    NotAllowed.unless(rules.mends(posts_of(by), locked), "现在不能填写整改情况；刚才填写的内容没有保存，可以复制留用")
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field="reply")])
    hold_version(locked, version)
    locked.reply = text.strip()
    locked.version += 1
    locked.save(update_fields=["reply", "version"])
    return locked


@transaction.atomic
def add_file(*, owner: Inspection | InspectionFinding, upload: "UploadedFile[Any]", title: str, kind: str, by: User) -> Evidence:
    """Store a photo or document; time and place of a photo move from the file into fields. Raises as ``store``."""
    is_photo = (upload.name or "").rpartition(".")[2].lower() in PICTURES
    shot = read_shot(upload.read()) if is_photo else None
    upload.seek(0)
    kept = store(owner=owner, upload=upload, kind=kind, title=title, by=by)
    if shot is not None:
        InspectionPhoto.objects.create(document=kept, taken_at=shot.taken_at, latitude=shot.latitude, longitude=shot.longitude)
    return kept


def on_issue(taken: Taken) -> None:
    """Assign the opinion's number and its verification code."""
    inspection = taken.obj
    inspection.number = inspection.number or next_number("JC", clock.now().year)
    inspection.issued_at = clock.now()
    give(inspection)


def on_close(taken: Taken) -> None:
    """Close the inspection."""
    taken.obj.closed_at = clock.now()


def on_call_assessment(taken: Taken) -> None:
    """Open a stage assessment outside the cycle."""
    inspection = taken.obj
    inspection.early = open_early(district=inspection.district, by=taken.by, reason=f"{inspection.number}监督检查发现严重问题")


def on_report(taken: Taken) -> None:
    """Store that the district has reported its rectification."""
    taken.obj.replied_at = clock.now()


def on_accept(taken: Taken) -> None:
    """Close the finding."""
    taken.obj.closed_at = clock.now()
