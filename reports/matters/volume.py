"""Bind composed pages and attachments into one PDF with page stamps and bookmarks. Parts are kept on disk, so memory use is constant.

What an attachment becomes is in ``bound_files``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from reports.matters import layers
from reports.matters.bound_files import DossierFile, Prepared, prepared
from reports.matters.page_maker import PageMaker
from reports.matters.pdf_pages import stamp

AT_ONCE = 40  # files open at the same time


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
    with PageMaker() as maker:
        for place, attachment in enumerate(attachments):
            made = prepared(attachment, folder / f"{place:05}.pdf", maker)
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
            layers.carry(part, volume)
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
            source = opened.enter_context(pikepdf.open(entry.made.path))  # type: ignore[arg-type]  # merged ones have a path
            part.add_pages_from(source)
            layers.carry(source, part)
            for offset in range(entry.made.pages):
                words = [mark, entry.attachment.number, f"{entry.first + offset} / {total}"]
                stamp(part.pages[start + offset], font, "   ".join(filter(None, words)))
        part.save(path)
    return path


def _bookmarks(entries: Sequence[Entry], before: int) -> Iterator[Any]:
    from pikepdf import OutlineItem  # noqa: PLC0415 -- as above

    for group, found in groupby(entries, key=lambda entry: entry.attachment.group):
        rows = list(found)
        item = OutlineItem(group, before + rows[0].first - 1)
        item.children.extend(OutlineItem(f"{row.attachment.number} {row.attachment.title}", before + row.first - 1) for row in rows)
        yield item
