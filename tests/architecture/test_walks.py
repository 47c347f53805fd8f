"""``docs/walks.md`` against the code: every function that it names stands in the file that it names."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "walks.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| [\w ]+ \| (?:`([\w.]+)`)? *\| `([\w./-]+)` \| \S", re.MULTILINE)
NAMED = ROW.findall(PAGE)


def functions_of(path):
    """Qualified names of the functions in a file."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".py"):
        return set(qualified(ast.parse(text), ""))
    return set(re.findall(r"\bfunction (\w+)\(", text))


def qualified(tree, before):
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield f"{before}{node.name}"
            yield from qualified(node, f"{before}{node.name}.")


def test_every_row_of_the_walks_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| layer", "| ---"))]
    assert len(NAMED) == len(rows) > 40


@pytest.mark.parametrize("path", sorted({path for _, path in NAMED}))
def test_functions_of_the_walks_stand_in_their_files(path):
    named = {name for name, file in NAMED if file == path and name}
    assert not path.endswith((".py", ".js")) or named
    assert named <= functions_of(path) if named else (ROOT / path).exists()
