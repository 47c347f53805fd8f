"""A person's own data as a workbook and as JSON."""

import datetime as dt
from typing import Any

from greendistrict.documents.list_workbook import list_book
from portal.personal.selectors import OwnData

HEADS = (("类别", 18), ("条", 6), ("项目", 18), ("内容", 50), ("用途", 40), ("依据", 30), ("保存", 30), ("谁能看到", 40))


def own_book(found: list[OwnData], name: str, *, demo: bool) -> bytes:
    """Workbook with one row per value."""
    rows = (
        (data.kept.title, number, label, value, data.kept.purpose, data.kept.ground, data.kept.retention, data.kept.seen_by)
        for data in found
        for number, row in enumerate(data.rows, 1)
        for label, value in row
    )
    return list_book("个人信息", f"{name}的个人信息", HEADS, rows, demo=demo)


def own_json(found: list[OwnData], name: str, moment: dt.datetime) -> dict[str, Any]:
    """Plain values for JSON."""
    kinds = [
        {
            "类别": data.kept.title,
            "用途": data.kept.purpose,
            "依据": data.kept.ground,
            "保存": data.kept.retention,
            "谁能看到": data.kept.seen_by,
            "总数": data.count,
            "内容": [dict(row) for row in data.rows],
        }
        for data in found
    ]
    return {"姓名": name, "导出时间": moment.isoformat(timespec="seconds"), "个人信息": kinds}
