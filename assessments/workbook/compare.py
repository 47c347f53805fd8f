"""What a workbook would change, cell by cell, against what stands in the table now. Pure; the same code for preview and writing.

A cell that the workbook changed and nobody else did is *changed*. One that somebody else changed meanwhile is offered with both
values; one that can be read in two ways with each reading. Values go through ``cleaned``, the check of every cell.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assessments.common.enums import BuildState
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.selectors.scoring import RowData
from assessments.workbook.layout import LABELS
from assessments.workbook.parts import Atom, Part, join, parts_of, split
from assessments.workbook.read import Taken
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.grids import CellLine
from indicators.scoring.prepare import Item

KEEP = "keep"
Check = Callable[[Item, str, Any], Any]
Changers = Callable[[], Mapping[tuple[str, str], str]]


@dataclass(frozen=True)
class Option:
    """One answer to a question: ``code`` is what is posted."""

    code: str
    words: str
    note: str
    chosen: bool


@dataclass(frozen=True)
class Question:
    """A cell that the person decides: both values after somebody else's edit, or the readings of a number."""

    line: CellLine
    options: tuple[Option, ...]
    conflict: bool

    @property
    def open(self) -> bool:
        """Whether nothing is chosen yet."""
        return not any(option.chosen for option in self.options)


@dataclass(frozen=True)
class Edit:
    """One field to write: the row's version as compared, the value as it is stored."""

    item_id: str
    field: str
    version: int
    value: Any


@dataclass
class Comparison:
    """What an import would do; ``edits`` is the work when everything is decided."""

    changed: list[CellLine] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    same: int = 0
    edits: list[Edit] = field(default_factory=list)
    seen: str = ""

    @property
    def undecided(self) -> int:
        """How many cells wait for a choice."""
        return sum(question.open for question in self.questions)

    @property
    def applicable(self) -> bool:
        """Whether it may be written once everything is decided: something is there and nothing is refused."""
        return bool(self.changed or self.questions) and not self.refused


@dataclass(frozen=True)
class _Decided:
    """A cell after comparison: its new content, None standing for "as it is"."""

    taken: Taken
    content: Atom
    settled: bool
    kept: bool


class Comparer:
    """Compares the cells of one workbook with the rows of its table."""

    def __init__(
        self, sheet: ScoreSheet, check: Check, *, choices: Mapping[str, str] | None = None, changers: Changers | None = None
    ) -> None:
        self.sheet, self.check = sheet, check
        self.choices, self._ask = choices or {}, changers or dict
        self.found = Comparison()

    @cached_property
    def changers(self) -> Mapping[tuple[str, str], str]:
        """Who changed which field last, asked for once and only where somebody did."""
        return self._ask()

    def compare(self, taken: Iterable[Taken]) -> Comparison:
        """Go through the cells, clause by clause."""
        fields: dict[tuple[str, str], list[Taken]] = {}
        for one in taken:
            fields.setdefault((one.item_id, one.field), []).append(one)
        for (item_id, name), cells in fields.items():
            self._field(self.sheet.scored.table.items[item_id], name, cells)
        self.found.seen = self._digest(fields)
        return self.found

    def _digest(self, fields: Iterable[tuple[str, str]]) -> str:
        """Stamp of what the comparison was made with; another edit of these rows gives another."""
        versions = sorted({(item_id, self.sheet.rows[item_id].version) for item_id, _ in fields})
        return hashlib.sha256(json.dumps([self.sheet.table.pk, versions]).encode()).hexdigest()[:16]

    def _field(self, item: Item, name: str, cells: list[Taken]) -> None:
        row, parts = self.sheet.rows[item.id], {part.key: part for part in parts_of(item)}
        now = split(tuple(parts.values()), row.value) if name == "value" else {"": str(getattr(row, name) or "")}
        decided = [self._cell(item, one, now[one.part], parts.get(one.part)) for one in cells]
        wanted = [one for one in decided if not one.kept]
        if not wanted:
            return
        after = dict(now) | {one.taken.part: one.content for one in wanted}
        raw = join(tuple(parts.values()), after) if name == "value" else after[""]
        self._write(item, row, name, raw, wanted, parts, now)

    def _cell(self, item: Item, taken: Taken, now: Atom, part: Part | None) -> _Decided:
        """Decide a cell, or ask."""
        values = [value for value, _ in taken.readings]
        if now in values:
            self.found.same += 1
            return _Decided(taken, now, settled=True, kept=True)
        conflict = now != taken.base
        if not conflict and len(values) == 1:
            return _Decided(taken, values[0], settled=True, kept=False)
        question = self._question(item, taken, now, part, conflict=conflict)
        self.found.questions.append(question)
        code = next((option.code for option in question.options if option.chosen), "")
        if code in {"", KEEP}:
            return _Decided(taken, now, settled=bool(code), kept=True)
        return _Decided(taken, values[int(code)], settled=True, kept=False)

    def _question(self, item: Item, taken: Taken, now: Atom, part: Part | None, *, conflict: bool) -> Question:
        chosen = self.choices.get(taken.address, "")
        who = self.changers.get((taken.item_id, taken.field), "他人") if conflict else ""
        options = [
            Option(str(at), _shown(words_of(taken.field, part, value)), note or "工作簿中填写的", chosen == str(at))
            for at, (value, note) in enumerate(taken.readings)
        ]
        kept = f"平台现存，{who}改" if who else "不改，保留平台现存"
        options.append(Option(KEEP, _shown(words_of(taken.field, part, now)), kept, chosen == KEEP))
        line = self._line(
            item, taken, part, taken.base, "", "导出后平台上也有改动，请选定一个" if conflict else "可以有两种理解，请选定一个"
        )
        return Question(line, tuple(options), conflict)

    def _write(  # noqa: PLR0917 -- one field of one clause
        self,
        item: Item,
        row: RowData,
        name: str,
        raw: Any,
        wanted: list[_Decided],
        parts: Mapping[str, Part],
        now: Mapping[str, Atom],
    ) -> None:
        asked = {question.line.address for question in self.found.questions}
        try:
            stored = self.check(item, name, raw)
        except Refused as refused:
            first = wanted[0].taken
            self.found.refused.append(
                self._line(
                    item,
                    first,
                    parts.get(first.part),
                    now[first.part],
                    words_of(name, parts.get(first.part), wanted[0].content),
                    str(refused),
                )
            )
            return
        for one in wanted:
            if one.taken.address not in asked:
                part, note = parts.get(one.taken.part), one.taken.readings[0][1]
                after = words_of(name, part, one.content)
                self.found.changed.append(self._line(item, one.taken, part, now[one.taken.part], after, note))
        self.found.edits.append(Edit(item.id, name, row.version, stored))

    @staticmethod
    def _line(item: Item, taken: Taken, part: Part | None, before: Atom, after: str, note: str) -> CellLine:  # noqa: PLR0917 -- its columns
        label = LABELS[taken.field] if taken.field != "value" or part is None or not part.label else part.label
        return CellLine(taken.address, item.id, item.title, label, words_of(taken.field, part, before), after, note)


def words_of(name: str, part: Part | None, atom: Atom) -> str:
    """Content of a cell as people read it."""
    if name == "value" and part is not None:
        words = part.words(atom)
        return f"{words}{part.unit}" if words and part.kind == "number" else words
    if name == "build_state" and atom:
        return str(BuildState(str(atom)).label)
    return str(atom or "")


def _shown(words: str) -> str:
    return words or "空"


def dump(taken: Iterable[Taken]) -> list[list[Any]]:
    """Cells in a form that can be signed and sent along."""
    return [[one.address, one.item_id, one.field, one.part, one.base, [list(reading) for reading in one.readings]] for one in taken]


def load(found: Iterable[list[Any]]) -> list[Taken]:
    """Cells from ``dump``."""
    return [
        Taken(address, item_id, name, part, base, tuple((value, note) for value, note in readings))
        for address, item_id, name, part, base, readings in found
    ]
