"""PDF of a long composition: laid out in runs of pages and joined (docs/adr/0012). Imported only when a report is generated."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.common import render
from reports.common.joining import JoinedPdf
from reports.composition.blocks import Composition
from reports.composition.html import ContentsLine, Html, front_of, headings_of, run_html
from reports.composition.runs import Run

UNKNOWN_PAGE = 100  # stands for the others until the pages are known


def joined_pdf(composition: Composition, runs: Sequence[Run], *, code: str, attached: Sequence[render.Attached]) -> bytes:
    """PDF of all runs, preceded by cover and contents.

    The front is first laid out with placeholder page numbers, because the runs begin after it, and again with the real ones; only if that
    changes its length are the runs laid out again.
    """
    before, front = 0, _front(composition, runs, code, {})
    while before != len(front.pages):
        before = len(front.pages)
        joined, pages = _runs(composition, runs, before)
        front = _front(composition, runs, code, pages)
    last = joined.add(front, last=True, **render.written_as(attached))
    return joined.finished([last, *range(last)])


def _front(composition: Composition, runs: Sequence[Run], code: str, pages: Mapping[str, int]) -> Any:
    """Lay out cover and contents."""
    lines = [ContentsLine(anchor, text, level, pages.get(anchor, UNKNOWN_PAGE)) for anchor, text, level in headings_of(runs)]
    return _laid_out(front_of(composition, code=code, contents=lines))


def _runs(composition: Composition, runs: Sequence[Run], before: int) -> tuple[JoinedPdf, dict[str, int]]:
    """All runs after ``before`` pages, and the page of each anchor."""
    joined, pages, total = JoinedPdf(), dict[str, int](), before
    for run in runs:
        html, left_out = run_html(composition, run, first=total + 1)
        document = _laid_out(html)
        kept = document.copy(document.pages[left_out:])
        for number, page in enumerate(kept.pages, start=total + 1):
            pages.update(dict.fromkeys(page.anchors, number) | pages)  # where it begins, if it goes over pages
        total += len(kept.pages)
        joined.add(kept, **render.written_as())
        del document, kept
        render.forget_boxes()
    return joined, pages


def _laid_out(html: Html) -> Any:
    return render.laid_out(html.text, sheets=html.sheets, css=html.css)
