"""Issue the signed receipt of a submission."""

from typing import Any

from assessments.tables.models import ScoreTable, TableVersion
from assessments.versions import receipts
from assessments.versions.models import Receipt
from greendistrict.accounts.acting import named
from greendistrict.core import clock, sealing
from greendistrict.core.papers import give
from greendistrict.core.reference_numbers import next_number

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
