"""Entry form of a platform."""

from typing import Any

from django import forms

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm
from operation.platforms.columns import PLATFORM
from operation.platforms.enums import PlatformStanding


@with_columns(PLATFORM)
class DigitalPlatformForm(EntryForm):
    """A platform of the ledger's year."""

    def clean(self) -> dict[str, Any]:
        """Refuse a first day of use that contradicts the state: to come while running, past while not running."""
        data = super().clean()
        if data.get("standing") == PlatformStanding.RUNNING:
            self.refuse_later_day("in_use_on", data.get("in_use_on"))
        else:
            self.refuse_past_day("in_use_on", data.get("in_use_on"), PlatformStanding.RUNNING.label)
        return data

    def clean_coverage(self) -> object:
        """Refuse a coverage outside 0 to 100 % of the district."""
        value = self.cleaned_data["coverage"]
        if value is not None and value > 100:  # noqa: PLR2004 -- a share in percent
            msg = "覆盖率不能大于100%"
            raise forms.ValidationError(msg)
        return value
