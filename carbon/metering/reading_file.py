"""Parse files of readings (CSV or workbook), one reading per line, columns found by their headings; every unreadable line is reported."""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from carbon.metering.checks import MOST, PLACES, MeterFault, NewReading
from carbon.metering.enums import Estimation, FaultKind
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.errors import Refused
from greendistrict.core.number_parsing import NumberError, is_finite, parse_number
from greendistrict.core.rounding import half_up
from greendistrict.documents.workbooks.columns import head_of
from greendistrict.documents.workbooks.csv_lines import csv_lines, head_line
from greendistrict.documents.workbooks.heads_alike import head_and_unit
from greendistrict.documents.workbooks.other_formats import is_workbook

METER, TIME, VALUE, UNIT, ESTIMATED = HEADS = ("计量器具编号", "时间", "读数", "单位", "估算方法")
NEEDED = (METER, TIME, VALUE)
SYNONYMS = {
    METER: ("器具编号", "计量器具", "表号", "表计编号", "仪表编号", "电表编号", "电表号", "水表编号", "设备编号"),
    TIME: ("采集时间", "抄表时间", "抄表日期", "读数时间", "记录时间", "时刻", "日期"),
    VALUE: ("示数", "表底数", "表码", "抄表示数", "本次示数", "抄见数", "数值", "用量"),
    UNIT: ("计量单位",),
    ESTIMATED: ("估算",),
}
NAMES = {head_of(name): head for head, others in SYNONYMS.items() for name in (head, *others)}
MOST_LINES = 1_000_000
MOST_BYTES = 50 * 1024 * 1024
MOST_BOOK_LINES = 200_000
FIRST_YEAR = 1992
ESTIMATIONS = {label: value for value, label in Estimation.choices} | {value: value for value in Estimation.values}
_DAY, _HOUR = r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?", r"(\d{1,2})[:：时](\d{1,2})?分?(?:[:：](\d{1,2})(?:\.0+)?)?"
_TIME = re.compile(rf"{_DAY}(?:[ T]+{_HOUR})?\s*(Z|[+-]\d{{2}}:?\d{{2}})?", re.ASCII)


class UnreadableTimeError(ValueError):
    """The text is not a time."""


@dataclass
class ReadingFile:
    """Readings by meter code, and faults of lines that could not be read."""

    readings: dict[str, list[NewReading]] = field(default_factory=dict)
    faults: list[MeterFault] = field(default_factory=list)
    lines: int = 0
    told: str = ""  # how heads with other words were read


def parse(name: str, content: bytes) -> ReadingFile:
    """Parse a file according to its extension. Raises ``Refused`` if it is not such a file or lacks required columns."""
    rows = _book(content) if is_workbook(name) else csv_lines(content, NAMES)
    at, heads = next(rows, (1, []))
    places, unit = _places(heads)
    if missing := [head for head in NEEDED if head not in places]:
        msg = f"第{at}行应是表头，缺少：{'、'.join(missing)}。可用的列：{'、'.join(HEADS)}"
        raise Refused(msg)
    said = [f"{words}→{head}" for head, at in places.items() if head_of(words := str(heads[at]).strip()) != head]
    found = ReadingFile(told=f"按表头对应：{'、'.join(said)}" if said else "")
    for line, cells in rows:
        given = {UNIT: unit, **{head: cells[at] if at < len(cells) else "" for head, at in places.items()}}
        if any(str(given[head] if given[head] is not None else "").strip() for head in places):
            found.lines += 1
            Refused.when(found.lines > MOST_LINES, f"一个文件最多{MOST_LINES}行，请分开上传")
            _take(found, line, given)
    Refused.unless(found.lines, "文件里没有读数")
    return found


def _places(heads: Sequence[Any]) -> tuple[dict[str, int], str]:
    """Place of each column by its own head, else by other words for it; and the unit that stands behind the head of the readings."""
    named = [head_and_unit(str(head or "")) for head in heads]
    places = {head: at for at, (bare, _) in reversed([*enumerate(named)]) if (head := NAMES.get(bare))}
    places |= {bare: at for at, (bare, _) in enumerate(named) if bare in HEADS}
    return {head: places[head] for head in HEADS if head in places}, _as_written(heads, named, places[VALUE]) if VALUE in places else ""


def _as_written(heads: Sequence[Any], named: Sequence[tuple[str, str]], at: int) -> str:
    """Unit behind a head in its own case: MW is not mW."""
    text, unit = unicodedata.normalize("NFKC", str(heads[at] or "")), named[at][1]
    begins = text.lower().rfind(unit)
    return text[begins : begins + len(unit)] if begins >= 0 else unit


def _book(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    from greendistrict.documents.workbooks.grids import grids  # noqa: PLC0415 -- web workers load openpyxl with the first workbook only

    for sheet in grids(content, rows=MOST_BOOK_LINES, columns=len(HEADS) + 5).values():
        rows = [[cell.value for cell in row] for row in sheet]
        first = head_line(rows, NAMES)
        yield from enumerate(rows[first:], start=first + 1)
        return


def _take(found: ReadingFile, line: int, given: Mapping[str, Any]) -> None:
    code = str(given[METER] if given[METER] is not None else "").strip()
    if isinstance(given[METER], float) and given[METER].is_integer():
        code = str(int(given[METER]))
    try:
        row = reading_of(line, given[TIME], given[VALUE], given.get(UNIT), given.get(ESTIMATED))
    except (UnreadableTimeError, NumberError) as error:
        found.faults.append(MeterFault(FaultKind.UNREADABLE, str(error), line=line, refused=True, meter=code[:40]))
        return
    found.readings.setdefault(code, []).append(row)


def reading_of(line: int, time: Any, value: Any, unit: Any = "", estimated: Any = "") -> NewReading:
    """A reading from cells of a file or fields of the API. Raises ``UnreadableTimeError`` and ``NumberError``."""
    at, offset = time_of(time)
    number = _number(value)
    if abs(number) >= MOST or number != half_up(number, PLACES):
        msg = f"读数最多15位整数、{PLACES}位小数"
        raise NumberError(msg)
    how = str(estimated or "").strip()
    if how not in ESTIMATIONS:
        msg = f"估算方法应为：{'、'.join(Estimation.labels)}，实测的留空"
        raise NumberError(msg)
    return NewReading(line, at, number, str(unit or "").strip(), ESTIMATIONS[how], offset)


def _number(value: Any) -> Decimal:
    if isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value):
        return Decimal(f"{value:.15g}")  # significant digits of a number in a spreadsheet
    return parse_number(str(value if value is not None else ""))


def time_of(given: Any) -> tuple[dt.datetime, dt.timedelta | None]:
    """Moment in Beijing time, and the UTC offset if one is written. Raises ``UnreadableTimeError``."""
    if isinstance(given, dt.datetime):
        rounded = (given + dt.timedelta(milliseconds=500)).replace(microsecond=0)  # a spreadsheet keeps days as fractions
        return rounded.replace(tzinfo=SHANGHAI), None
    if isinstance(given, dt.date):
        return dt.datetime.combine(given, dt.time(), tzinfo=SHANGHAI), None
    text = str(given if given is not None else "").strip()
    moment, zone = _written(text)
    if moment is None:
        msg = f"时间“{text[:30]}”不能识别，请按 2026-03-01 00:15 的样子填写"
        raise UnreadableTimeError(msg)
    if not zone:
        return moment, None
    offset = _offset(zone)
    return moment.replace(tzinfo=dt.timezone(offset)).astimezone(SHANGHAI), offset


def _written(text: str) -> tuple[dt.datetime | None, str]:
    match = _TIME.fullmatch(text)
    if match is None:
        return None, ""
    *parts, zone = match.groups()
    year, month, day, hour, minute, second = (int(part or default) for part, default in zip(parts, (0, 1, 1, 0, 0, 0), strict=True))
    ends_day = (hour, minute, second) == (24, 0, 0)  # many meters write the end of a day as 24:00
    try:
        moment = dt.datetime(year, month, day, 0 if ends_day else hour, minute, second, tzinfo=SHANGHAI) + dt.timedelta(days=ends_day)
    except (ValueError, OverflowError):
        return None, ""
    return (moment if year >= FIRST_YEAR else None), zone or ""


def _offset(zone: str) -> dt.timedelta:
    if zone == "Z":
        return dt.timedelta(0)
    size = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    if size >= dt.timedelta(hours=15):
        msg = f"时区{zone}不能识别"
        raise UnreadableTimeError(msg)
    return -size if zone[0] == "-" else size


def template() -> bytes:
    """CSV with column headings and an example line, as a spreadsheet opens it."""
    rows: Iterable[Sequence[str]] = (HEADS, ("示例-01", "2026-03-01 00:00", "1024.5", "kWh", ""))
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")
