"""Rendered rows of a score table, cached under everything they show; and its own result as a fragment for other pages."""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import add
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from assessments.score_page.selectors.table_page import chapters_of, own_result
from assessments.score_page.selectors.table_rows import GroupHead, ScoreSheet, heads_of, row_view
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import bases_for
from assessments.tables.selectors.widgets import base_lines
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.fragments import written
from greendistrict.core.memoisation import Kept
from indicators.scoring.prepare import ChapterRules, Item


def own_result_shown(viewer: Viewer, table: ScoreTable) -> SafeString:
    """What ``{% own_result_of %}`` shows; empty if the user may not see the table."""
    return render_to_string("assessments/score_page/_own_result.html", {"own": own_result(viewer, table)})


KEPT_ROWS = 1500
ROW, HEAD = "assessments/score_page/_score_row.html", "assessments/score_page/_score_head.html"
_written: Kept[SafeString] = Kept(KEPT_ROWS)


class TableLayout(NamedTuple):
    """Layout of the rows, independent of their content."""

    editable: bool
    reads_files: bool
    operation: bool
    building: bool

    @property
    def columns(self) -> int:
        """Number of columns of the table."""
        return (10 if self.building else 9) if self.operation else 6


Typed = Mapping[str, tuple[Any, str]]


def groups_of(  # noqa: PLR0917 -- what a page chooses
    sheet: ScoreSheet,
    chapters: Iterable[ChapterRules],
    look: TableLayout,
    selected: str,
    only: Collection[str] | None,
    typed: Typed,
    why: Mapping[str, str],
) -> list[dict[str, str]]:
    """Rendered rows of the chapters under their headings; ``chapter`` names the first group of each if several are on the page.

    ``only``: clauses to show; ``typed``: value and message of refused cells; ``why``: the filter's reason for showing a row.
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
                groups.append({"chapter": name, "title": head.title, "head": head_of(head, name, look), "rows": reduce(add, rows)})
                name = ""
    return groups


def chapter_list(sheet: ScoreSheet, current: str) -> SafeString:
    """The rendered chapter list with progress and scores; ``current`` is the key of the open chapter."""
    href = reverse("assessments:score_table", args=[sheet.table.pk])
    return written("assessments/score_page/_score_chapters.html", chapters=tuple(chapters_of(sheet, current)), page_href=href)


def head_of(head: GroupHead, chapter: str, look: TableLayout) -> SafeString:
    """The rendered heading of a group with its points, below the name of the chapter if given."""
    return written(HEAD, key=head.key, title=head.title, note=head.note, chapter=chapter, columns=look.columns)


def written_row(
    sheet: ScoreSheet, item: Item, look: TableLayout, *, selected: bool, typed: tuple[Any, str] | None = None, why: str = ""
) -> SafeString:
    """One rendered row. It contains neither table nor user, so that equal rows share one cache entry."""

    def write() -> SafeString:
        return render_to_string(
            ROW, {**look._asdict(), "row": row_view(sheet, item, *(typed or (None, "")), why=why), "selected": selected}
        )

    return write() if typed else _written.get((look, selected, why, sheet.beside, sheet.keys[item.id]), write)


def beside(sheet: ScoreSheet, keys: Collection[str], without: str = "") -> dict[str, Any]:
    """Base quantities by key and the rows of the clauses that use them, as template context."""
    if not keys:
        return {"others": [], "bases": []}
    items = sheet.scored.table.items
    names = {name for key, base in bases_for(sheet.table).by_key.items() if key in keys for name in base.items} - {without}
    return {
        "others": [row_view(sheet, items[name]) for name in items if name in names],
        "bases": [line for line in base_lines(sheet.table, sheet.rows) if line.key in keys],
    }
