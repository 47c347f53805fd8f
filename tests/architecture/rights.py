"""Rights as the code declares them, one sorted line each; ``make rights`` writes them to ``docs/rights.txt``.

- ``step``: a step of a machine, and the seats that may take it;
- ``menu``, ``palette``: an entry of the menu or of the command palette, and the posts that see it;
- ``public``: a page that opens without signing in, the gallery of parts aside, which is not there in production;
- ``posts``: a named group of posts;
- ``asks``: a function that decides about a right (``DECIDING``), and the posts and groups of posts that it names.

The file is kept, so that a review sees who gained or lost a right. On what a right depends besides (the own district, a state),
``docs/permissions.md`` says.
"""

import ast
import re
from collections.abc import Iterator

from greendistrict.core.features import PALETTE, public_pages
from greendistrict.workflow.declaration import machines
from portal.frame.menu import entries_in, menu_sections
from tests.architecture.registries import dotted, imports_of
from tests.architecture.sources import ROOT, Source, said, sources

KEPT = ROOT / "docs" / "rights.txt"
COLLECTIONS = {"frozenset", "set", "tuple"}
MENU_MODULES = {"greendistrict.accounts.menu_roles", "portal.frame.menu"}  # what their groups come to is told entry by entry
DECIDING = re.compile(
    r"\.(\w*rules|lifecycle|seats|visibility|middleware|confidentiality)\.|\.(may|reads|sees|can)_\w+$|_visible_to$|\.readable$"
)


def roles_in(node: ast.AST, groups: set[str]) -> list[str]:
    """Posts (``Role.X``) and groups of posts that an expression names, sorted."""
    named = {
        one.attr.lower() for one in ast.walk(node) if isinstance(one, ast.Attribute) and said(one.value) == "Role" and one.attr.isupper()
    }
    named |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in groups}
    return sorted(named)


Groups = dict[str, dict[str, ast.expr]]


def names_of(source: Source, groups: Groups) -> set[str]:
    """Names under which a module knows groups of posts: its own and those that it imports."""
    imported = ((name, *whole.rpartition(".")[::2]) for name, whole in imports_of(source).items())
    return set(groups.get(dotted(source.path), ())) | {name for name, module, there in imported if there in groups.get(module, ())}


def groups_of(source: Source, names: set[str]) -> dict[str, ast.expr]:
    """Constants of a module that are made of posts; not mappings, which say whose turn it is."""
    found = {}
    for node in source.tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        is_made = isinstance(value, ast.Tuple | ast.Set | ast.BinOp) or (isinstance(value, ast.Call) and said(value.func) in COLLECTIONS)
        if isinstance(target, ast.Name) and is_made and roles_in(value, names):
            found[target.id] = value
    return found


def all_groups() -> Groups:
    """Groups by module and name, those that are made of other groups among them."""
    found: Groups = {}
    while (more := {dotted(source.path): groups_of(source, names_of(source, found)) for source in kept()}) != found:
        found = more
    return found


def kept() -> list[Source]:
    """Modules of the portal; not its demo and bench."""
    return [source for source in sources() if not source.path.startswith("tools/")]


def functions(node: ast.AST, before: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions with their dotted names; nested ones belong to the function around them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield f"{before}.{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, f"{before}.{child.name}")


def lines() -> Iterator[str]:
    for machine in machines():
        for step in machine.transitions:
            seats = {seat.key for seat in step.seats} | ({"system"} if step.by_system else set())
            yield f"step {machine.name}.{step.action} from {','.join(sorted(step.sources))}: {' '.join(sorted(seats))}"
    menu = [("menu", entry) for section in menu_sections() for entry in section.entries]
    for what, entry in (*menu, *(("palette", entry) for entry in entries_in(PALETTE))):
        yield f"{what} {entry.url_name}: {' '.join(sorted(entry.roles))}"
    yield from (f"public {name}" for name in public_pages() - {"portal:components"})
    groups = all_groups()
    for source in kept():
        module, names = dotted(source.path), names_of(source, groups)
        for name, value in groups[module].items():
            if module not in MENU_MODULES:
                yield f"posts {module}.{name}: {' '.join(roles_in(value, names - {name}))}"
        for name, function in functions(source.tree, module):
            is_yes_or_no = function.returns is not None and ast.unparse(function.returns) == "bool"
            if (is_yes_or_no or DECIDING.search(name)) and (named := roles_in(function, names)):
                yield f"asks {name}: {' '.join(named)}"


def document() -> str:
    return "".join(f"{line}\n" for line in sorted(set(lines())))
