"""PDFs that packages ship with their source as test data (``make pdfs``): one volume of all, with what is said of each as kept.

``remarks.txt`` has a line a file: its pages in the volume and the remark. Odd, locked, signed and damaged ones are among them.
"""

import os
import tarfile
from pathlib import Path

import pytest

from scripts.pdf_corpus import FOLDER, unpack
from tests.reports.matters.test_bound_corpus import bound

KEPT = Path(__file__).with_name("remarks.txt")


@pytest.mark.long
def test_each_pdf_of_the_packages_is_bound_with_the_remark_that_is_kept(tmp_path):
    paths = sorted(FOLDER.rglob("*.[pP][dD][fF]"))
    assert len(paths) > 200, "PDFs are missing: sh scripts/setup.sh --pdfs"
    lines = [
        f"{path.relative_to(FOLDER)}: {entry.made.pages} {entry.remark}".rstrip()
        for path, entry in zip(paths, bound(paths, tmp_path), strict=True)
    ]
    if os.environ.get("GD_PDFS_KEEP"):
        KEPT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8").splitlines() == lines


def test_pdfs_of_an_older_lock_are_taken_away(tmp_path):
    sources, folder = tmp_path / "sources", tmp_path / "pdfs"
    for path in (folder / "old-1" / "a.pdf", sources / "new.pdf"):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"%PDF-")
    with tarfile.open(sources / "new-1.tar.gz", "w:gz") as archive:
        archive.add(sources / "new.pdf", "new-1/b.pdf")
    unpack(sources, folder)
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")] == ["new-1/b.pdf"]
