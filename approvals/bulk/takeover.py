"""历史补录 in bulk: read and check rows of a workbook or CSV without storing anything; each row lists its errors."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.common.enums import BulkKind, TitleKind
from districts.common.enums import Certainty, Star
from districts.file.models.core import District
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.policy.loader import all_policies

MOST_ROWS = 500
CERTAINTIES = {"有出处": Certainty.SOURCED, "推定": Certainty.INFERRED, "": Certainty.SOURCED}
KINDS = {"试点": TitleKind.PILOT, "示范": TitleKind.DEMONSTRATION}
STARS = {**{str(label): int(key) for key, label in Star.choices}, **{str(key): int(key) for key in Star.values}, "": None}
HEADS = {
    BulkKind.TITLES: ("城区", "称号", "星级", "编号", "授予日期", "适用标准", "依据文件", "出处", "确定程度"),
    BulkKind.CHECKS: ("城区", "年度", "报送日期", "出处", "确定程度", "说明"),
}
FIRST_YEAR = 2018


@dataclass
class Row:
    """One row as read: its number in the file, what was typed, what it means, and what is wrong with it."""

    number: int
    typed: dict[str, str]
    value: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read(kind: str, name: str, content: bytes) -> list[Row]:
    """Rows of an .xlsx or .csv file, judged. Raises ``Refused`` for a file that is neither, lacks a head or is too long."""
    lines = list(_xlsx(content) if name.lower().endswith(".xlsx") else _csv(content))
    if not lines:
        msg = "文件里没有内容"
        raise Refused(msg)
    heads = [cell.strip() for cell in lines[0]]
    if missing := [head for head in HEADS[BulkKind(kind)] if head not in heads]:
        msg = f"缺少表头：{'、'.join(missing)}"
        raise Refused(msg)
    body = [line for line in lines[1:] if any(cell.strip() for cell in line)]
    if not body or len(body) > MOST_ROWS:
        msg = f"应有1至{MOST_ROWS}行，现有{len(body)}行"
        raise Refused(msg)
    typed = [{head: cell.strip() for head, cell in zip(heads, line, strict=False)} for line in body]
    return judged(kind, typed)


def judged(kind: str, typed: Iterable[Mapping[str, str]]) -> list[Row]:
    """Rows with what they mean and what is wrong; asked again when the preview is confirmed."""
    rows = [Row(number, dict(line)) for number, line in enumerate(typed, start=2)]
    names = {row.typed.get("城区", "") for row in rows}
    found = District.objects.filter(name__in=names) | District.objects.filter(code__in=names)
    districts = {key: district for district in found for key in (district.name, district.code)}
    judge = _title if kind == BulkKind.TITLES else _check
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        district = districts.get(row.typed.get("城区", ""))
        if district is None:
            row.problems.append("没有这个城区")
            continue
        row.value["district"] = district
        row.value["source"] = _source(row)
        row.value["certainty"] = _choice(row, "确定程度", CERTAINTIES)
        key = judge(row, district)
        if key in seen:
            row.problems.append("文件里重复")
        seen.add(key)
    return rows


def _title(row: Row, district: District) -> tuple[Any, ...]:
    kind = _choice(row, "称号", KINDS)
    day = _day(row, "授予日期")
    row.value |= {"kind": kind, "star": _choice(row, "星级", STARS), "day": day, "policy": _policy(row, day)}
    row.value |= {"number": row.typed.get("编号", "")[:40], "edition": row.typed.get("适用标准", "")[:60]}
    if district.titles.filter(kind=kind).exists():
        row.problems.append("这个城区已有这一称号")
    return ("title", district.pk, kind)


def _check(row: Row, district: District) -> tuple[Any, ...]:
    text = row.typed.get("年度", "").removesuffix("年")
    year = whole(text, 0)
    if not FIRST_YEAR <= year < clock.today().year:
        row.problems.append(f"年度应为{FIRST_YEAR}至{clock.today().year - 1}")
    row.value |= {"year": year, "day": _day(row, "报送日期"), "note": row.typed.get("说明", "")[:300]}
    if district.historic_self_checks.filter(year=year).exists() or district.self_checks.filter(year=year).exists():
        row.problems.append("这一年度已有自查")
    return ("check", district.pk, year)


def _policy(row: Row, day: dt.date | None) -> str:
    """A title of old names a historic policy, or the one in force on its day."""
    typed = row.typed.get("依据文件", "")
    known = {old.code for policy in all_policies() for old in policy.historic}
    known |= {policy.code for policy in all_policies() if day is not None and policy.is_in_force(day)}
    if typed not in known:
        row.problems.append(f"依据文件应为{'、'.join(sorted(known))}")
    return typed


def _source(row: Row) -> str:
    text = row.typed.get("出处", "")
    if not text:
        row.problems.append("没有写明出处")
    return text[:500]


def _choice(row: Row, head: str, choices: Mapping[str, Any]) -> Any:
    typed = row.typed.get(head, "")
    if typed not in choices:
        row.problems.append(f"{head}应为{'、'.join(word for word in choices if word)}")
        return None
    return choices[typed]


def _day(row: Row, head: str) -> dt.date | None:
    text = row.typed.get(head, "").replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    if not text:
        return None
    try:
        day = dt.date(*(int(part) for part in text.split(" ")[0].split("-")))
    except (ValueError, TypeError):
        row.problems.append(f"{head}不是日期：{row.typed[head]}")
        return None
    if day > clock.today():
        row.problems.append(f"{head}晚于今天")
    return day


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(io.StringIO(text))
        return
    msg = "CSV 文件的编码不能识别，请用 UTF-8 或 GB 18030 保存"
    raise Refused(msg)


def _xlsx(content: bytes) -> Iterator[list[str]]:
    import openpyxl  # noqa: PLC0415 -- only who takes over a workbook pays for it

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except Exception as error:
        msg = "不是可以读取的 Excel 文件"
        raise Refused(msg) from error
    for line in book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2):
        yield [_cell(value) for value in line]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
