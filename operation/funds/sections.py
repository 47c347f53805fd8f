"""Section 资金 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerSection, MissingRecord
from operation.funds.columns import FUND
from operation.funds.forms import YearFundForm
from operation.funds.models import YearFund

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
