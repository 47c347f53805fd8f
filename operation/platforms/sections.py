"""Section 数字化平台 of the ledger."""

from collections.abc import Mapping, Sequence

from operation.common.sections import LedgerColumn, LedgerSection, MissingRecord
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
    (
        LedgerColumn("平台名称", lambda one: one.name, 30),
        LedgerColumn("类别", lambda one: one.get_kind_display(), 22),
        LedgerColumn("情况", lambda one: one.get_standing_display(), 10),
        LedgerColumn("建设运维单位", lambda one: one.owner, 26),
        LedgerColumn("覆盖率 %", lambda one: one.coverage, 10, 2),
        LedgerColumn("数据接口", lambda one: one.interfaces, 40),
        LedgerColumn("投用日期", lambda one: one.in_use_on, 12),
    ),
    _missing,
    carried=("kind", "name", "standing", "owner", "coverage", "interfaces", "in_use_on"),
)
