"""Binds every PDF that lies on the machine, each page shown or a remark said.

What is installed is little: a handful of manuals and test files below the environment, ``node_modules`` and ``/usr``. ``GD_PDFS`` names
a folder with more; what packages ship with their source is bound by ``tests/pdfs``.
"""

import os
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from greendistrict.documents.office.hazards import pdf_hazard
from reports.matters.bound_files import DossierFile
from reports.matters.volume import bind, entries_of
from tests.files import pdf

ROOT = Path(__file__).resolve().parents[3]
PLACES = (Path(sys.prefix), ROOT / "node_modules", Path("/usr/share"), Path("/usr/lib"))
MOST_BYTES = 50 * 1024 * 1024


def found():
    """PDFs of the machine."""
    places = [*PLACES, *map(Path, filter(None, [os.environ.get("GD_PDFS")]))]
    files = {path.resolve() for place in places for path in place.rglob("*.[pP][dD][fF]") if path.is_file()}
    return sorted(path for path in files if 0 < path.stat().st_size <= MOST_BYTES)


@pytest.mark.slow
@pytest.mark.area("reports/matters", "greendistrict/documents/office")
def test_each_pdf_is_bound_or_says_why_not(tmp_path):
    bound(found(), tmp_path)


def bound(paths, folder):
    """Entries of a volume of these files, each bound or with a remark, its pages where the contents say."""
    files = [
        DossierFile(f"1-{number}", "组", path.name, path.name, "application/pdf", 1, "0" * 64, lambda path=path: path.open("rb"))
        for number, path in enumerate(paths, start=1)
    ]
    front, out = folder / "front.pdf", folder / "volume.pdf"
    front.write_bytes(pdf())
    entries = entries_of(files, folder)
    assert [entry.attachment.name for entry in entries if not entry.made.pages and not entry.remark] == []
    bind(entries, front=front, out=out, mark="", title="")
    with pypdfium2.PdfDocument(out) as volume:
        assert len(volume) == 1 + sum(entry.made.pages for entry in entries)
        for entry in entries:
            if entry.made.pages:
                words = f"{entry.attachment.number} "
                assert words in volume[entry.first].get_textpage().get_text_range(), entry.attachment.name
    with pikepdf.open(out) as volume:
        assert pdf_hazard(volume) == ""
        assert not volume.attachments
    return entries
