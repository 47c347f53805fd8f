"""Figures of a composition for programs: JSON, and CSV files in one archive."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from reports.composition.blocks import Cell, Chart, Composition, Heading, Pairs, PaperTable, Wide

FORMULA_SIGNS = {"=", "+", "-", "@", "\t", "\r"}
BOM = "﻿"  # Excel reads Chinese CSV by it


def json_of(composition: Composition, *, code: str) -> bytes:
    """Title, marks, named figures, and every table, chart and pair; numbers exact as strings, unknown as null, days by ISO 8601."""
    content = {
        "title": composition.title,
        "code": code,
        "marks": composition.all_marks,
        "cover": dict(composition.cover),
        "figures": composition.figures,
        "parts": list(_parts(composition)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=plain).encode()


def csv_of(composition: Composition) -> bytes:
    """A ZIP of one UTF-8 CSV file per table, named by number and caption."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for number, part in enumerate(_parts(composition), start=1):
            text = StringIO()
            text.write(BOM)
            writer = csv.writer(text)
            writer.writerow(part["columns"])
            writer.writerows(["" if value is None else plain(guarded(value)) for value in row] for row in part["rows"])
            archive.writestr(
                f"{number:02d} {part['caption'] or part['heading'] or composition.title}.csv".replace("/", "／"), text.getvalue()
            )
    return stream.getvalue()


def guarded(value: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULA_SIGNS else value


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str | int | float) or value is None:
        return value
    msg = f"no plain form of {type(value).__name__}"
    raise TypeError(msg)


def _parts(composition: Composition) -> Iterator[dict[str, Any]]:
    heading = ""
    for block in composition.blocks:
        for one in block.blocks if isinstance(block, Wide) else (block,):
            if isinstance(one, Heading):
                heading = one.text
            elif isinstance(one, Pairs):
                yield _part(one.key, "", heading, ["项目", "内容"], [list(row) for row in one.rows])
            elif isinstance(one, PaperTable):
                rows: list[list[Cell]] = [list(row) for row in one.rows]
                yield _part(one.key, one.caption, heading, [column.head for column in one.columns], rows)
            elif isinstance(one, Chart):
                lines: list[list[Cell]] = [[label, *(series.values[at] for series in one.series)] for at, label in enumerate(one.labels)]
                yield _part(one.key, one.caption, heading, ["", *(series.name for series in one.series)], lines)


def _part(key: str, caption: str, heading: str, columns: list[str], rows: list[list[Cell]]) -> dict[str, Any]:
    return {"key": key, "caption": caption, "heading": heading, "columns": columns, "rows": rows}
