"""Problems found in an edition file, each with its line and path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str | int, ...]
Kind = Literal["invalid", "incomplete"]


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: ``line`` from 1, ``path`` as ``chapters[0].items[3].points``."""

    line: int
    path: str
    text: str
    kind: Kind = "invalid"

    def __str__(self) -> str:
        return f"第{self.line}行 {self.path}：{self.text}" + ("（缺项）" if self.kind == "incomplete" else "")


@dataclass
class Findings:
    """Collects problems and notes; knows the line of every path."""

    lines: Mapping[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def at(self, *path: str | int) -> "Place":
        """Return the place with this path."""
        return Place(self, tuple(path))


@dataclass(frozen=True)
class Place:
    """A place in the file, to hang findings on; ``place / key`` is the place below it."""

    findings: Findings
    path: Path

    def __truediv__(self, key: str | int) -> "Place":
        return Place(self.findings, (*self.path, key))

    @property
    def line(self) -> int:
        """Line of this place, from 1."""
        return self.findings.line(self.path)

    def bad(self, text: str) -> None:
        """Report something that makes the file invalid."""
        self.findings.problems.append(Problem(self.line, show(self.path), text))

    def gap(self, text: str) -> None:
        """Report something that is not entered yet."""
        self.findings.problems.append(Problem(self.line, show(self.path), text, "incomplete"))

    def note(self, text: str) -> None:
        """Give advice; never fails a file."""
        self.findings.notes.append(Problem(self.line, show(self.path), text))


def show(path: Path) -> str:
    """Path as people write it: ``chapters[0].items``."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown or "文件"
