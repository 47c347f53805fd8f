"""Datasets as files: CSV (UTF-8 with BOM, for spreadsheets), JSON, XLSX, GeoJSON (RFC 7946)."""

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from greendistrict.documents.list_workbook import list_book
from greendistrict.documents.spreadsheets import XLSX as XLSX_TYPE
from portal.open_data.datasets import CSV, GEOJSON, JSON, XLSX, Conditions, Dataset, Value
from reports.composition.data import BOM, guarded, plain

TYPES = {CSV: "text/csv; charset=utf-8", JSON: "application/json; charset=utf-8", XLSX: XLSX_TYPE, GEOJSON: "application/geo+json"}
YES_NO = {True: "是", False: "否"}


def content_of(dataset: Dataset, kind: str, asked: Conditions) -> bytes:
    """File of a dataset in one of its formats, filtered like the page it belongs to."""
    rows = list(dataset.rows(asked))
    if kind == CSV:
        return csv_of(_keys(dataset), rows)
    if kind == XLSX:
        heads = [(field.label, field.width) for field in dataset.fields]
        cells = [tuple(YES_NO[value] if isinstance(value, bool) else value for value in row) for row in rows]
        is_demo = any(row["is_demo"] for row in _records(_keys(dataset), rows) if "is_demo" in row)
        return list_book(dataset.title, dataset.title, heads, cells, demo=is_demo)
    if kind == GEOJSON:
        return features_from(_keys(dataset), rows)
    return json_of(dataset, _keys(dataset), rows)


def main_file(dataset: Dataset, keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """The file whose digest identifies a version: GeoJSON if the dataset has it, else JSON."""
    return features_from(keys, rows) if GEOJSON in dataset.formats else json_of(dataset, keys, rows)


def digest_of(dataset: Dataset) -> str:
    """SHA-256 of the current main file; it changes when the data change."""
    return hashlib.sha256(main_file(dataset, _keys(dataset), dataset.rows({}))).hexdigest()


def _keys(dataset: Dataset) -> list[str]:
    return [field.key for field in dataset.fields]


def _records(keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> list[dict[str, Value]]:
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, default=plain).encode()


def json_of(dataset: Dataset, keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as JSON with these keys."""
    return _dumped({"dataset": dataset.key, "title": dataset.title, "records": _records(keys, rows)})


def csv_of(keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as CSV with these keys as headings."""
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow(keys)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Value) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else plain(guarded(value))


def features_from(keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows whose last value is a geometry, as GeoJSON features with these keys."""
    return _dumped({"type": "FeatureCollection", "features": _features(keys, rows)})


def _features(keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> list[dict[str, Any]]:
    return [{"type": "Feature", "id": row[0], "geometry": row[-1], "properties": dict(zip(keys, row[:-1], strict=True))} for row in rows]


def features_of(dataset: Dataset) -> list[dict[str, Any]]:
    """GeoJSON features of a dataset, as in its file."""
    return _features(_keys(dataset), dataset.rows({}))


def dumped(content: Any) -> bytes:
    """Serialise JSON as the files do: numbers unchanged, Chinese characters not escaped."""
    return _dumped(content)
