"""Read inventory files (YAML), reporting every fault with its line. Numbers are parsed from their text and never become floats."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

import yaml

from carbon.enums import Sector
from carbon.factor_library import LibraryFactor, library
from carbon.inventory import Activity, Factor, InventoryBoundary, emissions_of, misfit_of
from carbon.units import HeatingValue, UnfitUnitError, UnknownUnitError, factor_unit_of, heat_unit_of, unit_of
from greendistrict.core.integers import whole
from greendistrict.core.number_parsing import NumberError, parse_number
from greendistrict.core.unit_names import normal_cubic_words
from greendistrict.policy.yaml_file import MALFORMED_YAML, UNPRINTABLE, parser_fault

FIELDS = {"year", "boundary", "include_industry", "activities"}
BOUNDARY = ("area_m2", "population", "gdp_wan")
NEEDED = ("id", "sector", "amount", "unit", "factor")
FACTOR = ("value", "unit")
EMPTY = ("", "~", "null", "Null", "NULL")
FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
FIRST_YEAR, LAST_YEAR = 1000, 9999
MAX_BYTES = 5 * 1024 * 1024
Found = TypeVar("Found")
MOST_DIGITS = 1000  # digits before and after the point; no database column limits them
_POWER = re.compile(r"([+-]?[\d.]+)[eE]([+-]?\d+)", re.ASCII)
MOST_POWER_DIGITS = 3
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # an escape such as "\0" is not allowed in any text


@dataclass(frozen=True)
class FileFault:
    """One fault and its line, counted from 1."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}"


class FaultyFileError(ValueError):
    """The file has ``faults`` (in line order) and cannot be calculated."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(map(str, self.faults)))


class _FaultError(Exception):
    """Internal: stops reading the current value."""

    def __init__(self, node: yaml.Node, reason: str) -> None:
        self.fault = FileFault(node.start_mark.line + 1, reason)
        super().__init__(reason)


@dataclass(frozen=True)
class InventoryFile:
    """A parsed file: the arguments of ``carbon.inventory.compute``."""

    boundary: InventoryBoundary
    activities: tuple[Activity, ...]
    include_industry: bool
    year: int | None


def parse(text: str, known: Mapping[str, LibraryFactor] | None = None) -> InventoryFile:
    """Parse the text of a file; ``known`` is the factor library, by default that of the data file.

    Raises ``FaultyFileError`` with every fault found.
    """
    if len(text) > MAX_BYTES:
        raise FaultyFileError([FileFault(1, f"文件过大，最多{MAX_BYTES}字节")])
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FaultyFileError([FileFault(*parser_fault(error, text))]) from error
    except RecursionError as error:
        raise FaultyFileError([FileFault(1, MALFORMED_YAML)]) from error
    if root is None:
        raise FaultyFileError([FileFault(1, "文件是空的")])
    return _InventoryReader(library() if known is None else known).read(root)


def read_text(content: bytes) -> str:
    """Decode UTF-8, with or without a BOM. Raises ``FaultyFileError`` with the line of the first invalid byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultyFileError([FileFault(error.object.count(b"\n", 0, error.start) + 1, "不是 UTF-8 文本")]) from error


@dataclass
class _InventoryReader:
    """Reads a file and continues after a fault, so that all faults are reported at once."""

    known: Mapping[str, LibraryFactor]
    faults: list[FileFault] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Context manager: record a fault raised in the block and continue after it."""
        try:
            yield
        except _FaultError as error:
            self.faults.append(error.fault)

    def read(self, root: yaml.Node) -> InventoryFile:
        found = {}
        with self.noting():
            found = _mapping(root, FIELDS)
        boundary, activities, year, included = None, [], None, False
        if not self.faults:
            with self.noting():
                year = _year(found["year"]) if "year" in found else None
            with self.noting():
                included = _flag(found["include_industry"]) if "include_industry" in found else False
            with self.noting():
                boundary = self.boundary(_needed(found, "boundary", root))
            with self.noting():
                activities = self.activities(_needed(found, "activities", root), year)
        if self.faults or boundary is None:
            raise FaultyFileError(self.faults)
        return InventoryFile(boundary, tuple(activities), included, year)

    def boundary(self, node: yaml.Node) -> InventoryBoundary | None:
        values = _mapping(node, set(BOUNDARY))
        numbers = []
        for key in BOUNDARY:
            with self.noting():
                numbers.append(_above_zero(_needed(values, key, node), f"边界 {key}"))
        return InventoryBoundary(*numbers) if len(numbers) == len(BOUNDARY) else None

    def activities(self, node: yaml.Node, year: int | None) -> list[Activity]:
        if not isinstance(node, yaml.SequenceNode):
            raise _FaultError(node, "activities 应是一列活动")
        found: dict[str, Activity] = {}
        for child in node.value:
            with self.noting():
                activity = self.activity(child, year)
                if activity is None:
                    continue
                if activity.id in found:
                    raise _FaultError(child, f"编号 {activity.id} 写了两次")
                found[activity.id] = activity
        return list(found.values())

    def activity(self, node: yaml.Node, year: int | None) -> Activity | None:
        """The activity, or None if one of its fields has a fault (at most one is recorded per field)."""
        values = _mapping(node, {*NEEDED, "name", "heating_value"})
        before = len(self.faults)
        found: dict[str, Any] = {}
        for key, read in _READERS.items():
            if key in NEEDED or key in values:
                with self.noting():
                    found[key] = read(_needed(values, key, node))
        with self.noting():
            found["factor"] = _factor(_needed(values, "factor", node), year, self.known)
        if len(self.faults) > before:
            return None
        activity = Activity(heating=found.pop("heating_value", None), **found)
        try:
            emissions_of(activity)
        except UnfitUnitError as error:
            raise _FaultError(values["unit"], misfit_of(activity, " heating_value")) from error
        return activity


def _factor(node: yaml.Node, year: int | None, known: Mapping[str, LibraryFactor]) -> Factor:
    if isinstance(node, yaml.MappingNode):
        values = _mapping(node, set(FACTOR))
        value, unit = (_needed(values, key, node) for key in FACTOR)
        mass, per = _known(unit, factor_unit_of)
        return Factor(_not_negative(value, "因子"), mass, per)
    key = _text(node)
    if key not in known:
        raise _FaultError(node, f"因子库中没有 {key}")
    version = known[key].version(year)
    if version is None:
        raise _FaultError(node, f"因子 {key} 没有{year}年的数值，最早{known[key].versions[0].since}年")
    return version.factor


def _heating(node: yaml.Node) -> HeatingValue:
    values = _mapping(node, set(FACTOR))
    value, unit = (_needed(values, key, node) for key in FACTOR)
    heat, per = _known(unit, heat_unit_of)
    return HeatingValue(_above_zero(value, "热值"), heat, per)


def _sector(node: yaml.Node) -> Sector:
    text = _text(node)
    if text not in Sector.values:
        raise _FaultError(node, f"没有部门 {text}，应为 {'、'.join(Sector.values)}")
    return Sector(text)


def _known(node: yaml.Node, read: Callable[[str], Found]) -> Found:
    text = _text(node)
    try:
        return read(text)
    except UnknownUnitError as error:
        raise _FaultError(node, normal_cubic_words(text) or f"没有单位 {text}") from error
    except UnfitUnitError as error:
        raise _FaultError(node, f"单位 {text} 不是热值的单位") from error


def _mapping(node: yaml.Node, allowed: set[str]) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _FaultError(node, f"应写 {'、'.join(sorted(allowed))}")
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = _text(key_node)
        if key not in allowed:
            raise _FaultError(key_node, f"没有这一项：{key}")
        if key in found:
            raise _FaultError(key_node, f"{key} 写了两次")
        if not (isinstance(value, yaml.ScalarNode) and not value.style and value.value in EMPTY):
            found[key] = value
    return found


def _needed(values: dict[str, yaml.Node], key: str, within: yaml.Node) -> yaml.Node:
    if key not in values:
        raise _FaultError(within, f"缺少 {key}")
    return values[key]


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _FaultError(node, "应是一个词或一个数")
    text = str(node.value).strip()
    if _UNPRINTABLE.search(text):
        raise _FaultError(node, UNPRINTABLE)
    return text


def _words(node: yaml.Node, what: str) -> str:
    """The value as non-empty text."""
    text = _text(node)
    if not text:
        raise _FaultError(node, f"缺少 {what}")
    return text


def _number(node: yaml.Node, what: str) -> Decimal:
    text = _text(node)
    try:
        power = _POWER.fullmatch(text)
        if power is None:
            return parse_number(text, MOST_DIGITS)
        if len(power[2].lstrip("+-").lstrip("0")) > MOST_POWER_DIGITS:
            raise _FaultError(node, f"{what}：指数最多{MOST_POWER_DIGITS}位")
        return Decimal(f"{parse_number(power[1], MOST_DIGITS)}E{power[2]}")  # from the text: scaleb would round to the context's 28 digits
    except NumberError as error:
        raise _FaultError(node, f"{what}：{error}") from error


def _not_negative(node: yaml.Node, what: str) -> Decimal:
    number = _number(node, what)
    if number < 0:
        raise _FaultError(node, f"{what}不能是负数")
    return number


def _above_zero(node: yaml.Node, what: str) -> Decimal:
    number = _number(node, what)
    if number <= 0:
        raise _FaultError(node, f"{what}应大于 0")
    return number


def _flag(node: yaml.Node) -> bool:
    text = _text(node)
    if text not in FLAGS:
        raise _FaultError(node, "应是 true 或 false")
    return FLAGS[text]


def _year(node: yaml.Node) -> int:
    year = whole(_text(node), 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _FaultError(node, "年份应是四位数")
    return year


# Parsers of an activity's fields, except its factor, which needs year and library.
_READERS: Mapping[str, Callable[[yaml.Node], Any]] = {
    "id": lambda node: _words(node, "id"),
    "sector": _sector,
    "amount": lambda node: _not_negative(node, "活动量"),
    "unit": lambda node: _known(node, unit_of),
    "heating_value": _heating,
    "name": _text,
}
