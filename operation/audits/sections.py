"""Section 能源审计 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.audits.columns import AUDIT
from operation.audits.forms import EnergyAuditForm
from operation.audits.models import EnergyAudit
from operation.common.sections import LedgerSection, MissingRecord

CITE = "七（三）4"


def _missing(entries: Sequence[EnergyAudit], files: Mapping[int, int]) -> list[MissingRecord]:
    """No audit is required by the policy; but an audit that is entered needs its report as a file."""
    return [MissingRecord(f"能源审计“{one.subject}”没有审计报告", CITE) for one in entries if not files.get(one.pk)]


AUDITS = LedgerSection(
    "audits",
    "能源审计",
    "能源审计",
    CITE,
    EnergyAudit,
    EnergyAuditForm,
    AUDIT.part("subject", "auditor", "audited_on", "area", "consumed", "saving", "measures"),
    _missing,
    hint="能源审计为平台约定的记录，文件未规定。",
)
