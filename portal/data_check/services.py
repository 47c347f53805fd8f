"""Check all data and store the result."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from greendistrict.core import clock
from portal.data_check import file_checks, record_checks, row_checks
from portal.data_check.file_checks import LookedAt
from portal.data_check.findings import DataFault, DataFinding
from portal.data_check.models import DataCheckRun

logger = logging.getLogger(__name__)
KEPT = 200
NIGHTS = 7  # each file is read once in as many nights
WHOLE = (0, 1)
CHECKS: tuple[Callable[[LookedAt], Iterator[DataFinding]], ...] = (
    file_checks.stored_files_are_named,
    file_checks.owners_are_there,
    record_checks.versions_hold,
    record_checks.receipts_hold,
    record_checks.decisions_hold,
    record_checks.draws_repeat,
    record_checks.papers_were_issued,
    record_checks.audit_is_whole,
    row_checks.rows_keep_their_rules,
    row_checks.constraints_are_there,
)


@dataclass
class DataChecked:
    """Numbers checked, number of findings, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    found: int = 0
    findings: list[DataFinding] = field(default_factory=list)

    def take(self, finding: DataFinding) -> None:
        """Count a finding, and keep it if only few are kept so far."""
        self.found += 1
        if len(self.findings) < KEPT:
            self.findings.append(finding)


def check_all(share: tuple[int, int] = WHOLE) -> DataChecked:
    """Check everything in batches and store the result; a check that fails is itself a finding, and the others continue."""
    begun, result = time.monotonic(), DataChecked()

    def counted(what: str, number: int = 1) -> None:
        result.counts[what] += number

    def files(count: LookedAt) -> Iterator[DataFinding]:
        return file_checks.named_files_are_there(count, share)

    for check in (files, *CHECKS):
        try:
            with transaction.atomic():
                for finding in check(counted):
                    result.take(finding)
        except Exception as error:
            logger.exception("data not checked: %s", check.__name__)
            result.take(DataFinding(DataFault.UNCHECKED, check.__name__, f"{type(error).__name__}: {error}"[:300]))
    _keep(result, time.monotonic() - begun)
    return result


def nightly() -> int:
    """Nightly check of everything; of the files' contents a different share each night. Returns the number of findings."""
    return check_all((clock.today().toordinal() % NIGHTS, NIGHTS)).found


@transaction.atomic
def _keep(result: DataChecked, seconds: float) -> None:
    DataCheckRun.objects.all().delete()
    DataCheckRun.objects.create(
        at=clock.now(),
        seconds=seconds,
        found=result.found,
        counts=dict(result.counts),
        findings=[finding.as_json() for finding in result.findings],
    )
