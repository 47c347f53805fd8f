"""Guards of entries on behalf of others (代录)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from approvals.cases.guards import typed
from approvals.common.enums import EntryWay
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question


def against_entry(entry: Any, today: dt.date) -> Iterable[Refusal]:
    """What a ``ProxyEntry`` lacks: a scan for a paper, a note for a call."""
    if entry.received_on > today:
        yield Refusal("收到日期不能晚于今天", field="received_on")
    if not entry.on_behalf.strip():
        yield Refusal("请写明来件单位和联系人", field="on_behalf")
    if entry.way == EntryWay.PAPER and entry.scan is None:
        yield Refusal("纸质来件须上传扫描件", field="scan")
    if entry.way == EntryWay.PHONE and not entry.note.strip():
        yield Refusal("电话办理的，请写明通话内容和核实情况", field="note")


@typed("entry")
def entry_whole(question: Question, entry: Any) -> Iterable[Refusal]:
    """An entry on behalf of others states from whom, when and on what paper the matter arrived."""
    return against_entry(entry, question.today)
