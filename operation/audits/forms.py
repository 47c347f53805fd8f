"""Entry form of an energy audit, and section 能源审计 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from greendistrict.columns.forms import with_columns
from operation.audits.columns import AUDIT
from operation.audits.models import EnergyAudit
from operation.common.forms import EntryForm, LedgerSection, MissingRecord


@with_columns(AUDIT)
class EnergyAuditForm(EntryForm):
    """An audit of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("audited_on",)
    done: ClassVar[tuple[str, ...]] = ("audited_on",)

    def clean(self) -> dict[str, Any]:
        """Refuse an energy saving larger than the energy used."""
        data = super().clean()
        consumed, saving = data.get("consumed"), data.get("saving")
        if consumed is not None and saving is not None and saving > consumed:
            self.add_error("saving", "年节能潜力不能大于年用能")
        return data


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
