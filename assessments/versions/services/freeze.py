"""Freeze a submission: values, scores and evidence as they were, never recomputed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import frozen_findings
from assessments.tables.models import RowEvidence, ScoreTable, TableVersion
from assessments.tables.selectors.scoring import RowData, Scored, bases_for, inputs_of
from greendistrict.accounts.models import User
from greendistrict.core import clock


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
    found: dict[str, list[dict[str, Any]]] = {}
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
        found.setdefault(link.row.item_id, []).append(entry)
    return found


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a content."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
