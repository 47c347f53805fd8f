"""Open, submit, return and restore score tables, with receipts."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import frozen_findings, full_findings
from assessments.findings.services import restore_answers
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable, TableVersion
from assessments.tables.selectors.scoring import RowData, Scored, bases_for, inputs_of, rows_of, rows_of_version, score_rows
from assessments.tables.services.base_quantities import held_value, put_base
from assessments.tables.services.cells import hold_import, save_rows
from assessments.tables.services.rows import FIELDS, RowTyped
from assessments.versions import receipts
from assessments.versions.models import Receipt
from districts.file.models.district import District
from districts.indicator_systems.selectors import table_targets
from greendistrict.accounts.acting import named
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, sealing
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import Taken, take
from indicators.editions.models import Edition
from indicators.editions.selectors import against_reference, rules_for
from indicators.editions.services import freeze
from indicators.scoring.engine import Result

# Freeze a submission: values, scores and evidence as they were, never recomputed.


def freeze_version(
    *,
    table: ScoreTable,
    scored: Scored,
    rows: Mapping[str, RowData],
    by: User | None,
    extra: Mapping[str, Any] | None = None,
    findings: Iterable[RowFinding] = (),
) -> TableVersion:
    """Store the next version of a locked table. ``extra`` is frozen with it, such as the report of a self-check.

    Advisory ``findings`` are stored with their rows, including the district's explanations, for the reviewers.
    """
    content = content_of(table, scored, rows, extra or {})
    noted: dict[str, list[dict[str, str]]] = {}
    for one in frozen_findings(findings):
        noted.setdefault(one["item_id"], []).append(one)
    for row in content["rows"]:
        row["findings"] = noted.get(row["item_id"], [])
    last = table.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return TableVersion.objects.create(
        table=table, number=last + 1, content=content, digest=digest_of(content), frozen_at=clock.now(), frozen_by=by
    )


def content_of(table: ScoreTable, scored: Scored, rows: Mapping[str, RowData], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Content of a version as JSON: edition, exclusions and declarations, rows with evidence, result with figures as text."""
    layout = scored.table.items
    given = inputs_of(table, layout, rows.values())
    files = _files(table)
    edition, district = table.edition, table.district
    return {
        "edition": {"code": edition.code, "title": edition.title, "digest": edition.digest, "official": edition.official},
        "district": {"code": district.code, "name": district.name},
        "purpose": table.purpose,
        "type": table.type,
        "stage": table.stage,
        "year": table.year,
        "building": table.building,
        "exclusions": given.exclusions,
        "absent": given.absent,
        "bases": [
            {"key": base.key, "title": base.title, "unit": base.unit, "value": held, "items": list(base.items)}
            for base in bases_for(table).by_key.values()
            if (held := table.bases.get(base.key, {}).get("value"))
        ],
        "rows": [{"title": layout[name].title, **_row(rows[name], files.get(name, []))} for name in layout if name in rows],
        "result": scored.result.as_json() if scored.result else None,
        **extra,
    }


def _row(row: RowData, files: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("item_id", "value", "exclusion_reason", "absent_reason", "explanation", "target", "build_state")
    return {**{name: getattr(row, name) for name in names}, "evidence": files}


def _files(table: ScoreTable) -> dict[str, list[dict[str, Any]]]:
    files: dict[str, list[dict[str, Any]]] = {}
    for link in RowEvidence.objects.filter(row__table=table).select_related("document", "row").order_by("row__order", "pk"):
        document = link.document
        entry = {
            "key": str(document.key),
            "title": document.printed_title,
            "version": document.version,
            "sha256": document.sha256,
            "page": link.page,
            "page_end": link.page_end,
            "passage": link.printed_passage,
            "valid_to": document.valid_to.isoformat() if document.valid_to else None,
        }
        files.setdefault(link.row.item_id, []).append(entry)
    return files


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a content."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# Issue the signed receipt of a submission.

PREFIX = "HZ"


def issue_receipt(*, table: ScoreTable, version: TableVersion) -> Receipt:
    """Sign the frozen content, in the transaction that froze it. Raises ``ImproperlyConfigured`` without a usable key."""
    frozen = version.frozen_at
    number = next_number(PREFIX, frozen.astimezone(clock.SHANGHAI).year)
    content = receipt_content(number, table, version)
    issued = Receipt.objects.create(
        version=version,
        number=number,
        content=content,
        signature=sealing.sign(receipts.canonical(content)),
        public_key=sealing.public_pem(),
        issued_at=frozen,
    )
    give(issued)
    return issued


def receipt_content(number: str, table: ScoreTable, version: TableVersion) -> dict[str, Any]:
    """Content of the receipt for a version."""
    frozen = version.content
    values, files = receipts.values_of(frozen["rows"]), receipts.files_of(frozen["rows"])
    return {
        "format": receipts.FORMAT,
        "number": number,
        "submitted_at": version.frozen_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        "submitted_by": named(version, "frozen_by", nobody=""),
        "demo": table.district.is_demo,
        "table": {
            "title": str(table),
            "number": frozen.get("number", ""),
            "version": version.number,
            **{name: frozen[name] for name in ("district", "edition", "purpose", "type", "stage", "year", "building")},
        },
        "total": frozen["result"]["total"] if frozen["result"] else None,
        "content_sha256": version.digest,
        "counts": {"values": len(values), "files": len(files)},
        "values": values,
        "files": files,
        "report": [{"title": title, "sha256": receipts.digest(text)} for title, text in frozen.get("report", ())],
    }


# Discard changes since the last submission: reset the rows to the frozen version.


def restore_version(*, table: ScoreTable, version: TableVersion, by: User) -> int:
    """Restore the rows of the newest version and their explanations, with a history entry per cell; returns the number of rows changed.

    Files under the rows stay as they are. Raises ``NotAllowed``, ``Closed``, ``Refused`` for a version that is not the newest.
    """
    with transaction.atomic():
        table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
        hold_import(table, by)
        newest = table.versions.order_by("-number").first()
        if newest is None or newest.pk != version.pk:
            msg = "只能恢复到最近提交的一版"
            raise Refused(msg)
        now = rows_of(table.pk)[table.pk]
        rows = [typed for name, row in rows_of_version(newest).items() if name in now and (typed := _typed(now[name], row)).fields]
        # Versions frozen before base quantities existed have none.
        then = {one["key"]: one["value"] for one in newest.content.get("bases", ())}
        for key, base in bases_for(table).by_key.items():
            if held_value(table, key) != then.get(key, ""):
                put_base(table, base, then.get(key, ""), (), by=by, token="")
        Refused.when(save_rows(table=table, rows=rows, by=by), "有条文未能恢复，这次没有写入，请重试")
        restore_answers(table=table, kept=[one for row in newest.content["rows"] for one in row.get("findings", ())], by=by)
        if rows:
            audit.record(action="table.restore", by=by, obj=table, data={"version": newest.number, "items": [row.item_id for row in rows]})
    return len(rows)


def _typed(now: RowData, then: RowData) -> RowTyped:
    fields: dict[str, Any] = {name: getattr(then, name) for name in FIELDS if getattr(then, name) != getattr(now, name)}
    return RowTyped(now.item_id, now.version, fields)


# Services of score tables: opening, submission, recall, return, receipt.


@writing
def open_table(
    *,
    district: District,
    edition: Edition,
    purpose: str,
    stage: str,
    by: User | None,
    year: int | None = None,
    planned: ScoreTable | None = None,
    previous: ScoreTable | None = None,
    building: bool = False,
) -> ScoreTable:
    """Open a table with a row for every clause that applies to the district's type and the stage.

    Targets of a ``year`` come from the indicator system in force, else from ``planned``, which also gives the expected points;
    ``previous`` gives last year's values shown beside the fields. Raises ``Refused`` for a district without a type and for a real one
    under a 参考版, ``EditionIncomplete`` for an edition that cannot score.
    """
    del by  # opening is recorded by the thing that owns the table
    if found := against_reference(edition, real=not district.is_demo):
        raise Refused(found)
    if not district.type:
        msg = f"{district}的类型（新建或更新）未填，不能建立评分表"
        raise Refused([Refusal(msg, remedy="先在城区档案中填写类型")])
    layout = rules_for(edition).table(district.type, stage)
    table = ScoreTable.objects.create(
        district=district,
        edition=edition,
        purpose=purpose,
        type=district.type,
        stage=stage,
        year=year,
        planned=planned,
        previous=previous,
        building=building,
        created_at=clock.now(),
    )
    targets = dict(ScoreRow.objects.filter(table=planned).values_list("item_id", "value")) if planned else {}
    if year is not None:
        targets |= table_targets(district, edition, year)
    ScoreRow.objects.bulk_create(
        ScoreRow(table=table, item_id=item.id, order=order, target=targets.get(item.id)) for order, item in enumerate(layout.items.values())
    )
    return table


def submit_table(*, table: ScoreTable, by: User | None, extra: Mapping[str, Any] | None = None) -> TableVersion:
    """Submit and freeze the next version; ``extra`` is frozen with it.

    Raises ``Refused`` with everything that blocks, ``NotAllowed`` for anybody but the district's reviewer (``by=None``: system).
    """
    follow(table, "submit", by, extra=extra or {})
    return table.versions.order_by("-number")[0]


def lock_table(*, table: ScoreTable) -> None:
    """Lock the cells while the table is being signed."""
    follow(table, "lock", None)


def unlock_table(*, table: ScoreTable) -> None:
    """Unlock the cells after signing was refused or recalled."""
    follow(table, "unlock", None)


def recall_table(*, table: ScoreTable, by: User | None) -> None:
    """Recall a submission before receipt; its version stays, and the next submission creates another."""
    follow(table, "recall", by)


def return_table(*, table: ScoreTable, by: User | None, reason: str) -> None:
    """Return a submitted table; it is edited again and becomes version n + 1."""
    follow(table, "return", by, reason=reason)


def receive_table(*, table: ScoreTable, by: User | None) -> None:
    """Mark the newest version as the one that counts. Raises ``Refused`` if nothing was submitted."""
    follow(table, "receive", by)


def follow(table: ScoreTable, action: str, by: User | None, *, reason: str = "", **values: Any) -> None:
    """Take a step of the table as a consequence of a step of its matter, whose version was checked."""
    take(obj=table, action=action, by=by, version=None, values=values, reason=reason, follows=True)


def on_submit(taken: Taken) -> None:
    """Freeze the next version and sign its receipt. Raises ``Refused`` with everything that blocks."""
    table = taken.obj
    if against := against_reference(table.edition, real=not table.district.is_demo):
        raise Refused(against)
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    found = full_findings(table, scored, rows, taken.today)
    blocking = [finding for finding in found if finding.blocks]
    if blocking:
        raise Refused([Refusal(f"{one.item_id} {one.title}：{one.text}" if one.item_id else one.text) for one in blocking])
    freeze(table.edition)
    version = freeze_version(table=table, scored=scored, rows=rows, by=taken.by, extra=taken.values.get("extra"), findings=found)
    issue_receipt(table=table, version=version)
    table.result, table.submitted_at = version.content["result"], version.frozen_at
    data = {"version": version.number, "digest": version.digest}
    audit.record(action="score_table.freeze", by=taken.by, obj=table, data=data)


def on_receive(taken: Taken) -> None:
    """Mark the newest version as the one that counts."""
    newest = taken.obj.versions.select_for_update(no_key=True).get(number=taken.facts["version"])
    newest.counts = True
    newest.save(update_fields=["counts"])


def recompute(table: ScoreTable) -> Result | None:
    """Score the rows and store the result with the table; None if it cannot be scored. Frozen versions are not changed."""
    scored = score_rows(table, rows_of(table.pk)[table.pk].values())
    table.result = scored.result.as_json() if scored.result else {}
    table.save(update_fields=["result"])
    return scored.result
