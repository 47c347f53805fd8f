"""Files that rows name and the storage does not have or does not give: told to the reader, and to the system keeper on 运行状况."""

import datetime as dt
import logging
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from greendistrict.audit import services as audit
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, limits
from greendistrict.core.disk import FileMissing, StorageAway
from greendistrict.core.errors import Refused

logger = logging.getLogger(__name__)
ACTION = "documents.missing"
REMEMBERED = dt.timedelta(days=30)
DAY = 86400
SHOWN = 5
GONE_WORDS = "这份文件登记在册，但不在存储中，现在不能打开。已告知系统管理员，从备份找回后可以打开"
AWAY_WORDS = "文件存储现在没有应答，文件暂时不能打开。请稍后再试；一直如此的，请联系系统管理员"


class FileGone(Refused):
    """A stored file is not in the storage (404)."""

    status = 404


class StorageSilent(Refused):
    """The storage does not answer (503)."""

    status = 503


def refusal_of(error: BaseException, path: str) -> Refused | None:
    """The refusal for a file that cannot be opened, noted for the keeper; None for other errors. ``path`` is what was asked for."""
    if isinstance(error, StorageAway):
        logger.error("file storage away: %s", error)
        return StorageSilent(AWAY_WORDS)
    name = _missing_name(error)
    if name is None:
        return None
    logger.error("file missing from the storage: %s", name)
    if limits.counted(f"{ACTION}:{clock.today()}:{name}", seconds=DAY) == 1:
        audit.record(action=ACTION, by=None, label=name, data={"path": path[:200]})
    return FileGone(GONE_WORDS)


def _missing_name(error: BaseException) -> str | None:
    """Name in the storage; None if the error is about something else. Pieces of uploads are opened in the folder itself."""
    if isinstance(error, FileMissing):
        return error.name
    folder = Path(settings.MEDIA_ROOT)
    if isinstance(error, FileNotFoundError) and error.filename and (path := Path(str(error.filename))).is_relative_to(folder):
        return path.relative_to(folder).as_posix()
    return None


def troubles(now: dt.datetime) -> list[str]:
    """Files that somebody wanted to open within a month and that are still missing, in words; empty if there are none."""
    rows = AuditRecord.objects.filter(action=ACTION, at__gt=now - REMEMBERED)
    names = rows.order_by("subject_label").values_list("subject_label", flat=True).distinct()
    try:
        lost = [name for name in names if not default_storage.exists(name)]
    except OSError:
        return [AWAY_WORDS]
    if not lost:
        return []
    more = f"等{len(lost)}份" if len(lost) > SHOWN else ""
    return [f"登记在册但不在存储中的文件：{'、'.join(lost[:SHOWN])}{more}。请从备份找回，或核对文件存储的挂载"]
