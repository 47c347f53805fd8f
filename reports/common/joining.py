"""Join separately laid out documents into one PDF with common tags, bookmarks and links (docs/adr/0012).

Each document is written at once and then released, so that memory does not grow with the number of pages. Objects are renumbered;
structure parents and names of table headers are made unique per document. Imported only when a report is generated.
"""

import hashlib
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pydyf

from reports.common.render import ELSEWHERE, Fonts

SCALE = 0.75  # points of a pixel
TOGETHER = 200  # objects of one object stream
REFERENCE = re.compile(rb"(\d+) 0 R")
PAGES, CATALOG, ROOT, WHOLE, FONTS, FREE = range(1, 7)  # numbers of the objects that there is one of, and the first of the others
PLAIN, INSIDE = 1, 2  # an object at a place of the file, or in an object stream


@dataclass(frozen=True)
class _JoinedPart:
    """Data kept about a document until the whole PDF is finished."""

    pages: list[bytes]  # references
    marks: list[Any]  # bookmarks and height of each page
    tags: list[bytes]  # references of the highest ones
    parents: bytes  # reference of its leaf of the tree of structure parents


class JoinedPdf:
    """A PDF being written. Documents may be written in any order; ``finished`` is given their sequence."""

    def __init__(self) -> None:
        self._out, self._digest = BytesIO(), hashlib.md5(usedforsecurity=False)
        # Of each object: its kind, its place or stream, its place in the stream.
        self._where: list[array[int]] = [array("Q", [0] * FREE) for _ in range(3)]
        self._waiting: list[tuple[int, bytes]] = []  # for the next object stream
        self._parts: list[_JoinedPart] = []
        self._names: list[tuple[str, Any]] = []
        self._keys = 0  # structure parents so far
        self._fonts = Fonts()
        self._catalog, self._about = pydyf.Dictionary(), pydyf.Dictionary()
        self._where[2][0] = 65535  # generation of the object that is always free
        self._put(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")

    def add(self, document: Any, *, last: bool = False, **options: Any) -> int:
        """Write the pages of a WeasyPrint document; returns the number of this part. ``options`` are those of ``write_pdf``.

        Fonts, metadata, attachments and output intent are those of the ``last`` document written.
        """

        def take(_document: Any, pdf: Any) -> None:
            if finisher:
                finisher(document, pdf)
            self._take(document, pdf)
            del pdf.objects[CATALOG + 1 :]  # nothing is left for WeasyPrint to write
            pdf.info = {}

        finisher = options.pop("finisher", None)
        document.fonts, self._fonts.whole = self._fonts, last
        document.write_pdf(BytesIO(), finisher=take, **options)
        return len(self._parts) - 1

    def finished(self, order: Sequence[int]) -> bytes:
        """The complete PDF with the parts in this order."""
        parts = [self._parts[number] for number in order]
        pages = [page for part in parts for page in part.pages]
        tags = [tag for part in parts for tag in part.tags]
        parents = pydyf.Dictionary({"Kids": pydyf.Array(part.parents for part in self._parts)})  # in the order of their keys
        self._write(PAGES, pydyf.Dictionary({"Type": "/Pages", "Kids": pydyf.Array(pages), "Count": len(pages)}))
        self._write(WHOLE, pydyf.Dictionary({"Type": "/StructElem", "S": "/Document", "P": _reference(ROOT), "K": pydyf.Array(tags)}))
        root = {"Type": "/StructTreeRoot", "K": pydyf.Array([_reference(WHOLE)]), "ParentTree": parents, "ParentTreeNextKey": self._keys}
        self._write(ROOT, pydyf.Dictionary(root))
        if self._names:
            sorted_names = pydyf.Array(one for name, place in sorted(self._names, key=_name) for one in (pydyf.String(name), place))
            self._catalog.setdefault("Names", pydyf.Dictionary())["Dests"] = pydyf.Dictionary({"Names": sorted_names})
        if marks := _bookmarks(parts):
            outline, count = self._outline(marks, pages, parent := self._number())
            self._write(parent, pydyf.Dictionary({"Type": "/Outlines", "Count": count, "First": outline[0], "Last": outline[-1]}))
            self._catalog["Outlines"] = _reference(parent)
        self._write(CATALOG, self._catalog)
        return self._closed()

    def _take(self, document: Any, pdf: Any) -> None:
        """Write the objects of a part under new numbers."""
        pdf.catalog.pop("Outlines", None)
        root = _object(pdf, pdf.catalog["StructTreeRoot"])
        whole, parents = _object(pdf, root["K"][0]), _object(pdf, root["ParentTree"])
        fonts = _object(pdf, _object(pdf, _object(pdf, pdf.page_references[0])["Resources"])["Font"])
        once = {pdf.pages.number: PAGES, pdf.catalog.number: CATALOG, root.number: ROOT, whole.number: WHOLE, fonts.number: FONTS}
        objects = (one for one in pdf.objects if isinstance(one, pydyf.Dictionary))
        bookmarks = {one.number for one in objects if {"Title", "Dest"} <= set(one) or set(one) == {"First", "Last", "Count"}}
        left_out = {0, parents.number, *once, *bookmarks}  # the whole gets bookmarks of its own
        if not self._fonts.whole:
            left_out.add(_object(pdf, pdf.catalog.pop("Metadata")).number)
        kept = [one for one in pdf.objects if one.number not in left_out]
        numbers = once | {one.number: self._number() for one in kept}
        for one in [*kept, *([fonts] if self._fonts.whole else [])]:
            self._tell_apart(one)
            _renumber(one.extra if isinstance(one, pydyf.Stream) else one, numbers)
            self._write(numbers[one.number], one)
        _renumber(parents, numbers)
        _renumber(pdf.catalog, numbers)
        _renumber(whole["K"], numbers)
        keys, values = parents["Nums"][::2], parents["Nums"][1::2]
        shifted = pydyf.Array(one for key, value in zip(keys, values, strict=True) for one in (key + self._keys, value))
        leaf = pydyf.Dictionary({"Limits": pydyf.Array((self._keys, self._keys + len(keys) - 1)), "Nums": shifted})
        self._write(number := self._number(), leaf)
        if dests := pdf.catalog.get("Names", {}).pop("Dests", None):
            self._names += [(name.string, place) for name, place in zip(dests["Names"][::2], dests["Names"][1::2], strict=True)]
        pages = [_reference(numbers[one]) for one in pdf.pages["Kids"][::3]]
        marks = [SimpleNamespace(bookmarks=page.bookmarks, height=page.height) for page in document.pages]
        self._parts.append(_JoinedPart(pages, marks, list(whole["K"]), _reference(number)))
        self._keys += len(keys)
        self._catalog, self._about = pdf.catalog, pdf.info
        self._flush()

    def _tell_apart(self, one: Any) -> None:
        """Make parts unique: consecutive structure parents, table header names by part, links across parts."""
        if not isinstance(one, dict):
            return
        for key in ("StructParents", "StructParent"):
            if key in one:
                one[key] += self._keys
        if one.get("Type") == "/StructElem" and "ID" in one:
            one["ID"].string = f"{len(self._parts)}-{one['ID'].string}"  # the same string stands at the cells below
        if one.get("Subtype") == "/Link" and "A" in one and str(one["A"]["URI"].string).startswith(ELSEWHERE):
            one["Contents"].string = one.pop("A")["URI"].string.removeprefix(ELSEWHERE)
            one["Dest"] = one["Contents"]

    def _outline(self, marks: Sequence[Any], pages: Sequence[bytes], parent: int) -> tuple[list[bytes], int]:
        """Write the bookmarks of one level with their children; returns their references and the number shown."""
        numbers, shown = [self._number() for _ in marks], len(marks)
        for at, (title, (page, x, y), below, _) in enumerate(marks):
            place = pydyf.Array((pages[page], "/XYZ", x, y, 0))
            inner, count = self._outline(below, pages, numbers[at])
            mark = pydyf.Dictionary({"Title": pydyf.String(title), "Dest": place, "Parent": _reference(parent)})
            mark["Count"] = count
            shown += count
            near = {"Prev": numbers[at - 1] if at else None, "Next": numbers[at + 1] if at + 1 < len(numbers) else None}
            mark |= {key: _reference(number) for key, number in near.items() if number}
            mark |= {"First": inner[0], "Last": inner[-1]} if inner else {}
            self._write(numbers[at], mark)
        return [_reference(number) for number in numbers], shown

    def _number(self) -> int:
        for column in self._where:
            column.append(0)
        return len(self._where[0]) - 1

    def _write(self, number: int, one: Any) -> None:
        if isinstance(one, pydyf.Stream):
            self._note(number, PLAIN, self._out.tell())
            self._put(b"%d 0 obj\n%b\nendobj\n" % (number, one.data))
            return
        self._waiting.append((number, one.data))
        if len(self._waiting) == TOGETHER:
            self._flush()

    def _flush(self) -> None:
        """Write the pending objects into an object stream."""
        if not self._waiting:
            return
        stream, places, place = self._number(), [], 0
        for at, (number, data) in enumerate(self._waiting):
            self._note(number, INSIDE, stream, at)
            places += [number, place]
            place += len(data) + 1
        head = " ".join(map(str, places))
        content = [head, *(data for _, data in self._waiting)]
        about = {"Type": "/ObjStm", "N": len(self._waiting), "First": len(head) + 1}
        self._waiting = []
        self._write(stream, pydyf.Stream(content, about, compress=True))

    def _note(self, number: int, *where: int) -> None:
        for column, value in zip(self._where, (*where, 0), strict=False):
            column[number] = value

    def _closed(self) -> bytes:
        """Write the cross-reference table and the end of the file, with its digest as file identifier like WeasyPrint."""
        self._write(about := self._number(), self._about)
        self._flush()
        number, start = self._number(), self._out.tell()
        self._note(number, PLAIN, start)
        widths = (1, 5, 2)
        rows = bytearray()
        for row in zip(*self._where, strict=True):
            for value, width in zip(row, widths, strict=True):
                rows += value.to_bytes(width, "big")
        name = pydyf.String(self._digest.hexdigest())
        table = {
            "Type": "/XRef", "W": pydyf.Array(widths), "Size": number + 1, "Root": _reference(CATALOG), "Info": _reference(about),
            "ID": pydyf.Array((name, name)),
        }  # fmt: skip
        self._write(number, pydyf.Stream([bytes(rows)], table, compress=True))
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._out.getvalue()

    def _put(self, content: bytes) -> None:
        self._digest.update(content)
        self._out.write(content)


def _reference(number: int) -> bytes:
    return b"%d 0 R" % number


def _name(named: tuple[str, Any]) -> str:
    return named[0]


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _renumber(value: Any, numbers: Mapping[int, int]) -> None:
    """Renumber the references in a dictionary or array, recursively."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, bytes):
            if found := REFERENCE.fullmatch(one):
                value[key] = _reference(numbers[int(found[1])])
        elif isinstance(one, dict | list):
            _renumber(one, numbers)


def _bookmarks(parts: Sequence[_JoinedPart]) -> Sequence[Any]:
    """Tree of the bookmarks of all pages, built like WeasyPrint's."""
    import weasyprint  # noqa: PLC0415 -- warns when it is loaded; see ``render``

    pages = [page for part in parts for page in part.marks]
    tree: Sequence[Any] = weasyprint.Document(pages, None, None, None, {}, None).make_bookmark_tree(SCALE, transform_pages=True)
    return tree
