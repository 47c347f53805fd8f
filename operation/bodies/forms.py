"""Entry form of a management body, and section 运营管理机构 of the ledger."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from greendistrict.columns.forms import with_columns
from operation.bodies.columns import BODY
from operation.bodies.models import ManagementBody
from operation.common.forms import EntryForm, LedgerSection, MissingRecord


@with_columns(BODY)
class ManagementBodyForm(EntryForm):
    """A management body of the ledger's year."""

    done: ClassVar[tuple[str, ...]] = ("set_up_on",)


CITE = "七（三）1"


def _missing(entries: Sequence[ManagementBody], files: Mapping[int, int]) -> list[MissingRecord]:
    """七（三）1 encourages a management and operation team but prescribes no form for it, so its absence is a recommendation only."""
    if not entries:
        return [MissingRecord("没有登记运营管理机构", CITE)]
    found = [MissingRecord(f"运营管理机构“{one.name}”{one.lacks}", CITE) for one in entries if one.lacks]
    return [
        *found,
        *(MissingRecord(f"运营管理机构“{one.name}”没有证明材料", CITE) for one in entries if not one.lacks and not files.get(one.pk)),
    ]


BODIES = LedgerSection(
    "bodies",
    "运营管理机构",
    "运营管理机构",
    CITE,
    ManagementBody,
    ManagementBodyForm,
    BODY.part("name", "duties", "basis", "set_up_on", "staff"),
    _missing,
    carried=("name", "duties", "basis", "set_up_on", "staff"),
    hint="机构的形式由城区确定，文件未规定。",
)
