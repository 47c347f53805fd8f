"""Registries found in the code: what an entry is, who fills them, who reads them.

``python -m tests.architecture.registries`` (``make registries``) prints them as a table. A registry is a
``greendistrict.core.registry.Registry`` of a module. A private collection that a function of the module fills is none: such
functions are told apart (``typed=False``), so that no registry hides among them.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from tests.architecture.sources import Source, nodes, said, sources

FILLING = {"append", "extend", "insert", "add", "update", "setdefault", "register"}
EMPTY = {"dict", "list", "set"}
TYPED = "Registry"  # greendistrict.core.registry


class Registry(NamedTuple):
    """Dotted name of the function that fills it, or of the typed registry; modules that write it; apps that read it.

    ``entry`` says what an entry is, as it stands where the registry is made.
    """

    name: str
    written: frozenset[str]
    read: frozenset[str]
    entry: str


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def app_of(module: str) -> str:
    """``districts``, of the kernel ``greendistrict.workflow``."""
    return ".".join(module.split(".")[: 2 if module.startswith("greendistrict.") else 1])


def collections_of(tree: ast.Module, *, typed: bool) -> set[str]:
    """Typed registries of a module, or its private names that begin as an empty collection."""
    found = set()
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        begun_empty = isinstance(value, ast.Dict | ast.List) and not said(value).strip("[]{}")
        begun_empty |= isinstance(value, ast.Call) and not value.args and said(value.func).split("[")[0] in EMPTY
        is_typed = isinstance(value, ast.Call) and said(value.func).split("[")[0] == TYPED
        if isinstance(target, ast.Name) and (is_typed if typed else target.id.startswith("_") and begun_empty):
            found.add(target.id)
    return found


def first_name(node: ast.AST) -> str:
    """``_kinds`` of ``_kinds.setdefault(key, {})[label]``."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def filled_by(function: ast.AST) -> set[str]:
    """Names that a function assigns into or calls a filling method of."""
    stored = {first_name(node) for node in ast.walk(function) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return stored | {first_name(call) for call in calls if call.attr in FILLING}


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def entries_of(source: Source, names: set[str]) -> str:
    """What an entry of the typed registries of these names is, as each says itself (``entry``)."""
    found = []
    for node in source.tree.body:
        if isinstance(node, ast.AnnAssign) and said(node.target) in names and isinstance(node.value, ast.Call):
            found += [str(ast.literal_eval(word.value)) for word in node.value.keywords if word.arg == "entry"]
    return "; ".join(found)


def parts_of(source: Source, *, typed: bool) -> Iterator[tuple[str, set[str], set[str]]]:
    """(name of a function or class, collections it fills, names it mentions) of a module."""
    held = collections_of(source.tree, typed=typed)
    for node in source.tree.body:
        if held and isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, filled_by(node) & held if isinstance(node, ast.FunctionDef) else set(), names_in(node)


def readers_of(held: set[str], parts: list[tuple[str, set[str], set[str]]]) -> set[str]:
    """Functions and classes that mention the collections, or something that does, and do not fill them."""
    found: set[str] = set()
    while more := {name for name, fills, names in parts if not fills & held and names & (held | found)} - found:
        found |= more
    return found


@cache
def imports_of(source: Source) -> dict[str, str]:
    """Dotted names by the names under which a module imports them."""
    return {
        (alias.asname or alias.name): f"{node.module}.{alias.name}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@cache
def used() -> dict[str, frozenset[str]]:
    """Modules by the dotted names that they import or reach through an imported module."""
    found: dict[str, set[str]] = {}
    for source in sources():
        imported = imports_of(source)
        reached = [node for node in ast.walk(source.tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
        through = {f"{imported[node.value.id]}.{node.attr}" for node in reached if node.value.id in imported}
        for name in {*imported.values(), *through}:
            found.setdefault(name, set()).add(dotted(source.path))
    return {name: frozenset(modules) for name, modules in found.items()}


@cache
def filled() -> dict[str, frozenset[str]]:
    """Modules by the dotted name of the typed registry on which they call ``register``."""
    found: dict[str, set[str]] = {}
    for source, node in nodes(ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr == "register" and isinstance(node.value, ast.Name | ast.Attribute):
            name = said(node.value)
            head, _, rest = name.partition(".")
            whole = ".".join(filter(None, (imports_of(source).get(head, head), rest)))
            found.setdefault(whole, set()).add(dotted(source.path))
    return {name: frozenset(modules) for name, modules in found.items()}


def apps_asking(module: str, names: set[str]) -> frozenset[str]:
    asked = {user for name in names for user in used().get(f"{module}.{name}", ())}
    return frozenset(map(app_of, asked or {module}))


@cache
def registries(*, typed: bool = True) -> tuple[Registry, ...]:
    """All registries of the code by name; with ``typed=False`` the functions that fill a plain collection."""
    found = []
    for source in sources():
        module, parts = dotted(source.path), list(parts_of(source, typed=typed))
        for name, held, _ in parts:
            if held and (written := used().get(f"{module}.{name}", frozenset())):
                found.append(Registry(f"{module}.{name}", written, apps_asking(module, readers_of(held, parts)), entries_of(source, held)))
        for name in collections_of(source.tree, typed=typed):
            if written := filled().get(f"{module}.{name}", frozenset()):
                asked = used().get(f"{module}.{name}", frozenset()) - written
                readers = apps_asking(module, readers_of({name}, parts)) if readers_of({name}, parts) else frozenset()
                found.append(Registry(f"{module}.{name}", written, readers | frozenset(map(app_of, asked)), entries_of(source, {name})))
    return tuple(sorted(found))


def listed(apps: Iterable[str]) -> str:
    return ", ".join(sorted(set(apps)))


def document() -> str:
    """All registries as a table of Markdown."""
    rows = (f"| `{one.name}` | {one.entry} | {listed(map(app_of, one.written))} | {listed(one.read)} |" for one in registries())
    return "\n".join(["| registry, or what fills it | entry | written by | read by |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(document())
