"""Attachments of a dossier with the pages that are made of them and what is said of each. One file never stops the others."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reports.matters import shown_pages
from reports.matters.page_maker import SLOW, PageMaker
from reports.matters.pdf_pages import IMAGES, PDF, Made
from reports.matters.shown_pages import PageComparison, compared

CLASSIFIED = "密级材料，另册"
NOT_A_PDF = "不是PDF或图片，未并入，另附"
MISSING = "文件读不出，未并入"
DIFFERENT = "第{}页显示与原件不同，以原件为准"
UNCOMPARED = "未能与原件比对，以原件为准"
UNCOMPARED_PAGES = "第{}页未能与原件比对，以原件为准"
UNCOMPARED_FROM = "第{}页起未能与原件比对，以原件为准"
STATED = "原件自称{}页，并入{}页，以原件为准"


@dataclass(frozen=True)
class DossierFile:
    """A file of a dossier. ``open`` returns its content; ``number`` is printed on its pages, such as 3-2."""

    number: str
    group: str
    title: str
    name: str
    content_type: str
    version: int
    sha256: str
    open: Callable[[], BinaryIO]
    is_classified: bool = False


@dataclass(frozen=True)
class Prepared:
    """An attachment with its pages at ``path``; ``pages`` is 0 if it was not merged.

    ``remark`` says why, or what differs from the original. ``embedded`` are names of embedded files that were left out.
    """

    attachment: DossierFile
    path: Path | None
    pages: int
    remark: str = ""
    embedded: tuple[str, ...] = ()


def prepared(attachment: DossierFile, path: Path, maker: PageMaker) -> Prepared:
    """Write the pages of an attachment to ``path``. Whatever a bad file does is its remark; classified ones are not merged.

    Raises ``OSError`` for what the machine lacks.
    """
    if attachment.is_classified:
        return Prepared(attachment, None, 0, CLASSIFIED)
    if attachment.content_type not in {PDF, *IMAGES}:
        return Prepared(attachment, None, 0, NOT_A_PDF)
    if maker.is_spent:
        return Prepared(attachment, None, 0, SLOW)
    given, begun = path.with_suffix(".given"), time.monotonic()
    try:
        try:
            with attachment.open() as stream, given.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
        except FileNotFoundError:  # anything else is due to the machine
            return Prepared(attachment, None, 0, MISSING)
        finally:
            maker.spent(begun)
        made = maker.make(given, path, attachment.content_type)
        remarks = made.remarks + (_differences(given, path, made, maker) if made.pages and attachment.content_type == PDF else [])
        return Prepared(attachment, path if made.pages else None, made.pages, "；".join(remarks), tuple(made.embedded))
    finally:
        given.unlink(missing_ok=True)


def _differences(given: Path, path: Path, made: Made, maker: PageMaker) -> list[str]:
    if maker.is_spent:
        return [UNCOMPARED]
    begun = time.monotonic()
    found = compared(given, path, apart=made.apart, fields=made.fields, off=made.off, seconds=maker.seconds(shown_pages.SECONDS))
    maker.spent(begun)
    return list(_said(found, made.pages))


def _said(found: PageComparison, pages: int) -> Iterator[str]:
    if found.stated is not None and found.stated != pages:
        yield STATED.format(found.stated, pages)
    if found.different:
        yield DIFFERENT.format("、".join(_runs(found.different)))
    if len(found.unclear) == found.pages:
        yield UNCOMPARED
        return
    if found.unclear:
        yield UNCOMPARED_PAGES.format("、".join(_runs(found.unclear)))
    if found.pages < pages:
        yield UNCOMPARED_FROM.format(found.pages + 1)


def _runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in words, such as 2 and 5–9."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
