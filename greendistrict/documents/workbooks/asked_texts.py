"""Texts of a choice that nobody knows: each is asked once for all rows of an upload, and the answer put in its place."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from greendistrict.documents.workbooks.cells import one_line_end, read_cell
from greendistrict.documents.workbooks.columns import AnsweredValue, AskedCellError, CellValue, Column
from greendistrict.documents.workbooks.foreign import MOST_CHOICES, HeadReader
from greendistrict.documents.workbooks.grids import BookCell

if TYPE_CHECKING:
    from django.http import QueryDict

Answers = Mapping[tuple[str, str], str]  # by label of the column and text; empty where the rows come back


class AskedText(NamedTuple):
    """A text of a column, the number of rows that have it, the texts that may be put in its place, and the one that was chosen."""

    label: str
    text: str
    rows: int
    options: tuple[str, ...]
    chosen: str


class AskingReader(HeadReader):
    """A reader of cells with the ``answers`` that a person gave for the texts of this upload."""

    answers: Answers = MappingProxyType({})

    @cached_property
    def asked_texts(self) -> dict[tuple[str, str], AskedText]:
        """Texts that were met and are asked about, or were answered, by label and text."""
        return {}

    def read_cell(self, column: Column, cell: BookCell, _row: Any) -> CellValue:
        """Read a cell of a stored row, None for a new one. Raises ``WrongCellError``."""
        return read_cell(column, cell)

    def answered(self, column: Column, cell: BookCell, row: Any, at: int | None = None) -> CellValue:
        """What is read in a cell, or in the answer to it; ``at`` is its line, None where it is counted elsewhere.

        Raises ``WrongCellError``.
        """
        try:
            return self.read_cell(column, cell, row)
        except AskedCellError as asked:
            key = (column.label, asked.text)
            answer = self.answers.get(key, "")
            answer = answer if answer in asked.options else ""
            if at is not None:
                before = self.asked_texts.get(key)
                self.asked_texts[key] = AskedText(*key, before.rows + 1 if before else 1, asked.options, answer)
            if not answer:
                raise
            found = self.answered(column, BookCell(asked.with_answer(answer)), row, at)
            note = f"“{asked.text}”按这次选定的“{answer}”"
            return AnsweredValue(found.value, "；".join(filter(None, (note, found.note))))

    def choices(self, seen: Any) -> "Choices":
        """What people may choose after a sheet was read; ``seen`` is its ``Preview``."""
        read = {**seen.guessed, **seen.chosen}
        texts = sorted(self.asked_texts.values(), key=lambda one: bool(one.chosen))  # what has no answer first
        columns = [*read.values(), *seen.absent]
        return Choices(self.asked(read, seen.unread, seen.absent), columns, list(read), texts[:MOST_CHOICES], len(texts[MOST_CHOICES:]))


class Choices(NamedTuple):
    """What a preview lets people choose.

    ``asked`` and ``columns``: heads as of ``HeadReader.asked``, and the labels for them; ``read``: heads that were read and may be read
    otherwise; ``texts`` to be answered, and how many ``others`` there are.
    """

    asked: dict[str, str]
    columns: list[str]
    read: list[str]
    texts: list[AskedText]
    others: int

    @property
    def is_any(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.asked or self.texts)

    def context(self) -> dict[str, Any]:
        """Template context of the choices."""
        heads = {"asked": self.asked, "columns": self.columns} if self.asked else {}
        return {**heads, "texts": self.texts, "other_texts": self.others}

    def as_kept(self) -> dict[str, Any]:
        """The choices as JSON, which the database would put in another order."""
        return {**self._asdict(), "asked": list(self.asked.items())}


def choices_of(kept: Mapping[str, Any]) -> Choices:
    """Choices from JSON."""
    return Choices(**{**kept, "asked": dict(kept["asked"]), "texts": [AskedText(*one) for one in kept["texts"]]})


NO_CHOICES = Choices({}, [], [], [], 0)


def signable(answers: Answers) -> list[list[str]]:
    """Answers as JSON."""
    return [[*key, answer] for key, answer in answers.items()]


def answers_of(lines: Iterable[Iterable[str]]) -> dict[tuple[str, str], str]:
    """Answers from JSON or the lists of a form: label, text, answer."""
    return {(label, one_line_end(text)): answer for label, text, answer in lines}


def given_answers(data: "QueryDict") -> dict[tuple[str, str], str]:
    """Answers of a form (``_texts.html``)."""
    return answers_of(zip(*(data.getlist(name) for name in ("label", "text", "answer")), strict=False))
