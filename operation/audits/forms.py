"""Entry form of an energy audit."""

from typing import Any, ClassVar

from greendistrict.columns.forms import with_columns
from operation.audits.columns import AUDIT
from operation.common.forms import EntryForm


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
