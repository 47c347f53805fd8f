"""Problems found in an edition file, each with its line and path.

Also here: Checks shared by all parts of an edition. Each reports problems at its path and returns the usable values.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeGuard, TypeVar

Path = tuple[str | int, ...]
Kind = Literal["invalid", "incomplete"]
Where = TypeVar("Where", int, str)


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: ``line`` from 1, ``path`` as ``chapters[0].items[3].points``; from a workbook ``cell`` as ``条文!G7``."""

    line: int
    path: str
    text: str
    kind: Kind = "invalid"
    cell: str = ""

    def __str__(self) -> str:
        return f"{self.where} {self.path}：{self.text}" + ("（缺项）" if self.kind == "incomplete" else "")

    @property
    def where(self) -> str:
        """Place in the file: a line, or a cell of a workbook."""
        return self.cell or f"第{self.line}行"

    def as_json(self) -> dict[str, Any]:
        """The problem as JSON, stored for a gap."""
        return {"line": self.line, "path": self.path, "text": self.text, "where": self.where}


@dataclass
class ProblemCollector:
    """Collects problems and notes with the line, or the cell of a workbook, of every path."""

    lines: Mapping[Path, int] = field(default_factory=dict)
    cells: Mapping[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Line of the path, or of its nearest known parent."""
        return _nearest(self.lines, path, 1)

    def cell(self, path: Path) -> str:
        """Cell of the path, or of its nearest known parent; empty for a text file."""
        return _nearest(self.cells, path, "")

    def at(self, *path: str | int) -> "YamlPath":
        """Return the place with this path."""
        return YamlPath(self, tuple(path))


@dataclass(frozen=True)
class YamlPath:
    """A path in the file, for reporting problems; ``path / key`` is the path below it."""

    findings: ProblemCollector
    path: Path

    def __truediv__(self, key: str | int) -> "YamlPath":
        return YamlPath(self.findings, (*self.path, key))

    @property
    def line(self) -> int:
        """Line of this place, from 1."""
        return self.findings.line(self.path)

    @property
    def where(self) -> str:
        """The line, or the cell of a workbook."""
        return self._problem("").where

    def bad(self, text: str) -> None:
        """Report something that makes the file invalid."""
        self.findings.problems.append(self._problem(text))

    def gap(self, text: str) -> None:
        """Report something not entered yet."""
        self.findings.problems.append(self._problem(text, "incomplete"))

    def note(self, text: str) -> None:
        """Add a note; it never makes a file invalid."""
        self.findings.notes.append(self._problem(text))

    def _problem(self, text: str, kind: Kind = "invalid") -> Problem:
        return Problem(self.line, show(self.path), text, kind, self.findings.cell(self.path))


def _nearest(places: Mapping[Path, Where], path: Path, otherwise: Where) -> Where:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, otherwise)


def show(path: Path) -> str:
    """Path as people write it: ``chapters[0].items``."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown or "文件"


LARGEST = 10**12
KEY_LENGTH = 64
DECIMALS = 6


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a finite number of plausible size; booleans are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST if isinstance(value, float) else abs(value) <= LARGEST


def exact(value: float) -> Decimal:
    """Return the number as it was written."""
    return Decimal(str(value))


def decimals_of(value: Decimal) -> int:
    """Count decimals, trailing zeros left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def mapping(value: object, place: YamlPath, *, required: Collection[str], optional: Collection[str] = ()) -> TypeGuard[dict[str, Any]]:
    """Whether it is a mapping; missing and unknown keys are reported."""
    if not isinstance(value, dict):
        place.bad("应为一组键值")
        return False
    missing = [key for key in required if key not in value]
    if missing:
        place.bad(f"缺少：{'、'.join(missing)}")
    for key in value:
        if key not in required and key not in optional:
            (place / key).bad("不认识的键")
    return True


def text(place: YamlPath, value: object, *, optional: bool = False, longest: int | None = None) -> None:
    """Check that it is a text that is not empty."""
    if value is None and optional:
        return
    if not isinstance(value, str) or not value.strip():
        place.bad("应为文字")
    elif longest is not None and len(value) > longest:
        place.bad(f"共{len(value)}字，最多{longest}字")


def address(place: YamlPath, value: object) -> None:
    """Check that it is a URL or empty."""
    if value is not None and not isinstance(value, str):
        place.bad("应为网址或 null")


def rows(place: YamlPath, value: object) -> Iterable[tuple[YamlPath, Any]]:
    """Entries of a list with their paths; anything else is reported and yields nothing."""
    if not isinstance(value, list):
        place.bad("应为列表")
        return []
    return [(place / index, entry) for index, entry in enumerate(value)]


def points(place: YamlPath, value: object, most: Decimal | None) -> Decimal | None:
    """Points of a rule: 0 to ``most``; null is a gap."""
    if value is None:
        place.gap("分值未录入")
        return None
    if not is_number(value) or value < 0:
        place.bad("应为不小于0的数")
        return None
    number = exact(value)
    if decimals_of(number) > DECIMALS:
        place.bad(f"最多{DECIMALS}位小数")
    if most is not None and number > most:
        place.bad(f"{value}超过本条分值{most}")
    return number


def one_of(place: YamlPath, value: object, allowed: Collection[str]) -> bool:
    """Whether it is one of the allowed words; anything else is reported."""
    if isinstance(value, str) and value in allowed:
        return True
    place.bad(f"应为 {'、'.join(allowed)} 之一")
    return False
