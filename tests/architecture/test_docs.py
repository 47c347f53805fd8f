"""What is written about the portal can be found from its first page, and its links lead somewhere."""

import re
from functools import cache

from tests.architecture.sources import ROOT

DOCS = sorted((ROOT / "docs").glob("*.md"))
HERE = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"var", "node_modules", "staticfiles"}
PATH = re.compile(r"`(\w[\w./-]*\.(?:py|html|js|ya?ml|css))(?:::\w+)?`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


def linked(path):
    return {(path.parent / target).resolve() for target in LINK.findall(path.read_text(encoding="utf-8"))}


def test_every_document_is_reached_from_the_readme():
    assert {path.resolve() for path in DOCS} <= linked(ROOT / "README.md")


def test_links_of_documents_lead_somewhere():
    assert [target for path in [ROOT / "README.md", *DOCS] for target in linked(path) if not target.exists()] == []


def missing(path):
    """Paths and file names in a document that the checkout does not have; names alone may stand anywhere."""
    for told in PATH.findall(path.read_text(encoding="utf-8")):
        root = told.partition("/")[0]
        if (root in HERE and not (ROOT / told).exists()) or (root not in HERE and not told.startswith("var/") and told not in names()):
            yield f"{path.name}: {told}"


@cache
def names():
    inside = {path.name for folder in HERE if folder != "docs" for path in (ROOT / folder).rglob("*.*")}
    return inside | {path.name for path in ROOT.iterdir()}


def test_paths_in_documents_exist():
    assert [found for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] for found in missing(path)] == []


def test_pictures_of_the_readme_stay_small():
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > 120_000] == []
