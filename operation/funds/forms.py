"""Entry form of a fund, and section 资金 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm, LedgerSection, MissingRecord
from operation.funds.columns import FUND
from operation.funds.models import YearFund


@with_columns(FUND)
class YearFundForm(EntryForm):
    """One source of funds."""

    def clean(self) -> dict[str, Any]:
        """Used funds need a budget; use above the budget needs an explanation."""
        data = super().clean()
        budget, used = data.get("budget"), data.get("used")
        if used is not None and budget is not None and used > budget and not data.get("note"):
            self.add_error("note", "使用超出预算的，请在说明中写明原因")
        return data


CITE = "七（一）"


def _missing(entries: Sequence[YearFund], files: Mapping[int, int]) -> list[MissingRecord]:
    del files
    if not entries:
        return [MissingRecord("没有登记当年资金", CITE)]
    return [MissingRecord(f"“{one}”{one.lacks}", CITE) for one in entries if one.lacks] + [
        MissingRecord(f"“{one}”未填使用金额", CITE) for one in entries if not one.lacks and one.used is None
    ]


FUNDS = LedgerSection(
    "funds",
    "资金",
    "资金",
    CITE,
    YearFund,
    YearFundForm,
    FUND.part("source", "kind", "document", "budget", "used", "purpose"),
    _missing,
    carried=("kind", "source", "purpose"),
    hint="编制资金的来源和预算登记后，即完成到期事项“专业规划经费”。",
)
