"""Section 数字化平台 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerSection, MissingRecord
from operation.platforms.columns import PLATFORM
from operation.platforms.enums import PlatformKind
from operation.platforms.forms import DigitalPlatformForm
from operation.platforms.models import DigitalPlatform

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
