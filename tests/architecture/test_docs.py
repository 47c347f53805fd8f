"""Documents are found from the first page, their links lead somewhere; places in the code that docstrings name exist."""

import ast
import re
from functools import cache

from tests.architecture.sources import PACKAGES, ROOT, sources
from tests.pictures import readme

DOCS = sorted((ROOT / "docs").rglob("*.md"))
FIRST = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
HERE = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")} - {"var", "node_modules", "staticfiles"}
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
NAMED = re.compile(r"``?([\w./]+)``?")


def linked(path):
    return {(path.parent / target).resolve() for target in LINK.findall(path.read_text(encoding="utf-8"))}


def test_every_document_is_reached_from_the_readme():
    reached, edge = set(), {ROOT / "README.md"}
    while edge:
        reached |= edge
        edge = {target for path in edge for target in linked(path) if target.suffix == ".md" and target.exists()} - reached
    assert [path.name for path in DOCS if path.resolve() not in reached] == []


def test_links_of_documents_lead_somewhere():
    assert [f"{path.name}: {target}" for path in [*FIRST, *DOCS] for target in linked(path) if not target.exists()] == []


def test_every_picture_is_made_by_the_command_shown_and_small():
    pictures = {path.resolve() for path in (ROOT / "docs" / "images").iterdir()}
    assert {path.stem for path in pictures} == set(readme.PAGES)
    assert pictures <= {target for path in [*FIRST, *DOCS] for target in linked(path)}
    assert [path.name for path in pictures if path.stat().st_size > 120_000] == []


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
