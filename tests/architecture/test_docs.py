"""What is written about the portal can be found from its first page, and its links lead somewhere."""

import re

from tests.architecture.sources import ROOT

DOCS = sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def linked(path):
    return {(path.parent / target).resolve() for target in LINK.findall(path.read_text(encoding="utf-8"))}


def test_every_document_is_reached_from_the_readme():
    assert {path.resolve() for path in DOCS} <= linked(ROOT / "README.md")


def test_links_of_documents_lead_somewhere():
    assert [target for path in [ROOT / "README.md", *DOCS] for target in linked(path) if not target.exists()] == []


def test_pictures_of_the_readme_stay_small():
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > 120_000] == []
