"""Checks of meter readings (pure). The table ``CHECKS`` explains each; refused readings are not written, noted ones are.

New readings of one meter are checked together with the stored readings around them, so a single reading is judged like one from a file of
a whole year. Consecutive readings with the same fault are reported as one fault.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

from carbon.metering.consumption import MeterSpec, ReadingPoint, is_on_grid, midnight, step_of, steps_between
from carbon.metering.enums import FaultKind, MeterInterval
from carbon.units import UnknownUnitError, convert, measures_same, unit_of
from greendistrict.core.clock import SHANGHAI
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up
from greendistrict.core.unit_names import named_unit, normal_cubic_words

SPIKE = 10  # times the usual step
BUSY = 3  # times a busy interval: daytime may be many times the night, winter many times the summer
SLIP = 100  # times the usual step, regardless of busy intervals: units were mixed up
USUAL_OF = 5  # least number of values for a usual step
TOLERANCE = Fraction(102, 100)  # accuracy of the meters
PLACES, MOST = 3, Decimal(10) ** 15
BEIJING = dt.timedelta(hours=8)
# Intervals without change after which a meter counts as stuck: three days, two weeks, a third of a year.
STUCK = {MeterInterval.QUARTER: 288, MeterInterval.HALF: 144, MeterInterval.HOUR: 72, MeterInterval.DAY: 14, MeterInterval.MONTH: 4}

MORE_THAN_USUAL = (
    f"一个间隔的用量超过平常（中位数）的{SPIKE}倍，也超过用量最大的一成间隔的{BUSY}倍；或者超过平常的{SLIP}倍。示数跳高后又回落的退回"
)


@dataclass(frozen=True)
class ReadingCheck:
    """One row of the table of checks: what it finds, and whether the reading is refused."""

    kind: FaultKind
    words: str
    refuses: str  # 不写入, 写入并提示, or which of them in which case


CHECKS: tuple[ReadingCheck, ...] = (
    ReadingCheck(FaultKind.UNREADABLE, "时间、读数不能识别，本城区没有这个编号的计量器具，或者把用量当成了累计示数", "不写入"),
    ReadingCheck(FaultKind.ASIDE, "合计、小计、说明、签字、页码的行，重复的表头", "不读入"),
    ReadingCheck(FaultKind.CODE, "编号与登记的只是全半角、大小写、连接号、空格不同：按登记的编号读入", "写入并提示"),
    ReadingCheck(FaultKind.CLOCK, "写明了其他时区的换算成北京时间；时刻不在计量间隔上的退回（多为设备时钟有误）", "换算的写入"),
    ReadingCheck(FaultKind.FUTURE, "时间晚于现在", "不写入"),
    ReadingCheck(FaultKind.TERM, "时间在启用之前或者停用之后", "不写入"),
    ReadingCheck(FaultKind.UNIT, "写明的单位与登记的不同：能换算的换算，量纲不同的退回", "换算的写入，量纲不同的不写入"),
    ReadingCheck(FaultKind.DUPLICATE, "同一文件里同一时刻出现两次：数值相同的计一次，不同的保留第一个", "第二个不写入"),
    ReadingCheck(FaultKind.NEGATIVE, "用量为负，或者累计示数比上一次小且不像翻转；换表请停用旧表、登记新表", "不写入"),
    ReadingCheck(FaultKind.ROLLOVER, "累计示数超过最大位数后从零开始，按登记的位数计算用量；示数超出位数的退回", "翻转的写入"),
    ReadingCheck(FaultKind.SPIKE, MORE_THAN_USUAL, "写入并提示，回落的不写入"),
    ReadingCheck(FaultKind.GAP, "两次读数之间缺少间隔；累计示数的用量平均分摊并计为估算", "写入并提示"),
    ReadingCheck(FaultKind.STUCK, "读数长时间不变（小时表3天、日表14天、月表4个月）；供热和供冷的停用期除外", "写入并提示"),
    ReadingCheck(FaultKind.PARENT, "一个月内分表用量之和超过总表用量的102%", "提示"),
)  # fmt: skip


@dataclass(frozen=True)
class NewReading:
    """A reading before it is written. ``line`` is its line in the file, ``offset`` a UTC offset if written, ``unit`` may be empty.

    ``is_usage``: its head says that it is what was used in an interval.
    """

    line: int
    at: dt.datetime
    value: Decimal
    unit: str = ""
    estimated: str = ""
    offset: dt.timedelta | None = None
    is_usage: bool = False


@dataclass(frozen=True)
class MeterFault:
    """A fault and the time span ``first``–``last`` it covers; ``refused`` means that its readings are not written."""

    kind: FaultKind
    words: str
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    line: int | None = None
    refused: bool = False
    count: int = 1
    meter: str = ""


@dataclass
class Checked:
    """The readings that may be written, converted to the meter's unit, and the faults."""

    accepted: list[NewReading] = field(default_factory=list)
    faults: list[MeterFault] = field(default_factory=list)


def check(spec: MeterSpec, rows: Iterable[NewReading], known: Sequence[ReadingPoint] = (), *, now: dt.datetime) -> Checked:
    """Check new readings of one meter; ``known`` are the stored readings around them, in time order."""
    found = Checked()
    taken: dict[dt.datetime, NewReading] = {}
    lost: list[dt.datetime] = []
    for row in rows:
        kept = _single(spec, row, now, found.faults)
        if kept is None:
            lost.append(row.at)
            continue
        earlier = taken.setdefault(kept.at, kept)
        if earlier is not kept:
            found.faults.append(_twice(earlier, kept))
    _sequence(spec, taken, known, found, lost)
    return found


def _single(spec: MeterSpec, row: NewReading, now: dt.datetime, faults: list[MeterFault]) -> NewReading | None:
    """The reading in Beijing time and in the meter's unit; None (with a fault) if it is refused regardless of its neighbours."""
    kind, words = _refusal(spec, row, now)
    if kind:
        faults.append(_fault(kind, row, words, refused=True))
        return None
    if row.offset not in (None, BEIJING):
        faults.append(_fault(FaultKind.CLOCK, row, f"时间写明了其他时区，换算成北京时间{_moment(row.at)}"))
    if _is_as_registered(spec, row):
        return row
    exact = _in_unit_of(spec, row)
    value = half_up(exact, PLACES)
    rounded = "" if value == exact else f"（保留{PLACES}位小数）"
    faults.append(_fault(FaultKind.UNIT, row, f"{plain(row.value)}{row.unit}换算成{plain(value)}{spec.unit}{rounded}"))
    return replace(row, value=value)


def _is_as_registered(spec: MeterSpec, row: NewReading) -> bool:
    return not row.unit or row.unit == spec.unit or unit_of(row.unit) == unit_of(spec.unit)


def _in_unit_of(spec: MeterSpec, row: NewReading) -> Fraction:
    """Value in the unit of the meter, exact. Raises ``UnknownUnitError`` and ``ValueError`` where its own cannot become that."""
    value = Fraction(row.value)
    return value if _is_as_registered(spec, row) else convert(value, unit_of(row.unit), unit_of(spec.unit))


def _refusal(spec: MeterSpec, row: NewReading, now: dt.datetime) -> tuple[FaultKind | None, str]:
    """First reason to refuse a reading that does not depend on its neighbours, as (kind, text)."""
    day = row.at.astimezone(SHANGHAI).date()
    # The register value at the end of the last day is read when the next day begins.
    over = spec.ends is not None and row.at > midnight(spec.ends + dt.timedelta(days=1))
    unit = _misfit(row.unit, spec.unit) if row.unit else ""
    full = spec.cumulative and spec.digits and not unit and half_up(_in_unit_of(spec, row), PLACES) >= 10**spec.digits
    usage = spec.cumulative and row.is_usage
    found = (
        (usage, FaultKind.UNREADABLE, "表头是“用量”，这块表登记的是累计示数：请填示数，确是示数的请把表头改为“示数”"),
        (row.at > now, FaultKind.FUTURE, f"{_moment(row.at)}晚于现在"),
        (day < spec.begins or over, FaultKind.TERM, f"{_moment(row.at)}不在使用期内"),
        (not is_on_grid(spec.interval, row.at), FaultKind.CLOCK, f"{_moment(row.at)}不在{MeterInterval(spec.interval).label}的间隔上"),
        (bool(unit), FaultKind.UNIT, unit),
        (row.value < 0, FaultKind.NEGATIVE, f"读数{row.value}是负数"),
        (full, FaultKind.ROLLOVER, f"示数{row.value}超出登记的{spec.digits}位"),
    )
    return next(((kind, words) for holds, kind, words in found if holds), (None, ""))


def _misfit(unit: str, of: str) -> str:
    """Why a reading in one unit cannot become one in the other; empty if it can."""
    try:
        is_same = measures_same(unit_of(unit), unit_of(of))
    except UnknownUnitError:
        return normal_cubic_words(unit) or f"没有单位“{unit}”，登记的是{of}"
    if is_same:
        return ""
    of_water = (named_unit(unit).name, named_unit(of).name) == ("t", "m3")  # bills of water say 吨
    return f"单位{unit}与登记的{of}量纲不同{'；1吨水按1立方米计，确是水量的请把单位改为m3' if of_water else ''}"


def _twice(earlier: NewReading, row: NewReading) -> MeterFault:
    if earlier.value == row.value:
        return _fault(FaultKind.DUPLICATE, row, f"与第{earlier.line}行相同，计一次")
    return _fault(
        FaultKind.DUPLICATE, row, f"与第{earlier.line}行同一时刻而数值不同，保留第{earlier.line}行的{plain(earlier.value)}", refused=True
    )


# --- readings that follow one another ---


@dataclass
class _Walk:
    """State of the walk over the readings in time order. ``lost`` are times of refused readings, which are not reported as gaps as well."""

    spec: MeterSpec
    new: Mapping[dt.datetime, NewReading]
    places: Mapping[dt.datetime, int]
    usual: "UsualSteps | None"
    found: Checked
    lost: list[dt.datetime]
    base: ReadingPoint | None = None
    unchanged: list[ReadingPoint] = field(default_factory=list)

    def note(self, kind: FaultKind, words: str, first: ReadingPoint, last: ReadingPoint, *, refused: bool = False) -> None:
        """Record a fault; a refused reading directly after one with the same fault extends that fault."""
        row = self.new.get(last.at) or self.new.get(first.at)
        faults = self.found.faults
        if refused:
            self.lost.append(last.at)
            before = faults[-1] if faults else None
            if before and before.refused and before.kind == kind and before.last and self._follows(before.last, first.at):
                faults[-1] = replace(before, last=last.at, count=before.count + 1)
                return
        faults.append(MeterFault(kind, words, first.at, last.at, row.line if row else None, refused))

    def _follows(self, one: dt.datetime, other: dt.datetime) -> bool:
        return one in self.places and self.places[other] - self.places[one] == 1


def _sequence(
    spec: MeterSpec, new: Mapping[dt.datetime, NewReading], known: Sequence[ReadingPoint], found: Checked, lost: list[dt.datetime]
) -> None:
    """Check the new readings in time order together with the stored ones."""
    merged = {point.at: point for point in known} | {at: ReadingPoint(at, row.value, row.estimated) for at, row in new.items()}
    points = [merged[at] for at in sorted(merged)]
    places = {point.at: number for number, point in enumerate(points)}
    walk = _Walk(spec, new, places, usual_steps(spec, points), found, lost)
    for number, point in enumerate(points):
        following = points[number + 1] if number + 1 < len(points) else None
        if _register(walk, point, following) if spec.cumulative else _interval(walk, point):
            if point.at in new:
                found.accepted.append(new[point.at])
            _gap(walk, point)
            _extend_unchanged(walk, point)
            walk.base = point
    _close_unchanged(walk)


@dataclass(frozen=True)
class UsualSteps:
    """Typical consumption per interval, zero intervals left out: the median, and the limit above which a value is a spike."""

    middle: Decimal
    most: Decimal


def usual_steps(spec: MeterSpec, points: Sequence[ReadingPoint]) -> UsualSteps | None:
    """Typical consumption per interval; None with fewer than ``USUAL_OF`` values. Busy is the (3 + n // 10)-th largest of n."""
    steps: list[Decimal] = []
    if spec.cumulative:
        for one, other in pairwise(points):
            if other.value > one.value:
                steps.append((other.value - one.value) / max(steps_between(spec.interval, one.at, other.at), 1))
    else:
        steps = [point.value for point in points if point.value > 0]
    if len(steps) < USUAL_OF:
        return None
    middle, busy = median(steps), sorted(steps)[-3 - len(steps) // 10]
    return UsualSteps(middle, min(max(SPIKE * middle, BUSY * busy), SLIP * middle))


def _register(walk: _Walk, point: ReadingPoint, following: ReadingPoint | None) -> bool:
    """Check a cumulative value. Returns whether it is accepted and becomes the base for the next one."""
    base, spec = walk.base, walk.spec
    if base is None:
        return True
    is_new = point.at in walk.new or base.at in walk.new
    count = max(steps_between(spec.interval, base.at, point.at), 1)
    if point.value < base.value:
        return _backward(walk, base, point, count, is_new=is_new)
    step = (point.value - base.value) / count
    if walk.usual is None or step <= walk.usual.most or not is_new:
        return True
    if following is not None and following.value < point.value and following.value >= base.value and point.at in walk.new:
        walk.note(FaultKind.SPIKE, f"{_moment(point.at)}示数{plain(point.value)}跳高后又回落", point, point, refused=True)
        return False
    walk.note(FaultKind.SPIKE, f"{_moment(point.at)}前一个间隔用量{_short(step)}，平常{_short(walk.usual.middle)}", point, point)
    return True


def _backward(walk: _Walk, base: ReadingPoint, point: ReadingPoint, count: int, *, is_new: bool) -> bool:
    spec = walk.spec
    if spec.digits:
        wrapped = step_of(spec, base.value, point.value)
        if wrapped <= (walk.usual.most * count if walk.usual else Decimal(10) ** spec.digits / 2):
            if is_new:
                words = f"{_moment(point.at)}示数从{plain(base.value)}翻转到{plain(point.value)}，用量{_short(wrapped)}"
                walk.note(FaultKind.ROLLOVER, words, base, point)
            return True
    if point.at not in walk.new:
        return True
    words = f"{_moment(point.at)}示数{plain(point.value)}小于上一次的{plain(base.value)}"
    walk.note(FaultKind.NEGATIVE, words, point, point, refused=True)
    return False


def _interval(walk: _Walk, point: ReadingPoint) -> bool:
    if point.at in walk.new and walk.usual is not None and point.value > walk.usual.most:
        walk.note(FaultKind.SPIKE, f"{_moment(point.at)}用量{plain(point.value)}，平常{_short(walk.usual.middle)}", point, point)
    return True


def _gap(walk: _Walk, point: ReadingPoint) -> None:
    base = walk.base
    if base is None or not (point.at in walk.new or base.at in walk.new):
        return
    missing = steps_between(walk.spec.interval, base.at, point.at) - 1
    missing -= sum(base.at < moment < point.at for moment in walk.lost) if missing > 0 else 0
    if missing > 0:
        walk.note(FaultKind.GAP, f"{_moment(base.at)}与{_moment(point.at)}之间缺{missing}个读数", base, point)


def _extend_unchanged(walk: _Walk, point: ReadingPoint) -> None:
    """Extend or close the run of unchanged values. Repeated zeros are no fault of a meter that reports consumption per interval."""
    last = walk.unchanged[-1] if walk.unchanged else None
    same = last is not None and last.value == point.value
    if same and (walk.spec.cumulative or point.value > 0):
        walk.unchanged.append(point)
        return
    _close_unchanged(walk)
    walk.unchanged = [point]


def _close_unchanged(walk: _Walk) -> None:
    run, spec = walk.unchanged, walk.spec
    if spec.seasonal or len(run) < 2 or not any(point.at in walk.new for point in run):  # noqa: PLR2004 -- one is no run
        return
    count = steps_between(spec.interval, run[0].at, run[-1].at)
    if count >= STUCK[MeterInterval(spec.interval)]:
        walk.note(FaultKind.STUCK, f"{_moment(run[0].at)}至{_moment(run[-1].at)}读数一直是{plain(run[0].value)}", run[0], run[-1])


# --- sub-meters ---


def above_parent(parent: Mapping[dt.date, Fraction], parts: Iterable[Mapping[dt.date, Fraction]], *, unit: str) -> list[MeterFault]:
    """Faults for months in which sub-meters sum to more than their parent (same unit); consecutive months become one fault."""
    sums: dict[dt.date, Fraction] = {}
    for part in parts:
        for month, amount in part.items():
            sums[month] = sums.get(month, Fraction(0)) + amount
    wrong = sorted(month for month, amount in sums.items() if month in parent and amount > parent[month] * TOLERANCE)
    faults: list[MeterFault] = []
    for month in wrong:
        moment = midnight(month)
        if faults and faults[-1].last is not None and steps_between(MeterInterval.MONTH, faults[-1].last, moment) == 1:
            faults[-1] = replace(faults[-1], last=moment, count=faults[-1].count + 1)
            continue
        words = f"{month.year}年{month.month}月分表合计{_short(sums[month])}{unit}，总表{_short(parent[month])}{unit}"
        faults.append(MeterFault(FaultKind.PARENT, words, moment, moment))
    return faults


def _fault(kind: FaultKind, row: NewReading, words: str, *, refused: bool = False) -> MeterFault:
    return MeterFault(kind, words, row.at, row.at, row.line, refused)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _short(value: Decimal | Fraction) -> str:
    return plain(half_up(value, PLACES))
