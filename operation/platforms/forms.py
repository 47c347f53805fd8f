"""Entry form of a platform, and section 数字化平台 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from greendistrict.columns.forms import with_columns
from operation.common.forms import EntryForm, LedgerSection, MissingRecord
from operation.platforms.columns import PLATFORM
from operation.platforms.models import DigitalPlatform, PlatformKind, PlatformStanding


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


CITE = "七（三）3"


def _missing(entries: Sequence[DigitalPlatform], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）3 encourages platforms, a common database and data integration; none of it is mandatory for the district."""
    del files
    found = [] if entries else [MissingRecord("没有登记数字化平台", CITE)]
    if entries and all(one.kind != PlatformKind.DATABASE for one in entries):
        found.append(MissingRecord("没有登记综合性城区管理数据库", CITE))
    blank = [one.name for one in entries if not one.lacks and one.coverage is None]
    return [*found, *(MissingRecord(f"“{name}”未填覆盖率", CITE) for name in blank)]


PLATFORMS = LedgerSection(
    "platforms",
    "数字化平台",
    "数字化平台",
    CITE,
    DigitalPlatform,
    DigitalPlatformForm,
    PLATFORM.part("name", "kind", "standing", "owner", "coverage", "interfaces", "in_use_on"),
    _missing,
    carried=("kind", "name", "standing", "owner", "coverage", "interfaces", "in_use_on"),
)
