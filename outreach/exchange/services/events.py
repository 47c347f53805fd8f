"""Write events: opening, saving, programme, material, deleting a draft; effects of their steps."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.file.services import hold_constraints
from greendistrict.accounts.acting import columns
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.documents import services as documents
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.upload_levels import choose
from greendistrict.workflow.procedure import Taken, hold, hold_version
from outreach.exchange import mails, rules
from outreach.exchange.columns import EVENT_WRITTEN
from outreach.exchange.models import AgendaRow, ExchangeEvent, ExchangeKind
from outreach.exchange.selectors import LIVE, attendance_of, material_of
from outreach.exchange.services.sign_ups import fill_places

PREFIX = "JL"
MOST_ROWS, MOST_FILES, REASON_LENGTH = 60, 30, 500
MATERIAL = "活动材料"
FIELDS = (*EVENT_WRITTEN, "areas")
ORGANISER = "交流活动由市级经办组织"
CLOSED = "现在不能修改这个活动；刚才填写的内容没有保存，可以复制留用"


@transaction.atomic
def open_event(*, kind: str, title: str, by: User) -> ExchangeEvent:
    """Create a draft. Raises ``NotAllowed``, ``Refused`` without a title."""
    NotAllowed.unless(rules.organises(posts_of(by)), ORGANISER)
    if not title.strip():
        raise Refused([Refusal("请填写名称", field="title")])
    made = ExchangeEvent.objects.create(
        kind=ExchangeKind(kind), title=title.strip(), opened_at=clock.now(), opened_by=by, written_by=by, is_demo=by.is_demo
    )
    audit.record(action="exchange_event.open", by=by, obj=made, data={"title": made.title})
    return made


@writing
def save_event(*, event: ExchangeEvent, values: Mapping[str, Any], version: int, by: User) -> ExchangeEvent:
    """Save a draft; completeness is checked at publication. Raises ``NotAllowed``, ``Refused``, ``Stale``."""
    locked = _held(event, by)
    hold_version(locked, version)
    for name in FIELDS:
        setattr(locked, name, values[name])
    if locked.kind != ExchangeKind.TRAINING:
        locked.tier, locked.hours = "", None
    locked.ends_on = locked.ends_on or locked.starts_on
    hold_constraints(locked)
    _next(locked, by, *FIELDS)
    return locked


def _held(event: ExchangeEvent, by: User) -> ExchangeEvent:
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(rules.may_write(posts_of(by), locked), CLOSED)
    return locked


def _next(locked: ExchangeEvent, by: User, *names: str) -> None:
    locked.version += 1
    locked.written_by = by
    locked.save(update_fields=[*names, *columns(locked, "written_by"), "version"])


@writing
def add_row(*, event: ExchangeEvent, values: Mapping[str, Any], by: User) -> AgendaRow:
    """Add a row to the programme. Raises ``NotAllowed``, ``Refused``."""
    locked = _held(event, by)
    Refused.when(locked.agenda.count() >= MOST_ROWS, f"议程最多{MOST_ROWS}项")
    row = AgendaRow(event=locked, **values)
    hold_constraints(row)
    row.save()
    _next(locked, by)
    return row


@transaction.atomic
def drop_row(*, row: AgendaRow, by: User) -> None:
    """Remove a row of the programme. Raises ``NotAllowed``."""
    locked = _held(row.event, by)
    audit.record(action="exchange_event.drop_row", by=by, obj=locked, data={"row": str(row)})
    row.delete()
    _next(locked, by)


@transaction.atomic
def add_material(*, event: ExchangeEvent, upload: "UploadedFile[Any]", title: str, released: bool, by: User) -> Evidence:
    """Add a file, for the public if released, else for signed-in people. Raises ``NotAllowed``, ``Refused``."""
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(rules.may_add_file(posts_of(by), locked), ORGANISER)
    Refused.when(len(material_of(locked)) >= MOST_FILES, f"一个活动最多{MOST_FILES}份材料")
    choose(upload, Confidentiality.PUBLIC if released else Confidentiality.INTERNAL)
    return documents.store(owner=locked, upload=upload, kind=MATERIAL, title=title.strip() or upload.name or MATERIAL, by=by)


@transaction.atomic
def drop_material(*, event: ExchangeEvent, file: Evidence, by: User) -> None:
    """Remove a file. Raises ``NotAllowed``."""
    locked: ExchangeEvent = hold(event)
    NotAllowed.unless(rules.may_add_file(posts_of(by), locked), ORGANISER)
    audit.record(action="exchange_event.drop_material", by=by, obj=locked, data={"title": file.title, "sha256": file.sha256})
    documents.remove(file)


@transaction.atomic
def drop_event(*, event: ExchangeEvent, by: User) -> None:
    """Delete an event that was never published, with programme and material. Raises ``NotAllowed``."""
    locked = _held(event, by)
    NotAllowed.unless(rules.may_drop(posts_of(by), locked), "发布过的活动不能删除")
    files = material_of(locked)
    audit.record(action="exchange_event.drop", by=by, obj=locked, data={"title": locked.title, "files": [one.sha256 for one in files]})
    locked.delete()
    for file in files:
        documents.remove(file)


def on_publish(taken: Taken) -> None:
    """Give the event its permanent number, mail about a changed one, and give added places to the waiting list."""
    event = taken.obj
    if event.number:
        _tell_public(event, mails.CHANGED, str(taken.record.pk))
    event.number = event.number or next_number(PREFIX, clock.today().year)
    fill_places(event)


def _tell_public(event: ExchangeEvent, what: str, mark: str) -> None:
    """Mail people without an account; people with an account get a message."""
    for row in event.sign_ups.filter(LIVE, person=None).order_by("pk"):
        mails.tell(row, what, mark)


def public_state(_event: ExchangeEvent, _by: User | None, _values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns written together with the published state."""
    return {"published_at": clock.now()}


def counted_state(event: ExchangeEvent, _by: User | None, _values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns written together with the closed state."""
    return {"counted": attendance_of(event).as_stored()}


def on_cancel(taken: Taken) -> None:
    """Store the reason, which is public, and mail those who signed up without an account."""
    taken.obj.cancel_reason = taken.record.reason[:REASON_LENGTH]
    _tell_public(taken.obj, mails.CANCELLED, str(taken.record.pk))
