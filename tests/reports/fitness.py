"""What every PDF of a report or letter must have, whatever it is about."""

from io import BytesIO

import pikepdf

from reports.composition.blocks import Heading
from reports.composition.enums import Style
from tests.reports.common.test_files import NAMED, families

ARCHIVABLE = ("3", "A")


def unfit(content, paper):
    """What the PDF of this composition lacks: tags, language, marks of PDF/A, named fonts, a bookmark for each heading, its figures."""
    with pikepdf.open(BytesIO(content)) as document, document.open_outline() as outline:
        with document.open_metadata(set_pikepdf_as_editor=False) as about:
            marked = (about.get("pdfaid:part"), about.get("pdfaid:conformance"))
        root = document.Root
        found = {
            "tags": "/StructTreeRoot" in root and bool(root.MarkInfo.Marked),
            "language": str(root.get("/Lang")) == "zh-CN",
            "marks of PDF/A": marked == ARCHIVABLE and "/OutputIntents" in root,
            "bookmarks": list(_titles(outline.root)) == [block.text for _, block in paper.under_headings() if isinstance(block, Heading)],
            "figures": list(document.attachments) == ([] if paper.style is Style.LETTER else [f"{paper.title}.xlsx"]),
        }
    strange = families(content) - NAMED
    return [name for name, holds in found.items() if not holds] + sorted(strange)


def _titles(items):
    for item in items:
        yield item.title
        yield from _titles(item.children)
