"""The sources as trees, read once per process."""

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "greendistrict", "indicators", "districts", "assessments", "approvals", "carbon", "operation", "outreach", "beautiful", "obligations",
    "reports", "portal", "tools",
)  # fmt: skip


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


@cache
def _by_kind() -> dict[type[ast.AST], list[tuple[Source, ast.AST]]]:
    found: dict[type[ast.AST], list[tuple[Source, ast.AST]]] = {}
    for source in sources():
        for node in ast.walk(source.tree):
            found.setdefault(type(node), []).append((source, node))
    gc.freeze()  # a million objects that the collector would look through for nothing
    return found


def nodes(*kinds: type[ast.AST]) -> Iterator[tuple[Source, ast.AST]]:
    """Every node of the kinds with its module."""
    for kind in kinds:
        yield from _by_kind().get(kind, ())


@cache
def said(node: ast.AST) -> str:
    """What stands in the source, as ``ast.unparse`` writes it; most that is asked about are names with points between."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        return f"{said(node.value)}.{node.attr}"
    return ast.unparse(node)


def unexplained(found: list[tuple[str, str]], reasons: dict[str, str]) -> list[str]:
    """Findings (path, what) outside the paths that have a reason."""
    return [f"{path}: {what}" for path, what in found if not any(path.startswith(allowed) for allowed in reasons)]


def unused(found: list[tuple[str, str]], reasons: dict[str, str]) -> list[str]:
    """Reasons that nothing needs any more."""
    return [allowed for allowed in reasons if not any(path.startswith(allowed) for path, _ in found)]


def off(found: list[tuple[str, str]], reasons: dict[str, str]) -> list[str]:
    """Both: what lacks a reason, and reasons that nothing needs."""
    return unexplained(found, reasons) + unused(found, reasons)
