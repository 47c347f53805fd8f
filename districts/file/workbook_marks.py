"""Workbooks of a district's lists: their title, and the hidden mark that identifies the district."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from districts.file.models.district import District
from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits, fresh, limits_of
from greendistrict.documents.workbooks.book import Book, Cell, Mark, SheetTitle, write_book
from greendistrict.documents.workbooks.reader import Reader
from greendistrict.policy import parameters

Row = TypeVar("Row")
Values = Mapping[str, Any]  # of a row by field


def district_mark(district: District) -> Mark:
    """Mark that identifies a district; a refusal names another district's workbook by its title instead of its code."""

    def other(_given: str, title: str) -> str:
        return f"工作簿是另一个城区的（{title or '没有写明哪个城区'}），本城区是{district.name}，请从本页导出"

    return Mark(district.code, other)


def list_book(district: District, book: Book, rows: Iterable[Iterable[Cell]], **more: Any) -> bytes:
    """Workbook of a list of a district; ``more`` as in ``write_book``."""
    title = SheetTitle(f"{district.name}{book.noun}清单", district.name, district.is_demo)
    return write_book(book, title, rows, marks=[district_mark(district)], **more)


class DistrictReader(Reader[District, Row]):
    """Reader of a list of one district."""

    def marks(self) -> list[Mark]:
        """Marks expected in the workbook: that of the district."""
        return [district_mark(self.subject)]

    @abstractmethod
    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """What the form of a row asks about; a figure far from the stored one is noted by every reader of a workbook."""

    def doubtful(self, row: Row | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What is asked about the row and was not before; what concerns a cell that stays is noted at the first changed one."""
        shown = list(changed if row is None else self.shown_changes(row, changed))
        stood = [] if row is None else list(self.questions({name: self.current(row, name) for name in typed}))
        for one in fresh(self.questions(typed), stood, changed.__contains__):
            yield (one.part if one.part in shown else shown[0]), one.text

    @cached_property
    def limits(self) -> PlausibilityLimits:
        """Limits by which cells are noted as doubtful."""
        return limits_of(parameters.load())
