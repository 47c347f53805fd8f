"""Section 能源审计 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.audits.forms import EnergyAuditForm
from operation.audits.models import EnergyAudit
from operation.common.sections import LedgerColumn, LedgerSection, MissingRecord

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
    (
        LedgerColumn("审计对象", lambda one: one.subject, 30),
        LedgerColumn("审计单位", lambda one: one.auditor, 26),
        LedgerColumn("审计日期", lambda one: one.audited_on, 12),
        LedgerColumn("建筑面积 m²", lambda one: one.area, 14, 2),
        LedgerColumn("年用能 tce", lambda one: one.consumed, 12, 2),
        LedgerColumn("年节能潜力 tce", lambda one: one.saving, 14, 2),
        LedgerColumn("改进措施", lambda one: one.measures, 40),
    ),
    _missing,
    hint="能源审计为平台约定的记录，文件未规定。",
)
