"""Adding evidence to a clause: uploaded or picked from the district's library, with the page cited."""

import datetime as dt
from collections.abc import Collection
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from assessments.sharing.selectors import signed_off
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.rules import EDITABLE
from assessments.tables.services.cells import refuse_signed, require_filler
from districts.common.enums import HELD_LISTS
from districts.lists import held
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import may_add_to
from greendistrict.documents.selectors import reads_classified
from greendistrict.documents.services import OWNERS_ALONE, store

KIND = "佐证材料"


@transaction.atomic
def add_upload(
    *,
    row: ScoreRow,
    upload: "UploadedFile[Any]",
    title: str,
    page: int | None,
    by: User,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    page_end: int | None = None,
    passage: str = "",
) -> RowEvidence:
    """Store a new file of the table and link it to the row; later tables of the district may pick it. Raises ``Refused``."""
    table = _open(row, by)
    title = title or PurePath(upload.name or "").stem
    document = store(owner=table, upload=upload, kind=KIND, title=title, by=by, valid_from=valid_from, valid_to=valid_to)
    return _link(row, document, by, page=page, page_end=page_end, passage=passage)


@transaction.atomic
def replace(
    *, link: RowEvidence, upload: "UploadedFile[Any]", by: User, valid_from: dt.date | None = None, valid_to: dt.date | None = None
) -> Evidence:
    """Store the next version of a file and use it under every clause of the district's open tables.

    Submitted tables keep the version they were submitted with. Raises ``Refused`` where a newer version is there.
    """
    table, old = _open(link.row, by), link.document
    Refused.when(old.kind in HELD_LISTS, held.TAKEN)
    new = store(owner=table, upload=upload, kind=old.kind, title=old.title, by=by, valid_from=valid_from, valid_to=valid_to, replaces=old)
    _use_instead(new, old, RowEvidence.objects.filter(row__table__district=table.district_id, row__table__status__in=EDITABLE))
    audit.record(action="row_evidence.replace", by=by, obj=table, data={"item": link.row.item_id, "old": old.sha256, "new": new.sha256})
    return new


@transaction.atomic
def describe(
    *,
    link: RowEvidence,
    page: int | None,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
    by: User,
    page_end: int | None = None,
    passage: str = "",
) -> None:
    """Save page and passage cited for this clause, and the validity of the file (common to all its uses). Raises ``Refused``."""
    table, document = _open(link.row, by), link.document
    Refused.when(valid_from and valid_to and valid_to < valid_from, "有效期止不能早于有效期起")
    link.page, link.page_end, link.passage = page, page_end, passage
    link.save(update_fields=["page", "page_end", "passage"])
    if (document.valid_from, document.valid_to) != (valid_from, valid_to):
        NotAllowed.unless(may_add_to(posts_of(by), document), "这份材料已随别的表提交，有效期不能再改；请上传新版")
        document.valid_from, document.valid_to = valid_from, valid_to
        document.save(update_fields=["valid_from", "valid_to"])
    dates = [day.isoformat() if day else None for day in (valid_from, valid_to)]
    audit.record(
        action="row_evidence.describe",
        by=by,
        obj=table,
        data={"item": link.row.item_id, "page": link.pages, "passage": passage, "valid": dates},
    )


@transaction.atomic
def add_existing(
    *, row: ScoreRow, document: Evidence, page: int | None, by: User, page_end: int | None = None, passage: str = ""
) -> RowEvidence:
    """Link a file of the library to the row. The caller must have checked that the user sees the file."""
    _open(row, by)
    Refused.when(RowEvidence.objects.filter(row=row, document=document).exists(), "这份材料已在本条之下")
    return _link(row, document, by, page=page, page_end=page_end, passage=passage)


@transaction.atomic
def take_list(*, row: ScoreRow, key: str, by: User) -> RowEvidence:
    """Link today's list of ``held.LISTS`` to the row; it takes the place of that of an earlier day in the whole table.

    Also of one that another table or a case took, which keeps its own: last year's comes with the values of last year. It is no less
    confidential than any of these. Raises ``Refused`` for an empty list, ``NotAllowed`` for who may not read one of these.
    """
    table = _open(row, by)
    kind = held.LISTS[key]
    before = Evidence.objects.filter(owner=audit.subject_of(table), kind=kind.title, replaced_by=None).first()
    links = RowEvidence.objects.filter(row__table=table, document__kind=kind.title)
    levels = map(Confidentiality, links.values_list("document__confidentiality", flat=True))
    level = max(levels, key=lambda one: one.rank, default=Confidentiality.INTERNAL)
    if level == Confidentiality.CLASSIFIED:
        NotAllowed.unless(reads_classified(Viewer(by), audit.subject_of(table)), OWNERS_ALONE)
    document, rows = held.take(kind, district=table.district, owner=table, before=before, by=by, today=clock.today(), level=level)
    gone = _only_list(document, links)
    data = {"item": row.item_id, "list": kind.title, "rows": rows, "sha256": document.sha256, "instead": gone}
    audit.record(action="row_evidence.take_list", by=by, obj=table, data=data)
    return RowEvidence.objects.filter(row=row, document=document).first() or _link(row, document, by, page=None, page_end=None, passage="")


@transaction.atomic
def prove_also(*, link: RowEvidence, items: Collection[str], by: User) -> list[str]:
    """Link the same file and pages to further clauses; returns the clauses newly linked. Raises ``Refused``."""
    rows = ScoreRow.objects.filter(table=link.row.table_id, item_id__in=items).exclude(pk=link.row_id)
    rows = rows.exclude(evidence__document=link.document_id).select_related("table__district").order_by("order")
    done = []
    for row in rows:
        _open(row, by)
        _link(row, link.document, by, page=link.page, page_end=link.page_end, passage=link.passage)
        done.append(row.item_id)
    return done


@transaction.atomic
def remove(*, link: RowEvidence, by: User) -> None:
    """Unlink a file from the row; it stays in the library."""
    _open(link.row, by)
    audit.record(action="row_evidence.remove", by=by, obj=link.row.table, data={"item": link.row.item_id, "sha256": link.document.sha256})
    link.delete()


def _open(row: ScoreRow, by: User) -> ScoreTable:
    """Lock and return the row's table. Raises ``NotAllowed`` or ``Closed``."""
    table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=row.table_id)
    require_filler(table=table, item_id=row.item_id, by=by)
    refuse_signed(row)
    return table


def _use_instead(new: Evidence, old: Evidence, links: QuerySet[RowEvidence]) -> None:
    """Put a new version in the place of the old one wherever the row is not signed."""
    _unsigned(links.filter(document=old)).update(document=new)


def _only_list(document: Evidence, links: QuerySet[RowEvidence]) -> list[dict[str, str]]:
    """Put a list in the place of each other one that ``links`` hold, once in a row that has several; returns what gave way."""
    others = _unsigned(links.exclude(document=document))
    gone = [
        {"item": link.row.item_id, "sha256": link.document.sha256, "page": link.pages, "passage": link.passage}
        for link in others.select_related("row", "document").order_by("row__order", "pk")
    ]
    first = others.exclude(row__evidence__document=document).order_by("row_id", "pk").distinct("row_id")
    RowEvidence.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(document=document)
    others.delete()
    return gone


def _unsigned(links: QuerySet[RowEvidence]) -> QuerySet[RowEvidence]:
    return links.exclude(row__in=signed_off().values("row"))


def _link(row: ScoreRow, document: Evidence, by: User, *, page: int | None, page_end: int | None, passage: str) -> RowEvidence:
    place = {"page": page, "page_end": page_end, "passage": passage}
    link = RowEvidence.objects.create(row=row, document=document, by=by, at=clock.now(), **place)
    audit.record(action="row_evidence.add", by=by, obj=row.table, data={"item": row.item_id, "sha256": document.sha256})
    return link
