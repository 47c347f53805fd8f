"""What a workbook would change in a list, before anything is written."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.grids import CellLine

SHOWN, OF_A_KIND = 300, 20  # cells of a preview, and of those that were interpreted alike in a longer one
_FIGURES = re.compile(r"[\d.,]+")


@dataclass(frozen=True)
class ImportedRow:
    """Changes of one row: ``pk`` is None for a new one; ``fields`` in stored form, ``values`` are data stored beside the row."""

    pk: int | None
    version: int
    label: str
    fields: dict[str, Any]
    values: dict[str, Any]


@dataclass
class Preview:
    """Result of comparing a workbook. ``problems`` concern the whole file, ``works`` are rows to write, ``returned`` rows not accepted.

    ``noted`` are cells of new rows whose interpretation must be shown; those of changed rows are in ``changed``. ``absent`` are columns
    that the workbook does not have, ``aside`` lines that are no rows (totals, notes, repeated heads) and are left out. ``told`` says how
    the heads of a sheet were read that is not the portal's own, ``unread`` are those of them that no column was found
    for, ``guessed`` labels of columns by heads that only look like theirs, ``chosen`` those by heads that people chose, ``hidden`` rows
    that were read though the sheet hides or filters them out, in words. ``earlier`` names the record of which the workbook is, if it
    came before this one (2025年度): it is read by its keys once the person says so. ``formulas`` is the number of cells that were
    refused as formulas though the workbook keeps their results.
    """

    added: list[str] = field(default_factory=list)
    changed: list[CellLine] = field(default_factory=list)
    noted: list[CellLine] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    absent: tuple[str, ...] = ()
    works: list[ImportedRow] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    aside: list[CellLine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    guessed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    earlier: str = ""
    formulas: int = 0

    @property
    def applicable(self) -> bool:
        """Whether anything can be written."""
        return bool(self.works) and not self.problems

    def work(self) -> dict[str, Any]:
        """Content to be signed and sent back, so that exactly the previewed changes are written."""
        return {"works": [asdict(work) for work in self.works]}

    def back(self) -> dict[str, Any]:
        """The returned rows in a form that can be signed and sent back."""
        return {"rows": [[row.cells, sorted(row.why.items())] for row in self.returned]}


def first_cells(lines: Sequence[CellLine]) -> tuple[list[CellLine], list[str]]:
    """Cells that a page shows, and what it says of the others.

    Of a long list each interpretation (one remark in one column, whatever its figures) is shown by its first cells and its others are
    counted; changes without a remark take the room that is left.
    """
    if len(lines) <= SHOWN:
        return list(lines), []
    kinds: dict[tuple[str, str], list[CellLine]] = {}
    for line in lines:
        if line.note:
            kinds.setdefault((line.label, _FIGURES.sub("#", line.note)), []).append(line)
    each = max(min(OF_A_KIND, SHOWN // len(kinds)), 1) if kinds else 0
    named = list(kinds.items())[:SHOWN]
    shown = [line for _, found in named for line in found[:each]]
    others = [
        f"{label}：同样的识别另有{len(rest)}格，{rest[0].address}至{rest[-1].address}，如“{rest[0].note}”"
        for (label, _), found in named
        if (rest := found[each:])
    ]
    left = sum(map(len, kinds.values())) - sum(len(found) for _, found in named)
    others += [f"另有{left}格的识别没有列出"] if left else []
    plain = [line for line in lines if not line.note]
    room = max(SHOWN - len(shown), OF_A_KIND)
    others += [f"没有识别说明的改动另有{len(plain) - room}格，自{plain[room].address}起"] if len(plain) > room else []
    return shown + plain[:room], others
