"""Problems found in an edition file, each with its line and path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

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
