"""What a section of the ledger is: its words, table, form, columns, what of it is taken over and what is missing."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from operation.common.forms import EntryForm
from operation.common.models import LedgerEntry

CellValue = str | int | Decimal | dt.date | None


@dataclass(frozen=True)
class LedgerColumn:
    """A column of a section: its head, the value of an entry, its width in a workbook, and decimals where it is a number."""

    title: str
    value: Callable[[Any], CellValue]
    width: int = 16
    places: int | None = None


@dataclass(frozen=True)
class MissingRecord:
    """Something that the ledger of a year lacks; ``required``: the policy says 应 or owes it, otherwise it is 宜."""

    text: str
    cite: str
    required: bool = False


@dataclass(frozen=True)
class LedgerSection:
    """A section of the ledger. ``carried`` are the fields taken over from the year before; none: nothing is.

    ``missing(entries, files)`` says what lacks in a year: confirmed entries of the section, and the number of files by entry.
    """

    key: str
    title: str
    noun: str
    cite: str
    model: type[LedgerEntry]
    form: type[EntryForm]
    columns: tuple[LedgerColumn, ...]
    missing: Callable[[Sequence[Any], Mapping[int, int]], list[MissingRecord]]
    carried: tuple[str, ...] = ()
    hint: str = ""
