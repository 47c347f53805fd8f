"""Which test modules ``make check`` chooses for a planted fault."""

import ast
from collections.abc import Sequence

from scripts.faults import code, pages
from scripts.faults.choice import Chosen
from scripts.reach import KEPT, Store
from scripts.reach.build import reach_of, test_modules
from scripts.reach.changes import change_between
from scripts.reach.choosing import chosen_in
from scripts.reach.tree import Tree, of_checkout


def chosen_by_check(faults: Sequence[Chosen]) -> list[list[str]]:
    """Test modules for each fault, as if its file were changed like that."""
    store = Store(KEPT)
    store.load()
    tree = of_checkout()
    changes = []
    for fault in faults:
        before, after = (Tree(tree.root, tree.keys, "", {fault.path: text}) for text in _texts(fault, tree.text(fault.path)))
        changes.append(change_between(before, after, [fault.path]))
    reach = reach_of(tree, store, frozenset().union(*(change.wanted for change in changes)))
    store.save()
    tests = test_modules(tree)
    return [sorted(chosen_in([reach], change, tests).reasons) for change in changes]


def _texts(fault: Chosen, source: str) -> tuple[str, str]:
    """Text without and with the fault."""
    if isinstance(fault.site, pages.Site):
        return source, pages.planted(source, fault.site)
    return _written(ast.parse(source)), _written(code.faulty(source, fault.site.number)[0])


def _written(tree: ast.Module) -> str:
    return ast.unparse(ast.fix_missing_locations(_Parts().visit(tree)))


class _Parts(ast.NodeTransformer):
    """Writes each f-string as a call with its parts: Python 3.11 cannot write one back whose expressions hold a backslash."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
        return self.generic_visit(ast.Call(ast.Name("format", ast.Load()), parts, []))
