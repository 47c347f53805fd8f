"""Bind composed pages and attachments into one PDF with page stamps and bookmarks. Parts are kept on disk, so memory use is constant."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from reports.matters.pdf_pages import DossierFile, Prepared, prepared

AT_ONCE = 40  # files open at the same time
SIZE, INDENT, FOOT = 8.0, 24.0, 14.0  # of the stamp, in points
DIGIT = 0.556  # width of a digit of Helvetica


@dataclass(frozen=True)
class Entry:
    """An attachment in the volume; ``first`` is the number stamped on its first page, 0 if it was not merged."""

    made: Prepared
    first: int

    @property
    def attachment(self) -> DossierFile:
        """The file."""
        return self.made.attachment

    @property
    def pages(self) -> str:
        """Pages as stated in the catalogue: 12, 12–15, or empty."""
        if not self.first:
            return ""
        last = self.first + self.made.pages - 1
        return str(self.first) if last == self.first else f"{self.first}–{last}"

    @property
    def remark(self) -> str:
        """Why it was not merged, and which embedded files were left out."""
        left = f"内嵌文件未并入：{'、'.join(self.made.embedded)}" if self.made.embedded else ""
        return "；".join(part for part in (self.made.remark, left) if part)


def entries_of(attachments: Iterable[DossierFile], folder: Path, progress: Callable[[int], None] = lambda _: None) -> list[Entry]:
    """Prepare every attachment in ``folder`` and number the pages from 1."""
    entries, first = [], 1
    for place, attachment in enumerate(attachments):
        made = prepared(attachment, folder / f"{place:05}.pdf")
        entries.append(Entry(made, first if made.pages else 0))
        first += made.pages
        progress(place + 1)
    return entries


def bind(entries: Sequence[Entry], *, front: Path, out: Path, mark: str, title: str) -> None:
    """Write the volume to ``out``: the composed pages at ``front``, then the attachments, each page stamped at the bottom."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    merged = [entry for entry in entries if entry.made.path is not None]
    total = sum(entry.made.pages for entry in merged)
    parts = [
        _part(merged[start : start + AT_ONCE], out.with_suffix(f".{start:05}"), mark, total) for start in range(0, len(merged), AT_ONCE)
    ]
    with ExitStack() as opened, pikepdf.new() as volume:
        composed, *bound = (opened.enter_context(pikepdf.open(path)) for path in (front, *parts))
        for part in (composed, *bound):
            volume.add_pages_from(part)
        before = len(volume.pages) - total
        with composed.open_outline() as own:
            tops: Any = own.root
            headings = [pikepdf.OutlineItem(item.title, composed.pages.index(pikepdf.Page(item.destination[0]))) for item in tops]
        with volume.open_outline() as outline:
            outline.root.extend((*headings, *_bookmarks(merged, before)))
        volume.Root.PageMode = pikepdf.Name.UseOutlines
        # Roman numerals for composed pages, stamped numbers for attachments
        stamped = [before, pikepdf.Dictionary(S=pikepdf.Name.D, St=1)] if total else []
        volume.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.r), *stamped]))
        volume.docinfo["/Title"] = title
        volume.save(out)


def _part(entries: Sequence[Entry], path: Path, mark: str, total: int) -> Path:
    import pikepdf  # noqa: PLC0415 -- as above

    with ExitStack() as opened, pikepdf.new() as part:
        font = part.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
        for entry in entries:
            start = len(part.pages)
            part.add_pages_from(opened.enter_context(pikepdf.open(entry.made.path)))  # type: ignore[arg-type]  # merged ones have a path
            for offset in range(entry.made.pages):
                words = [mark, entry.attachment.number, f"{entry.first + offset} / {total}"]
                _stamp(part.pages[start + offset], font, "   ".join(filter(None, words)))
        part.save(path)
    return path


def _stamp(page: Any, font: Any, words: str) -> None:
    """Print text at the bottom of the page as displayed, for any rotation, on a white background."""
    import pikepdf  # noqa: PLC0415 -- as above

    long = len(words) * SIZE * DIGIT
    left, below, right, above = (float(side) for side in page.cropbox)
    matrix = {
        0: (1, 0, 0, 1, right - INDENT - long, below + FOOT),
        90: (0, 1, -1, 0, right - FOOT, above - INDENT - long),
        180: (-1, 0, 0, -1, left + INDENT + long, above - FOOT),
        270: (0, -1, 1, 0, left + FOOT, below + INDENT + long),
    }[int(page.obj.get("/Rotate", 0)) % 360]
    if "/Resources" not in page.obj:
        page.obj.Resources = pikepdf.Dictionary()
    if "/Font" not in page.obj.Resources:
        page.obj.Resources.Font = pikepdf.Dictionary()
    page.obj.Resources.Font["/DossierStamp"] = font
    placed = " ".join(f"{number:.2f}" for number in matrix)
    box = f"1 g -3 -3 {long + 6:.2f} {SIZE + 4:.2f} re f 0 g"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ q {placed} cm {box} BT /DossierStamp {SIZE} Tf 0 0 Td ({words}) Tj ET Q".encode("ascii", "replace"))


def _bookmarks(entries: Sequence[Entry], before: int) -> Iterator[Any]:
    from pikepdf import OutlineItem  # noqa: PLC0415 -- as above

    for group, found in groupby(entries, key=lambda entry: entry.attachment.group):
        rows = list(found)
        item = OutlineItem(group, before + rows[0].first - 1)
        item.children.extend(OutlineItem(f"{row.attachment.number} {row.attachment.title}", before + row.first - 1) for row in rows)
        yield item
