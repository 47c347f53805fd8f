"""Bold and italic words within a line: stored as ``<b>…</b>`` and ``<i>…</i>``, returned as runs for printing.

Only these two pairs are interpreted; an unpaired tag or any other tag is plain text. Nothing is ever output as HTML without escaping.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from django.utils.safestring import SafeString

from greendistrict.core.fragments import written

TAG = re.compile(r"<(/?)([bi])>")
EDGES = re.compile(r"([ \t\u00a0\u3000]*)(.*?)([ \t\u00a0\u3000]*)", re.DOTALL)


@dataclass(frozen=True)
class TextRun:
    """A stretch of text with the same style."""

    text: str
    bold: bool = False
    italic: bool = False

    @property
    def look(self) -> tuple[bool, bool]:
        """Whether it is bold, and whether italic."""
        return self.bold, self.italic


class MarkedText(str):
    """Text with styled runs. As a ``str`` it is the plain words; templates render it as HTML with ``<b>`` and ``<i>``."""

    __slots__ = ("runs",)
    runs: tuple[TextRun, ...]

    def __new__(cls, runs: Iterable[TextRun]) -> Self:
        """The string value is the text of the runs."""
        kept = tuple(runs)
        made = super().__new__(cls, "".join(run.text for run in kept))
        made.runs = kept
        return made

    def __getnewargs__(self) -> tuple[tuple[TextRun, ...]]:  # type: ignore[override]  # that of str gives the text alone
        return (self.runs,)

    def __html__(self) -> SafeString:
        return written("components/marked_text.html", runs=self.runs)

    def lines(self) -> Iterator[str]:
        """Lines of the text; lines with styles as ``MarkedText``."""
        pieces = [replace(run, text=text) for run in self.runs for text in re.split(r"(\n)", run.text) if text]
        for is_break, some in groupby(pieces, lambda run: run.text == "\n"):
            if not is_break:
                yield _text_of(list(some))


def runs_of(line: str) -> list[TextRun]:
    """Runs of a stored line."""
    on, start, found = {"b": False, "i": False}, 0, list[TextRun]()
    for tag in TAG.finditer(line):
        closes, kind = tag.groups()
        if on[kind] if closes else not on[kind] and line.find(f"</{kind}>", tag.end()) >= 0:
            found.append(TextRun(line[start : tag.start()], on["b"], on["i"]))
            on[kind], start = not closes, tag.end()
    found.append(TextRun(line[start:], on["b"], on["i"]))
    return _joined(found)


def _joined(runs: Iterable[TextRun]) -> list[TextRun]:
    alike = groupby((run for run in runs if run.text), lambda run: run.look)
    return [TextRun("".join(run.text for run in some), *look) for look, some in alike]


def _clean(runs: Iterable[TextRun]) -> list[TextRun]:
    """Merge runs of the same style, and move spaces at the ends of styled runs outside."""
    parted = list[TextRun]()
    for run in _joined(runs):
        if any(run.look):
            before, core, after = EDGES.fullmatch(run.text).groups()  # type: ignore[union-attr]  # matches anything
            parted += (TextRun(before), replace(run, text=core), TextRun(after))
        else:
            parted.append(run)
    return _joined(parted)


def stored_line(runs: Iterable[TextRun]) -> str:
    """A line in stored form; words that look like marks get a full-width character."""
    clean = _clean(runs)
    line = "".join(map(_tagged, clean))
    if runs_of(line) == clean:
        return line
    return "".join(_tagged(replace(run, text=TAG.sub(lambda tag: f"＜{tag[0][1:]}", run.text))) for run in clean)


def _tagged(run: TextRun) -> str:
    text = f"<i>{run.text}</i>" if run.italic else run.text
    return f"<b>{text}</b>" if run.bold else text


def tidy_line(line: str) -> str:
    """The line with normalised marks."""
    return stored_line(runs_of(line)) if "<" in line else line


def plain_line(line: str) -> str:
    """Text of a line without marks."""
    return "".join(run.text for run in runs_of(line)) if "<" in line else line


def _text_of(runs: Sequence[TextRun]) -> str:
    return MarkedText(runs) if any(any(run.look) for run in runs) else "".join(run.text for run in runs)


def marked(*lines: str) -> str:
    """Stored lines as text to print: ``MarkedText`` if any words are styled, otherwise a plain ``str``."""
    runs = [run for at, line in enumerate(lines) for run in (*([TextRun("\n")] if at else ()), *runs_of(line))]
    return _text_of(runs)
