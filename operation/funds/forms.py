"""Entry form of a fund."""

from typing import Any

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm
from operation.funds.columns import FUND


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
