"""What comes in for a chapter, pasted or as a file → its clauses, compared with what is stored and checked. Writes nothing.

A workbook with the sheets of an edition is read by the reader of editions; any other sheet as a table with one clause a row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks.grids import BookCell, grids
from greendistrict.documents.workbooks.layout import merged_ranges, parts_of
from greendistrict.documents.workbooks.pasted import NAME as PASTED
from indicators.catalogue import raw_of
from indicators.catalogue.normal_form import normalise
from indicators.catalogue.problems import Path
from indicators.editions.workbook.build import workbook_of
from indicators.editions.workbook.encode import CHAPTERS, ITEMS, RULES
from indicators.editions.workbook.read import gathered
from indicators.entry.progress import Document, field_and_text, judged, place_in
from indicators.entry.rows import (
    LABELS,
    MOST_COLUMNS,
    MOST_LINES,
    ChapterBase,
    EntryFault,
    Fill,
    Item,
    ReadRows,
    items_of,
    pasted_grid,
    read_rows,
)

# What may still be missing in another chapter is looked at when the edition is whole.
LATER = frozenset({"shared_with"})


@dataclass(frozen=True)
class ChapterInput:
    """What would be written: all clauses of the chapter, which numbers are new, changed and gone; or the faults that keep it out."""

    items: Sequence[Item]
    faults: Sequence[EntryFault]
    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]
    left_out: Sequence[str] = ()
    matched: Sequence[str] = ()
    unread: Sequence[str] = ()
    asked: Mapping[str, str] = field(default_factory=dict)  # with ``columns`` and ``chosen`` as of ``ReadRows``
    columns: Sequence[str] = ()
    chosen: Sequence[str] = ()

    @property
    def is_new(self) -> bool:
        """Whether writing it changes anything."""
        return bool(self.added or self.changed or self.removed)


def chapter_workbook(document: Document, at: int) -> bytes:
    """One chapter as a workbook of the form of editions. Raises ``Refused`` for a text that no spreadsheet keeps."""
    return workbook_of({**document, "chapters": [document["chapters"][at]]})


def read_pasted(text: str, document: Document, at: int, fill: Fill, labels: Mapping[str, str] | None = None) -> ChapterInput:
    """Read a range of cells; ``labels`` of columns by head as people chose them. Raises ``Refused`` for what is none."""
    return _from_rows(read_rows({PASTED: pasted_grid(text)}, None, labels), document, at, fill)


def read_clause(cells: Mapping[str, str], document: Document, at: int) -> ChapterInput:
    """Read one clause from texts by field, as a table of one row."""
    grid = [[BookCell(LABELS[name]) for name in cells], [BookCell(text.strip() or None) for text in cells.values()]]
    return _from_rows(read_rows({PASTED: grid}), document, at, Fill())


def read_file(content: bytes, document: Document, at: int, fill: Fill, labels: Mapping[str, str] | None = None) -> ChapterInput:
    """Read a workbook: the chapter's own, or any sheet with the heads, ``labels`` as in ``read_pasted``. Raises ``Refused``."""
    parts = parts_of(content)
    if {CHAPTERS, ITEMS, RULES} <= set(parts):
        return _from_own(content, document, at)
    sheets = grids(content, rows=MOST_LINES + 1, columns=MOST_COLUMNS)
    return _from_rows(read_rows(sheets, merged_ranges(content, parts), labels), document, at, fill)


def _from_rows(found: ReadRows, document: Document, at: int, fill: Fill) -> ChapterInput:
    kept = document["chapters"][at]["items"]
    items, places = items_of(found, kept, _base(document, at), fill)
    items = [item for item in items if item["id"] in places] if fill.only else items
    seen = _compared(document, at, items, {})
    faults = [replace(one, where=places.get(one.number, "已录入")) for one in seen.faults]
    Refused.unless(found.rows or found.faults, "表头下面没有条文")
    seen = replace(seen, faults=[*found.faults, *faults], left_out=found.left_out, matched=found.matched, unread=found.unread)
    return replace(seen, asked=found.asked, columns=found.columns, chosen=found.chosen)


def _base(document: Document, at: int) -> ChapterBase:
    head = document["edition"]
    url = next((source["url"] for source in head["sources"] if source["url"]), None)
    types, stages = ([entry["key"] for entry in document[name]] for name in ("types", "stages"))
    return ChapterBase(head["code"], url, head["official"], types, stages, document["chapters"][at]["kind"] == "bonus")


def _from_own(content: bytes, document: Document, at: int) -> ChapterInput:
    data, decoding = gathered(content)
    key = document["chapters"][at]["key"]
    others = [chapter for chapter in data["chapters"] if chapter["key"] != key]
    own = next((number for number, chapter in enumerate(data["chapters"]) if chapter["key"] == key), None)
    Refused.when(own is None or any(chapter["items"] for chapter in others), "工作簿不是本章的，请上传从本页下载的本章工作簿")
    if decoding.problems:
        faults = [EntryFault(one.cell, "", "", one.text) for one in sorted(decoding.problems)]
        return ChapterInput((), faults, (), (), ())
    raw = data["chapters"][own]["items"]
    cells = {("chapters", at, *path[2:]): cell for path, cell in decoding.cells.items() if path[:2] == ("chapters", own)}
    seen = _compared(document, at, raw, cells)
    return seen if seen.faults else replace(seen, items=_normal(document, at, raw))


def _normal(document: Document, at: int, items: Sequence[Item]) -> list[Item]:
    normal: list[Item] = normalise(raw_of({**document, "chapters": [{**document["chapters"][at], "items": items}]}))["chapters"][0]["items"]
    return normal


def _compared(document: Document, at: int, items: Sequence[Item], cells: Mapping[Path, str]) -> ChapterInput:
    """Check the clauses within the whole draft, and compare them with the stored ones."""
    chapters = list(document["chapters"])
    kept = {item["id"]: item for item in chapters[at]["items"]}
    elsewhere = {item["id"]: chapter for number, chapter in enumerate(chapters) if number != at for item in chapter["items"]}
    chapters[at] = {**chapters[at], "items": list(items)}
    whole = {**document, "chapters": chapters}
    faults = []
    for number, item in enumerate(items):
        if (other := elsewhere.get(item["id"])) is not None:
            where = cells.get(("chapters", at, "items", number, "id"), "")
            faults.append(EntryFault(where, item["id"], LABELS["id"], f"已在第{other['no']}章“{other['title']}”里"))
    for problem in judged(whole, cells).problems:
        place = place_in(problem)
        if problem.kind != "invalid" or place is None or place.chapter != at or place.item is None or place.field in LATER:
            continue
        name = str(items[place.item]["id"] or "")
        if not (name in elsewhere and place.field == "id"):
            faults.append(EntryFault(problem.cell, name, *field_and_text(problem, whole)))
    if faults:
        return ChapterInput(items, faults, (), (), ())
    given = {item["id"]: item for item in _normal(document, at, items)}
    added = [name for name in given if name not in kept]
    changed = [name for name, item in given.items() if name in kept and kept[name] != item]
    return ChapterInput(items, (), added, changed, [name for name in kept if name not in given])
