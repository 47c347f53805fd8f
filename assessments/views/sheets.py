"""The rows of a score table as the page shows them: written once, and kept by everything that they show."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments.selectors.scoring import left_out_by_portal
from assessments.selectors.table_rows import Sheet, heads_of, row_view
from greendistrict.core.memo import Kept
from indicators.scoring import ChapterRules, Item

KEPT_ROWS = 1500
ROW = "assessments/_score_row.html"
_written: Kept[SafeString] = Kept(KEPT_ROWS)


class Look(NamedTuple):
    """How rows are shown, whatever is in them."""

    editable: bool
    reads_files: bool
    operation: bool
    building: bool

    @property
    def columns(self) -> int:
        """Columns of the table."""
        return (10 if self.building else 9) if self.operation else 6


class Group(NamedTuple):
    """Rows under one head; ``chapter`` is told where rows of several chapters stand together."""

    key: str
    chapter: str
    title: str
    note: str
    rows: list[SafeString]


Typed = Mapping[str, tuple[Any, str]]


def groups_of(  # noqa: PLR0917 -- what a page chooses
    sheet: Sheet,
    chapters: Iterable[ChapterRules],
    look: Look,
    selected: str,
    only: Collection[str] | None,
    typed: Typed,
    why: Mapping[str, str],
) -> list[Group]:
    """Rows of the chapters under their heads.

    ``only``: clauses to show; ``typed``: value and message of cells that were not taken; ``why``: what the filter says of a row.
    """
    chapters = list(chapters)
    groups = []
    for chapter in chapters:
        name = f"{chapter.number}　{chapter.title}" if only is not None or len(chapters) > 1 else ""
        for head in heads_of(sheet, chapter):
            items = [item for item in head.items if only is None or item.id in only]
            rows = [
                written_row(sheet, item, look, selected=item.id == selected, typed=typed.get(item.id), why=why.get(item.id, ""))
                for item in items
            ]
            if rows:
                groups.append(Group(head.key, name, head.title, head.note, rows))
    return groups


def written_row(sheet: Sheet, item: Item, look: Look, *, selected: bool, typed: tuple[Any, str] | None = None, why: str = "") -> SafeString:
    """One row. It names no table and no person, so rows that show the same are the same."""

    def write() -> SafeString:
        return render_to_string(
            ROW, {**look._asdict(), "row": row_view(sheet, item, *(typed or (None, "")), why=why), "selected": selected}
        )

    return write() if typed else _written.get((look, selected, why, *_shown(sheet, item)), write)


def _shown(sheet: Sheet, item: Item) -> tuple[object, ...]:
    """Everything a row is made from: edition, clause, the row as stored, last year's, the planned points, whether scoring works."""
    row, before, table = sheet.rows.get(item.id), sheet.previous.get(item.id), sheet.table
    return (
        table.edition.digest,
        table.type,
        table.stage,
        item.id,
        row and repr(row._replace(table_id=0, pk=0, explanation="")),
        before and repr((before.value, before.exclusion_reason)),
        repr(sheet.planned_points.get(item.id)),
        sheet.scored.result is None,
        left_out_by_portal(item, table),
    )
