"""Figures of a composition for machine processing: JSON, and CSV files in a ZIP."""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from greendistrict.documents.enums import Confidentiality
from reports.composition.blocks import Cell, Chart, Composition, Pairs, PaperTable

FORMULA_SIGNS = {"=", "+", "-", "@", "\t", "\r"}
HEADLINE, HEADLINE_HEADS = "主要数据", ("名称", "数值", "上年", "单位")
BOM = "﻿"  # Excel reads Chinese CSV by it


def json_of(composition: Composition, *, code: str) -> bytes:
    """Title, marks, named figures, and every table, chart and pair; numbers as exact strings, unknown as null, days by ISO 8601."""
    content = {
        "title": composition.title,
        "code": code,
        "marks": composition.all_marks,
        "confidentiality": (composition.confidentiality or Confidentiality.INTERNAL).label,
        "cover": dict(composition.cover),
        "figures": composition.figures,
        "parts": list(_parts(composition)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=plain).encode()


def csv_of(composition: Composition) -> bytes:
    """A ZIP of one UTF-8 CSV file per table with its total, named by number and caption; the named figures come first."""
    stream, figures = BytesIO(), headline(composition)
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        if figures:
            archive.writestr(f"00 {HEADLINE}.csv", _csv(HEADLINE_HEADS, figures))
        for number, part in enumerate(_parts(composition), start=1):
            rows = [*part["rows"], *([part["total"]] if "total" in part else ())]
            name = f"{number:02d} {part['caption'] or part['heading'] or composition.title}.csv".replace("/", "／")
            archive.writestr(name, _csv(part["columns"], rows))
    return stream.getvalue()


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([guarded(head) for head in heads])
    writer.writerows(["" if value is None else plain(guarded(value)) for value in row] for row in rows)
    return text.getvalue()


def headline(composition: Composition) -> list[tuple[Cell, ...]]:
    """Name, value, last year's value and unit of the named figures; those that have a key alone and no name are left out."""
    told: list[tuple[Cell, ...]] = []
    for name, value in composition.figures.items():
        if isinstance(value, Mapping):
            told.append((value["label"], value["value"], value.get("before"), value["unit"]))
        elif not name.isascii() and (value is None or isinstance(value, str | int | Decimal | dt.date)):
            label, _, unit = name.partition("_")
            told.append((label, value, None, unit))
    return told


def guarded(value: Cell) -> Cell:
    """Prefix a text that a spreadsheet would interpret as a formula with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULA_SIGNS else value


def plain(value: Any) -> Any:
    """A value in JSON form."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str | int | float) or value is None:
        return value
    msg = f"no plain form of {type(value).__name__}"
    raise TypeError(msg)


def _parts(composition: Composition) -> Iterator[dict[str, Any]]:
    for heading, block in composition.under_headings():
        if isinstance(block, Pairs):
            yield _part(block.key, "", heading, ("项目", "内容"), block.rows)
        elif isinstance(block, PaperTable):
            part = _part(block.key, block.caption, heading, [column.head for column in block.columns], block.rows)
            yield part | ({"total": block.total} if block.total else {})
        elif isinstance(block, Chart):
            yield _part(block.key, block.caption, heading, block.heads, block.lines)


def _part(key: str, caption: str, heading: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    return {"key": key, "caption": caption, "heading": heading, "columns": columns, "rows": rows}
