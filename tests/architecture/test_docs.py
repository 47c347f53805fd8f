"""What is written about the portal can be found from its first page, and its links lead somewhere."""

import ast
import re
from functools import cache

from tests.architecture.sources import PACKAGES, ROOT, sources

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


ROW = re.compile(r"^\| `(\w+)` \|.*\| (.*) \|$", re.MULTILINE)


def test_the_architecture_names_every_feature():
    told = {
        app: set(re.findall(r"`(\w+)`", features))
        for app, features in ROW.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    }
    aside = {"migrations", "management", "templatetags"}
    kept = {app: {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} - aside for app in PACKAGES if app != "greendistrict"}
    assert {app: told.get(app) for app in kept} == kept


def test_the_page_on_tests_names_every_journey():
    told = set(re.findall(r"^\| `(test_\w+\.py)` \|", (ROOT / "docs" / "testing.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {path.name for path in (ROOT / "tests" / "e2e").glob("test_*.py")} <= told


NAMED = re.compile(r"``?([\w./]+)``?")


def docstrings():
    """(where, dotted name or path) for everything in backticks that looks like a place in the code."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                for name in NAMED.findall(ast.get_docstring(node) or ""):
                    yield f"{source.path}:{getattr(node, 'lineno', 1)}", name


def is_there(name):
    """Whether a path ends like this, or a module of this name holds what is named in it."""
    if name.endswith(".py"):
        return any(path.endswith(f"/{name}") for path in files())
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        inside = "/".join(parts[:length])
        for path in (ROOT / f"{inside}.py", ROOT / inside / "__init__.py"):
            if path.exists():
                return length == len(parts) or bool(re.search(rf"\b{parts[length]}\b", path.read_text(encoding="utf-8")))
    return False


@cache
def files():
    return {f"/{path.relative_to(ROOT).as_posix()}" for folder in HERE for path in (ROOT / folder).rglob("*.*")}


def test_modules_that_docstrings_name_exist():
    """After a move, a pointer to the old place sends its reader nowhere."""
    places = [(where, name) for where, name in docstrings() if name.endswith(".py") or ("." in name and name.partition(".")[0] in PACKAGES)]
    assert len(places) > 20
    assert [f"{where}: {name}" for where, name in places if not is_there(name)] == []
