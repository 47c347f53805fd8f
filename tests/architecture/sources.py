"""The sources as trees, read once per process."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("greendistrict", "indicators", "districts", "assessments", "approvals", "obligations", "reports", "portal", "tools")


class Source(NamedTuple):
    """One module: path from the root, text, tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def sources() -> tuple[Source, ...]:
    """Modules of the packages without migrations."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8")
                found.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Source, ast.AST]]:
    """Every node of the kinds with its module."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, kinds):
                yield source, node


def unexplained(found: list[tuple[str, str]], reasons: dict[str, str]) -> list[str]:
    """Findings (path, what) outside the paths that have a reason."""
    return [f"{path}: {what}" for path, what in found if not any(path.startswith(allowed) for allowed in reasons)]


def unused(found: list[tuple[str, str]], reasons: dict[str, str]) -> list[str]:
    """Reasons that nothing needs any more."""
    return [allowed for allowed in reasons if not any(path.startswith(allowed) for path, _ in found)]
