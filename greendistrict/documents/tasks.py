"""Background jobs of this app."""

import logging

from celery import shared_task

from greendistrict.core import clock
from greendistrict.documents import copies, kept_files, orphans, scans, unreferenced
from greendistrict.documents.scans import ScannerAway
from greendistrict.documents.uploads import sweep

logger = logging.getLogger(__name__)


@shared_task(name="greendistrict.documents.tasks.sweep_uploads")
def sweep_uploads() -> int:
    """Delete abandoned uploads and files kept for forms; run daily, safe to repeat. Returns how many."""
    return sweep(clock.now()) + kept_files.sweep(clock.now())


@shared_task(name="greendistrict.documents.tasks.sweep_files")
def sweep_files() -> int:
    """Delete files without a database row, and unneeded reading copies; run weekly, idempotent. Returns the number of files."""
    copies.drop_old(clock.now())
    return unreferenced.sweep(clock.now())


@shared_task(name="greendistrict.documents.tasks.make_copy")
def make_copy(copy_id: int) -> bool:
    """Make the PDF of one Office file; a second run does nothing."""
    return copies.make(copy_id)


@shared_task(name="greendistrict.documents.tasks.sweep_copies")
def sweep_copies() -> int:
    """Request copies anew whose worker or queue was lost; safe to repeat. Returns how many."""
    return copies.sweep()


@shared_task(name="greendistrict.documents.tasks.scan_file")
def scan_file(evidence_id: int) -> bool:
    """Scan one file for viruses; if the scanner is unavailable, the file stays in quarantine until ``scan_files`` tries again."""
    try:
        return scans.scan(evidence_id) is not None
    except ScannerAway as away:
        logger.warning("file %s was not scanned: %s", evidence_id, away)
        return False


@shared_task(name="greendistrict.documents.tasks.scan_files")
def scan_files() -> int:
    """Scan all waiting files; run every minute. Fails if the scanner is unavailable, which is shown in 运行状况."""
    return scans.scan_waiting()


@shared_task(name="greendistrict.documents.tasks.check_file_owners")
def check_file_owners() -> int:
    """Check for files whose owner no longer exists; run daily, changes nothing. Fails with their names, shown in 运行状况."""
    return orphans.check()
