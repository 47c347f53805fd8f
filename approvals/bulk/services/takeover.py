"""Store imported historical records as previewed: all valid rows in one transaction."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.bulk.takeover import TakeoverRow
from approvals.cases.models.runs import BulkRun
from approvals.cases.rules import may_work_in_bulk
from approvals.common.enums import BulkKind
from approvals.titles.models.checks import HistoricSelfCheck
from approvals.titles.services.titles import HistoricTitle, record_historic
from districts.common.enums import Certainty
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.services import store


@transaction.atomic
def take_over(*, kind: str, rows: Sequence[TakeoverRow], by: User) -> BulkRun:
    """Store the rows without problems; the run keeps the other rows with their problems.

    Raises ``NotAllowed`` for anybody but the city's officer, ``Refused`` if no row is valid.
    """
    _hold(by)
    good = [row for row in rows if not row.problems]
    Refused.unless(good, "没有可以补录的行")
    items = [
        {"pk": row.number, "label": f"第{row.number}行 {row.typed.get('城区') or ''}", "out": "；".join(row.problems_by_cell)}
        for row in rows
    ]
    run = BulkRun.objects.create(kind=kind, items=items, by=by, at=clock.now())
    for row in good:
        _title(row, by) if kind == BulkKind.TITLES else _check(row, run)
    audit.record(action="bulk.carry_out", by=by, obj=run, data={"kind": kind, "done": run.done, "out": len(rows) - run.done})
    return run


def _title(row: TakeoverRow, by: User) -> None:
    value = row.value
    certainty = Certainty.UNKNOWN if value["granted_on"] is None else value["certainty"]
    title = HistoricTitle(
        kind=value["kind"],
        policy=value["policy"],
        source=value["source"],
        certainty=value["certainty"],
        star=value["star"],
        granted_on=value["granted_on"],
        date_certainty=certainty,
        edition_text=value["edition_text"],
        number=value["number"],
    )
    record_historic(district=value["district"], title=title, by=by)


def _check(row: TakeoverRow, run: BulkRun) -> None:
    value = row.value
    HistoricSelfCheck.objects.create(
        district=value["district"],
        year=value["year"],
        filed_on=value["filed_on"],
        source=value["source"],
        certainty=value["certainty"],
        note=value["note"],
        run=run,
    )


@transaction.atomic
def add_scan(*, record: HistoricSelfCheck, upload: "UploadedFile[Any]", by: User) -> HistoricSelfCheck:
    """Store the scan of an old self-check with its record; it never gets a score."""
    _hold(by)
    title = f"{record.district.name}{record.year}年度自查（历史补录）"
    record.scan = store(owner=record, upload=upload, kind="历史自查", title=title, by=by, replaces=record.scan)
    record.save(update_fields=["scan"])
    return record


def _hold(by: User) -> None:
    NotAllowed.unless(may_work_in_bulk(posts_of(by)), "历史补录由市级经办办理")
