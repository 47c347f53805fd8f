"""Files under a clause: uploaded to the table or picked from the district's library, with the page to open."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assessments.models import RowEvidence, ScoreRow, ScoreTable
from assessments.services.cells import refuse_signed, require_filler
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store

KIND = "佐证材料"


@transaction.atomic
def add_upload(*, row: ScoreRow, upload: "UploadedFile[bytes]", title: str, page: int | None, by: User) -> RowEvidence:
    """Store a file of the table and put it under the row; later tables of the district may pick it. Raises ``Refused``."""
    table = _open(row, by)
    document = store(owner=table, upload=upload, kind=KIND, title=title, by=by)
    return _link(row, document, page, by)


@transaction.atomic
def add_existing(*, row: ScoreRow, document: Evidence, page: int | None, by: User) -> RowEvidence:
    """Put a file of the library under the row; the caller has checked that the person sees it."""
    _open(row, by)
    if RowEvidence.objects.filter(row=row, document=document).exists():
        msg = "这份材料已在本条之下"
        raise Refused(msg)
    return _link(row, document, page, by)


@transaction.atomic
def remove(*, link: RowEvidence, by: User) -> None:
    """Take a file from under the row; the file itself stays in the library."""
    _open(link.row, by)
    audit.record(action="row_evidence.remove", by=by, obj=link.row.table, data={"item": link.row.item_id, "sha256": link.document.sha256})
    link.delete()


def _open(row: ScoreRow, by: User) -> ScoreTable:
    """Table of the row, locked against submission. Raises ``NotAllowed`` or ``Closed``."""
    table = ScoreTable.objects.select_for_update(of=("self",)).select_related("district").get(pk=row.table_id)
    require_filler(table=table, item_id=row.item_id, by=by)
    refuse_signed(row)
    return table


def _link(row: ScoreRow, document: Evidence, page: int | None, by: User) -> RowEvidence:
    link = RowEvidence.objects.create(row=row, document=document, page=page, by=by, at=clock.now())
    audit.record(action="row_evidence.add", by=by, obj=row.table, data={"item": row.item_id, "sha256": document.sha256})
    return link
