"""Versions of the open data: each published change gets a number, with its day and digest.

A job compares the published data with the newest version. The newest ``KEPT`` versions of a dataset keep their content, older ones only
the digest. Data that were withdrawn (areas without a 审图号, carbon figures, scores, progress of 美丽上海) disappear from older versions as
well: immediately for readers, and from storage with the next run of the job.

Also here: Datasets as files: CSV (UTF-8 with BOM, for spreadsheets), JSON, XLSX, GeoJSON (RFC 7946).
"""

import csv
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from greendistrict.core import clock
from greendistrict.core.locks import one_at_a_time
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.list_workbook import list_book
from greendistrict.documents.spreadsheets import XLSX as XLSX_TYPE
from portal.open_data.datasets import BEAUTIFUL, BOUNDARIES, CARBON, CSV, DATASETS, GEOJSON, JSON, SCORES, XLSX, Conditions, Dataset, Value
from portal.open_data.models import DatasetVersion
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
    return json_of(dataset, _keys(dataset), rows, asked.get("on"))


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


def json_of(dataset: Dataset, keys: Sequence[str], rows: Iterable[Sequence[Value]], on: dt.date | None = None) -> bytes:
    """Rows as JSON with these keys, and the day if one was asked for."""
    day = {"on": on} if on else {}
    return _dumped({"dataset": dataset.key, "title": dataset.title, **day, "records": _records(keys, rows)})


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


KEPT = 100
FORMATS: Mapping[str, tuple[str, ...]] = {key: (GEOJSON,) if one.formats == (GEOJSON,) else (CSV, JSON) for key, one in DATASETS.items()}
# Number of leading columns that identify a row of a dataset with withdrawable rows.
WITHDRAWN_BY = {BOUNDARIES.key: 1, CARBON.key: 3, SCORES.key: 1, BEAUTIFUL.key: 1}
Rows = list[list[Any]]


def versions_of(dataset: Dataset) -> QuerySet[DatasetVersion]:
    """All versions of a dataset without content, newest first."""
    return DatasetVersion.objects.filter(dataset=dataset.key).defer("content").order_by("-number")


def all_versions() -> dict[str, list[DatasetVersion]]:
    """All versions of every dataset; one query."""
    found: dict[str, list[DatasetVersion]] = {key: [] for key in DATASETS}
    for version in DatasetVersion.objects.filter(dataset__in=DATASETS).defer("content").order_by("dataset", "-number"):
        found[version.dataset].append(version)
    return found


@transaction.atomic
def keep_versions() -> int:
    """Store a new version of each dataset that changed; safe to repeat. Returns how many changed."""
    one_at_a_time("open-data-versions")
    return sum(one_by_one("open-data-versions", DATASETS, lambda key: _keep(DATASETS[key])))


def _keep(dataset: Dataset) -> bool:
    found, columns = list(dataset.rows({})), [field.key for field in dataset.fields]
    digest, newest = hashlib.sha256(main_file(dataset, columns, found)).hexdigest(), versions_of(dataset).first()
    if newest is not None and newest.digest == digest:
        return False
    text = dumped(found)
    rows: Rows = json.loads(text)
    number = newest.number + 1 if newest else 1
    DatasetVersion.objects.create(
        dataset=dataset.key,
        number=number,
        made_at=clock.now(),
        digest=digest,
        row_count=len(rows),
        columns=columns,
        content=zlib.compress(text),
    )
    kept = DatasetVersion.objects.filter(dataset=dataset.key, content__isnull=False)
    kept.filter(number__lte=number - KEPT).update(content=None)
    if dataset.key in WITHDRAWN_BY:
        published = _keys_of_versions(dataset, rows)
        withdrawn = [one.pk for one in kept if not _keys_of_versions(dataset, stored_rows(one)) <= published]
        kept.filter(pk__in=withdrawn).update(content=None)
    return True


def stored_rows(version: DatasetVersion) -> Rows:
    """Rows of a version whose content is kept, withdrawn ones too."""
    found: Rows = json.loads(zlib.decompress(bytes(version.content or b"")))
    return found


def _keys_of_versions(dataset: Dataset, rows: Rows) -> set[tuple[Any, ...]]:
    """Identifiers of each row that must still be published for the row to be readable."""
    width = WITHDRAWN_BY[dataset.key]
    return {tuple(row[:width]) for row in rows}


def readable_rows(dataset: Dataset, version: DatasetVersion) -> Rows | None:
    """Rows of a version; None if its content was dropped or contains withdrawn data."""
    if version.content is None:
        return None
    rows = stored_rows(version)
    if dataset.key in WITHDRAWN_BY:
        now: Rows = json.loads(dumped(list(dataset.rows({}))))
        if not _keys_of_versions(dataset, rows) <= _keys_of_versions(dataset, now):
            return None
    return rows


def content_of_version(dataset: Dataset, version: DatasetVersion, kind: str, rows: Rows) -> bytes:
    """File of a version, byte-identical to the dataset's file at that time."""
    return csv_of(version.columns, rows) if kind == CSV else main_file(dataset, version.columns, rows)
