"""Binds every PDF that lies on the machine, each page shown or a remark said.

What packages ship is little: a handful of manuals and test files below the environment, ``node_modules`` and ``/usr``. ``GD_PDFS`` names
a folder with more, such as the test files of pdf.js or pikepdf, which no package brings.
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
    paths = found()
    files = [
        DossierFile(f"1-{number}", "组", path.name, path.name, "application/pdf", 1, "0" * 64, lambda path=path: path.open("rb"))
        for number, path in enumerate(paths, start=1)
    ]
    (tmp_path / "front.pdf").write_bytes(pdf())
    entries = entries_of(files, tmp_path)
    assert [entry.attachment.name for entry in entries if not entry.made.pages and not entry.remark] == []
    bind(entries, front=tmp_path / "front.pdf", out=tmp_path / "volume.pdf", mark="", title="")
    with pypdfium2.PdfDocument(tmp_path / "volume.pdf") as volume:
        assert len(volume) == 1 + sum(entry.made.pages for entry in entries)
        for entry in entries:
            if entry.made.pages:
                words = f"{entry.attachment.number} "
                assert words in volume[entry.first].get_textpage().get_text_range(), entry.attachment.name
    with pikepdf.open(tmp_path / "volume.pdf") as volume:
        assert pdf_hazard(volume) == ""
        assert not volume.attachments
