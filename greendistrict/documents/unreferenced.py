"""Removes stored files that no database row names, left by a crash between writing and commit."""

import datetime as dt
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from greendistrict.core.clock import SHANGHAI
from greendistrict.documents.models import COPIES, Evidence, KeptFile, ReadingCopy, Upload

logger = logging.getLogger(__name__)
FOLDER = "evidence"
KEPT_DAYS = 7
# A database put back from an older copy knows nothing of what came later; that is no reason to remove it.
MOST, MOST_SHARE = 20, 10


class TooManyLeftovers(Exception):  # noqa: N818 -- reads as a sentence
    """More files without a row than plausible: the rows are more likely to be missing."""


def leftovers(now: dt.datetime) -> list[Path]:
    """Stored files without a row, older than a week."""
    root, before = Path(settings.MEDIA_ROOT), now - dt.timedelta(days=KEPT_DAYS)
    kept = set(Evidence.objects.values_list("file", flat=True))
    kept |= set(ReadingCopy.objects.exclude(file="").values_list("file", flat=True))
    kept |= {f"uploads/{key}.part" for key in Upload.objects.values_list("key", flat=True)}
    kept |= {f"uploads/{key}.kept" for key in KeptFile.objects.values_list("key", flat=True)}
    return [path for path in _files(root) if path.relative_to(root).as_posix() not in kept and _changed(path) < before]


def sweep(now: dt.datetime) -> int:
    """Delete them; returns how many. Raises ``TooManyLeftovers`` and deletes none above a tenth of all files."""
    found, total = leftovers(now), sum(1 for _ in _files(Path(settings.MEDIA_ROOT)))
    if len(found) > MOST and len(found) * MOST_SHARE > total:
        msg = f"{len(found)} of {total} files have no row; was an older copy of the database restored?"
        raise TooManyLeftovers(msg)
    for path in found:
        logger.info("file without a row removed: %s", path.name)
        path.unlink(missing_ok=True)
    return len(found)


def _files(root: Path) -> Iterator[Path]:
    for folder in (root / FOLDER, root / "uploads", root / COPIES):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _changed(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=SHANGHAI)
