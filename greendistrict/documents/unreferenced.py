"""Removes stored files that no database row names, left by a crash between writing and commit."""

import datetime as dt
import logging
from collections.abc import Iterator

from django.core.files.storage import default_storage

from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.models import COPIES, Evidence, KeptFile, ReadingCopy, Upload

logger = logging.getLogger(__name__)
FOLDER = "evidence"
KEPT_DAYS = 7
# After restoring an older copy of the database, rows of newer files are missing; the files must not be deleted.
MOST, MOST_SHARE = 20, 10


class TooManyLeftovers(Exception):  # noqa: N818 -- reads as a sentence
    """Implausibly many files without a row; probably the rows are missing."""


def leftovers(now: dt.datetime) -> list[str]:
    """Names of stored files without a row, older than a week."""
    before = now - dt.timedelta(days=KEPT_DAYS)
    kept = set(Evidence.objects.values_list("file", flat=True))
    kept |= set(ReadingCopy.objects.exclude(file="").values_list("file", flat=True))
    kept |= {f"uploads/{key}.part" for key in Upload.objects.values_list("key", flat=True)}
    kept |= {f"uploads/{key}.kept" for key in KeptFile.objects.values_list("key", flat=True)}
    return [name for name in _files() if name not in kept and default_storage.get_modified_time(name) < before]


def sweep(now: dt.datetime) -> int:
    """Delete such files; returns the number. Raises ``TooManyLeftovers`` and deletes none if they are more than a tenth of all files."""
    found, total = leftovers(now), sum(1 for _ in _files())
    if len(found) > MOST and len(found) * MOST_SHARE > total:
        msg = f"{len(found)} of {total} files have no row; was an older copy of the database restored?"
        raise TooManyLeftovers(msg)
    return len(one_by_one("sweep-files", found, _remove))


def _remove(name: str) -> None:
    logger.info("file without a row removed: %s", name)
    default_storage.delete(name)


def _files() -> Iterator[str]:
    for folder in (FOLDER, "uploads", COPIES):
        yield from _below(folder)


def _below(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(files))
    for name in sorted(folders):
        yield from _below(f"{folder}/{name}")
