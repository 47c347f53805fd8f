"""Parse files of readings (CSV or workbook), one reading per line, columns found by their headings; every unreadable line is reported."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any
from unicodedata import normalize

from carbon.metering.checks import MOST, PLACES, MeterFault, NewReading
from carbon.metering.columns import METER as METERS
from carbon.metering.enums import Estimation, FaultKind
from carbon.metering.reading_sheet import ReadingNotes, Unread, reading_lines, text_in, text_lines
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import folded, visible
from greendistrict.core.number_parsing import NumberError, is_finite, parse_number
from greendistrict.core.rounding import half_up
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.cells import says_nothing, text_of
from greendistrict.documents.workbooks.columns import Column, WrongCellError, head_of
from greendistrict.documents.workbooks.csv_lines import is_text_table
from greendistrict.documents.workbooks.foreign import HeadReader, UnknownHeadsError, likely_heads
from greendistrict.documents.workbooks.grids import BookCell
from greendistrict.documents.workbooks.heads_alike import as_written, bare_head, head_and_unit_of, units_above
from greendistrict.documents.workbooks.lines import MOST_ABOVE, ditto_words
from greendistrict.documents.workbooks.other_formats import is_workbook
from greendistrict.documents.workbooks.quantities import odd_words, parted, without_noise
from greendistrict.documents.workbooks.table_lines import TableLines

METER, TIME, VALUE, UNIT, ESTIMATED = HEADS = ("计量器具编号", "时间", "读数", "单位", "估算方法")
NEEDED = (METER, TIME, VALUE)
SYNONYMS = {
    METER: (
        "器具编号", "计量器具", "表号", "表计编号", "仪表编号", "电表编号", "电表号", "水表编号", "水表号", "设备编号",
        "燃气表编号", "燃气表号", "气表编号", "气表号", "热量表号", "热表号", "冷量表号",
    ),
    TIME: ("采集时间", "抄表时间", "抄表日期", "读数时间", "记录时间", "时刻", "日期"),
    VALUE: (
        "示数", "表底数", "表底", "表码", "抄码", "止码", "止数", "抄表示数", "抄表读数", "抄见数", "数值",
        *(f"{now}{what}" for now in ("本次", "本期", "本月") for what in ("示数", "读数", "抄码", "表码", "表底", "止码", "抄见数")),
    ),
    UNIT: ("计量单位",),
    ESTIMATED: ("估算",),
}  # fmt: skip
USAGE = "用量"  # of an interval: no register value, and read only where no column of those is there
NAMES = {head_of(name): head for head, others in SYNONYMS.items() for name in (head, *others)} | {USAGE: VALUE}
MOST_LINES = 1_000_000
MOST_BYTES = 50 * 1024 * 1024
FIRST_YEAR, LAST_YEAR = 1992, 2100
LONGEST_SPAN = 12 * 60  # minutes
ESTIMATIONS = {folded(str(word)): value for value, label in Estimation.choices for word in (value, label)}
ESTIMATIONS |= dict.fromkeys(("", "实测", "否", "无", "-", "/"), "")
NOTHING = "没有填写{}"
CODE, AS_DAY = METERS["code"].book_column(), f"{METER}：Excel 把这一格当成了日期或时间，请把格式改为文本后重填"
_DAY, _HOUR = (
    r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?",
    r"(\d{1,2})[:：时点](\d{1,2})?分?(?:(?:[:：]|(?<=分))(\d{1,2})秒?(\.\d+)?)?",
)
_TIME = re.compile(rf"{_DAY}(?:[ T]+{_HOUR})?\s*(Z|[+-]\d{{2}}:?\d{{2}})?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_HALF = re.compile(r"上午|下午|凌晨|早上|晚上|中午|[AP]M", re.IGNORECASE)
MORNING, NOON = {"上午", "凌晨", "早上", "AM"}, 12
ABOUT_NOON = {0: 12, 1: 13, 2: 14, 10: 10, 11: 11, 12: 12}
EVENING = range(5, NOON)  # 晚上12点 may be of the next day
_SERIAL, _SECONDS = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII), re.compile(r"1\d{9}(?:\d{3})?", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)", re.ASCII)


class ReadingHeads(HeadReader):
    """The heads of files of readings; ``kind`` of import that choices of columns are kept for."""

    kind = "carbon.readings"
    columns: Sequence[Column] = tuple(Column(head, head) for head in HEADS)
    foreign_heads = SYNONYMS


class UnreadableTimeError(ValueError):
    """The text is not a time."""


@dataclass
class ReadingFile:
    """Readings by meter code, and faults of lines that could not be read.

    ``asked``: the column that is read or proposed by each head that may be read otherwise, ``read`` the heads that people chose it for;
    ``columns``: labels of those that may be chosen.
    """

    readings: dict[str, list[NewReading]] = field(default_factory=dict)
    faults: list[MeterFault] = field(default_factory=list)
    lines: int = 0
    told: str = ""  # how heads with other words were read
    is_usage: bool = False  # the head of the readings says that they are the usage of an interval
    asked: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def parse(name: str, content: bytes, labels: Mapping[str, str] | None = None) -> ReadingFile:
    """Parse a file according to its extension; ``labels`` of columns by head as people chose them.

    Raises ``Refused`` if it is not such a file, ``UnknownHeadsError`` if columns that it lacks may be chosen.
    """
    reader = ReadingHeads()
    reader.choose(labels or {})
    names = {*NAMES, *reader.chosen}
    is_book = is_workbook(name) and not is_text_table(content, names)
    file = reading_lines(content, names) if is_book else text_lines(content, names)
    at, heads = next(file.rows, (1, []))
    places, unit = _places(heads, reader.chosen)
    if missing := [head for head in NEEDED if head not in places]:
        msg = f"第{at}行应是表头，缺少：{'、'.join(missing)}。可用的列：{'、'.join(HEADS)}"
        below = [[BookCell(cell or None) for cell in line] for line in (heads, *(cells for _, cells in islice(file.rows, MOST_ABOVE)))]
        likely = likely_heads({"": below})
        raise UnknownHeadsError(msg, reader, likely) if len(likely) >= len(NEEDED) else Refused(msg)
    said = [f"{words}→{head}" for head, at in places.items() if head_of(words := str(heads[at]).strip()) != head]
    several: list[str] = []
    if not unit and UNIT not in places:
        unit, several = _unit_above(file.above)
        said += [f"表上方写的单位“{unit}”→{VALUE}的单位"] if unit else []
    is_usage = head_and_unit_of(str(heads[places[VALUE]]), NAMES)[0] == USAGE
    told = "；".join(filter(None, [f"按表头对应：{'、'.join(said)}" if said else "", *several, file.told]))
    found, notes = ReadingFile(told=told, is_usage=is_usage, **_choices(reader, heads, places)), ReadingNotes(file, heads, places, unit)
    table = TableLines([], [str(head if head is not None else "") for head in heads], (places[TIME], places[VALUE]), HEADS)
    for line, cells in file.rows:
        given = {head: cells[at] if at < len(cells) else "" for head, at in places.items()}
        if any(map(text_in, given.values())):
            Refused.when(found.lines == MOST_LINES, f"一个文件最多{MOST_LINES}行，请分开上传")
            own = text_in(given.get(UNIT))
            taken = _take(found, line, {**given, UNIT: own or unit}, cells, table)
            found.lines += taken
            if taken:
                notes.take(line, text_in(given[METER]), own, cells)
        if table.is_over:
            break
    Refused.unless(found.lines, "文件里没有读数")
    found.told = "；".join(filter(None, [found.told, *notes.said()]))
    return found


def _unit_above(texts: Iterable[Any]) -> tuple[str, list[str]]:
    """The one unit that is written above the heads, empty if there are several, and what is said of those."""
    units = units_above(texts)
    if len({named_unit(unit) for unit in units}) <= 1:
        return next(iter(units), ""), []
    return "", [f"表上方写了几个单位（{'、'.join(units)}），分不清哪些读数用哪个，没有采用；读数按各计量器具登记的单位读入，请核对"]


def _choices(reader: ReadingHeads, heads: Sequence[Any], places: Mapping[str, int]) -> dict[str, Any]:
    """What ``ReadingFile`` says of the heads that columns may be chosen for."""
    labels = [str(head if head is not None else "").strip() for head in heads]
    read = {labels[at]: head for head, at in places.items() if reader.chosen.get(bare_head(labels[at])) == head}
    unread, absent = [label for at, label in enumerate(labels) if label and at not in places.values()], [*(set(HEADS) - places.keys())]
    columns = [head for head in HEADS if head in {*read.values(), *absent}]
    return {"asked": reader.asked(read, unread, absent), "read": list(read), "columns": columns}


def _places(heads: Sequence[Any], chosen: Mapping[str, str]) -> tuple[dict[str, int], str]:
    """Place of each column as people chose, by its own head, else by other words; and the unit behind the head of the readings."""
    named = [head_and_unit_of(str(head or ""), NAMES) for head in heads]
    others = sorted(enumerate(named), key=lambda one: (one[1][0] != USAGE, -one[0]))
    places = {head: at for at, (bare, _) in others if (head := {**NAMES, **chosen}.get(bare))}
    places |= {bare: at for at, (bare, _) in enumerate(named) if bare in HEADS and bare not in chosen}
    if VALUE in places and named.count(named[places[VALUE]]) > 1:
        del places[VALUE]  # which of two figures is meant, a person says
    places |= {head: at for at, (bare, _) in reversed([*enumerate(named)]) if (head := chosen.get(bare))}
    unit = as_written(str(heads[places[VALUE]]), named[places[VALUE]][1]) if VALUE in places else ""
    return {head: places[head] for head in HEADS if head in places}, unit


def _take(found: ReadingFile, line: int, given: Mapping[str, Any], cells: Sequence[Any], table: TableLines) -> bool:
    """Take a line in; False for one that is none (a total, a note). Looked at so only where it could be: files may be long."""
    code, wrong, row = "", "", None
    try:
        code = _code(given[METER])
        _hold_read(code, given)
        row = reading_of(line, given[TIME], given[VALUE], given.get(UNIT), given.get(ESTIMATED))
        row = replace(row, is_usage=True) if found.is_usage else row
    except (UnreadableTimeError, NumberError) as error:
        wrong = str(error)
    if row is not None and code in found.readings:
        found.readings[code].append(row)
    elif what := table.aside([str(cell if cell is not None else "") for cell in cells]):
        found.faults.append(MeterFault(FaultKind.ASIDE, what if table.is_over else f"是{what}，没有读入", line=line))
        return False
    elif row is None:
        found.faults.append(MeterFault(FaultKind.UNREADABLE, wrong, line=line, refused=True, meter=code[:40]))
    else:
        found.readings[code] = [row]
    return True


def _hold_read(code: str, given: Mapping[str, Any]) -> None:
    if not code:
        raise NumberError(NOTHING.format(METER))
    for head, cell in given.items():
        if wrong := cell if isinstance(cell, Unread) else ditto_words(cell):
            msg = f"{head}：{wrong}"
            raise NumberError(msg)


def _code(value: Any) -> str:
    """Code of a meter as typed, without what nobody sees. Raises ``NumberError`` for a cell that cannot be the code that was meant."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dt.date | dt.time):
        raise NumberError(AS_DAY)
    try:
        return text_of(CODE, BookCell(value))
    except WrongCellError as error:
        msg = f"{METER}：{error}"
        raise NumberError(msg) from error


def reading_of(line: int, time: Any, value: Any, unit: Any = "", estimated: Any = "") -> NewReading:
    """A reading from cells of a file or fields of the API. Raises ``UnreadableTimeError`` and ``NumberError``."""
    at, offset = time_of(time)
    number, said = _measured(value, str(unit or "").strip())
    number = without_noise(number, PLACES)
    if abs(number) >= MOST or number != half_up(number, PLACES):
        msg = f"读数最多15位整数、{PLACES}位小数"
        raise NumberError(msg)
    how = folded(str(estimated or ""))
    if how not in ESTIMATIONS:
        msg = f"估算方法应为：{'、'.join(Estimation.labels)}，实测的留空"
        raise NumberError(msg)
    return NewReading(line, at, number, said, ESTIMATIONS[how], offset)


def _measured(value: Any, unit: str) -> tuple[Decimal, str]:
    """Number and unit of a reading; the unit may stand behind the number. Raises ``NumberError``."""
    if isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value):
        return Decimal(f"{value:.15g}"), unit  # significant digits of a number in a spreadsheet
    text = str(value if value is not None else "").strip()
    if text and says_nothing(text):
        msg = f"“{text}”是0还是没有读数？请填0或删去这一行"
        raise NumberError(msg)
    if not text:
        raise NumberError(NOTHING.format(VALUE))
    number, said = parted(text)
    if odd := odd_words(said) if said else "":
        raise NumberError(odd)
    if not said or not (behind := named_unit(said)).is_known:
        return parse_number(text), unit
    if unit and named_unit(unit) != behind:
        msg = f"读数写的是{said}，单位一栏或表头是{unit}，请核对"
        raise NumberError(msg)
    return parse_number(number), said


def time_of(given: Any) -> tuple[dt.datetime, dt.timedelta | None]:
    """Moment in Beijing time, and the UTC offset if one is written. Raises ``UnreadableTimeError``."""
    if isinstance(given, dt.datetime):
        rounded = (given + dt.timedelta(milliseconds=500)).replace(microsecond=0)  # a spreadsheet keeps days as fractions
        return rounded.replace(tzinfo=SHANGHAI), None
    if isinstance(given, dt.date):
        return dt.datetime.combine(given, dt.time(), tzinfo=SHANGHAI), None
    text = str(given if given is not None else "").strip()
    text = text if text.isascii() else visible(normalize("NFKC", text))
    if not text:
        raise UnreadableTimeError(NOTHING.format(TIME))
    moment, zone = _written(text)
    if moment is None:
        raise UnreadableTimeError(_asked(text) or f"时间“{text[:30]}”不能识别，请按 2026-03-01 00:15 的样子填写")
    if not zone:
        return moment, None
    if zone[0] == "-" and "T" not in text and _is_span(moment, zone):
        msg = f"时间“{text[:40]}”像是一个时段，请只写一个时刻：示数写抄表的，用量写时段开始的"
        raise UnreadableTimeError(msg)
    offset = _offset(zone)
    return moment.replace(tzinfo=dt.timezone(offset)).astimezone(SHANGHAI), offset


def _written(text: str) -> tuple[dt.datetime | None, str]:
    half = _HALF.search(text)
    match = _TIME.fullmatch(_without(half, text) if half else text)
    match = match or _COMPACT.fullmatch(text)
    if match is None:
        return None, ""
    *parts, fraction, zone = match.groups()
    year, month, day, hour, minute, second = (int(part or default) for part, default in zip(parts, (0, 1, 1, 0, 0, 0), strict=True))
    hour = _hour_of(half[0].upper(), hour) if half else hour
    ends_day = (hour, minute, second) == (24, 0, 0)  # many meters write the end of a day as 24:00
    try:
        moment = dt.datetime(year, month, day, 0 if ends_day else hour, minute, second, tzinfo=SHANGHAI)
        moment += dt.timedelta(days=ends_day, seconds=(fraction or ".0")[1] >= "5")  # as of a spreadsheet, to the nearest second
    except (ValueError, OverflowError):
        return None, ""
    return (moment if year >= FIRST_YEAR else None), zone or ""


def _without(half: re.Match[str], text: str) -> str:
    return f"{text[: half.start()].rstrip()} {text[half.end() :].lstrip()}".strip()


def _hour_of(half: str, hour: int) -> int:
    """Hour of the day of one that is written with half a day; -1 where that has no such hour, or it may be of the next day."""
    if half in MORNING:
        return hour % NOON if hour <= NOON else -1
    if hour > NOON:
        return hour
    if half == "中午":
        return ABOUT_NOON.get(hour, -1)
    return hour % NOON + NOON if half != "晚上" or hour in EVENING else -1


def _asked(text: str) -> str:
    """What is asked about a time that can be guessed: the number of a spreadsheet or a clock, a short year, day and month in doubt."""
    if _SERIAL.fullmatch(text):
        serial = dt.datetime(1899, 12, 30, tzinfo=SHANGHAI) + dt.timedelta(days=float(text))
        is_likely = FIRST_YEAR <= serial.year <= LAST_YEAR
        return f"时间“{text}”像是 Excel 的日期序号，是{serial:%Y-%m-%d %H:%M}吗？请改成日期" if is_likely else ""
    if _SECONDS.fullmatch(text):
        stamped = dt.datetime.fromtimestamp(int(text[:10]), SHANGHAI)
        return f"时间“{text}”像是时间戳，是{stamped:%Y-%m-%d %H:%M}吗？请改成日期"
    if short := _SHORT.match(text):
        return f"时间“{text[:30]}”的年份只写了两位，是20{short[1]:0>2}年吗？请写全年份"
    if (half := _HALF.search(text)) and _TIME.fullmatch(_without(half, text)):
        return f"时间“{text[:30]}”的“{half[0]}”分不清是几点，请按24小时写成 2026-03-01 23:30 的样子"
    return f"时间“{text[:30]}”分不清日和月，请写成 2026-03-01 的样子" if _YEAR_LAST.match(text) else ""


def _is_span(moment: dt.datetime, zone: str) -> bool:
    """Whether what could be an offset ends an interval of up to half a day: 00:00-00:15, 08:00-12:00."""
    return 0 < (int(zone[1:3]) * 60 + int(zone[-2:]) - moment.hour * 60 - moment.minute) % (24 * 60) <= LONGEST_SPAN


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
