"""A dataset as a file: CSV (UTF-8 with mark, so that spreadsheets read the Chinese), JSON, XLSX, GeoJSON (RFC 7946)."""

import csv
import hashlib
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any

from greendistrict.documents.list_workbook import list_book
from greendistrict.documents.spreadsheets import XLSX as XLSX_TYPE
from portal.open_data.datasets import CSV, GEOJSON, JSON, XLSX, Conditions, Dataset, Value
from reports.composition.data import BOM, guarded, plain

TYPES = {CSV: "text/csv; charset=utf-8", JSON: "application/json; charset=utf-8", XLSX: XLSX_TYPE, GEOJSON: "application/geo+json"}
YES_NO = {True: "是", False: "否"}


def content_of(dataset: Dataset, kind: str, asked: Conditions) -> bytes:
    """The file of a set in one of its formats, under the conditions of the page it is taken from."""
    rows = list(dataset.rows(asked))
    if kind == CSV:
        return _csv(dataset, rows)
    if kind == XLSX:
        return _workbook(dataset, rows)
    if kind == GEOJSON:
        return _geojson(dataset, rows)
    return _json(dataset, rows)


def version_of(dataset: Dataset) -> str:
    """First twelve digits of the digest of all rows: another version says that something changed."""
    return hashlib.sha256(_dumped(list(dataset.rows({})))).hexdigest()[:12]


def _records(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> list[dict[str, Value]]:
    keys = [field.key for field in dataset.fields]
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=plain).encode()


def _json(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> bytes:
    return _dumped({"dataset": dataset.key, "title": dataset.title, "records": _records(dataset, rows)})


def _csv(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> bytes:
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([field.key for field in dataset.fields])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Value) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else plain(guarded(value))


def _workbook(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> bytes:
    heads = [(field.label, field.width) for field in dataset.fields]
    cells = [tuple(YES_NO[value] if isinstance(value, bool) else value for value in row) for row in rows]
    return list_book(
        dataset.title, dataset.title, heads, cells, demo=any(row["is_demo"] for row in _records(dataset, rows) if "is_demo" in row)
    )


def _geojson(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> bytes:
    return _dumped({"type": "FeatureCollection", "features": _features(dataset, rows)})


def _features(dataset: Dataset, rows: Sequence[tuple[Value, ...]]) -> list[dict[str, Any]]:
    keys = [field.key for field in dataset.fields]
    return [{"type": "Feature", "id": row[0], "geometry": row[-1], "properties": dict(zip(keys, row[:-1], strict=True))} for row in rows]


def features_of(dataset: Dataset) -> list[dict[str, Any]]:
    """Features of a set with geometry, as its file holds them."""
    return _features(dataset, list(dataset.rows({})))


def dumped(content: Any) -> bytes:
    """JSON as the files have it: figures as in the rows, Chinese readable."""
    return _dumped(content)
