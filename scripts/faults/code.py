"""Faults of product code: those of ``scripts/mutations.py``, and dropped locks and filter arguments, inside functions."""

import ast
import itertools
from collections.abc import Iterator
from functools import partial
from types import CodeType
from typing import NamedTuple

from scripts.mutations import Fault, faults, names_of, small_faults, turned

FILTERS = {"filter", "exclude", "get", "Q", "get_or_create", "update_or_create"}
LOCK = "select_for_update"
LOCK_KIND = "lock dropped"
KINDS: dict[type[ast.AST], str] = {
    ast.Compare: "comparison turned",
    ast.BoolOp: "and/or swapped",
    ast.BinOp: "calculation changed",
    ast.Constant: "number or flag changed",
    ast.Return: "return value dropped",
    ast.Call: "comparison turned",  # min for max, any for all
}
CONDITIONAL = ast.If | ast.IfExp | ast.While


class Site(NamedTuple):
    """A place for a fault: its index among those of the module, kind, lines of the node and of its statement."""

    number: int
    kind: str
    lines: tuple[int, int]


def sites(source: str) -> list[Site]:
    """Places for faults in the functions of a module."""
    tree = ast.parse(source)
    statements = _statements(tree)
    found = []
    for number, (fault, _) in enumerate(faults(tree, of)):
        line = getattr(fault.node, "lineno", 0)
        if line in statements:
            found.append(Site(number, fault.kind, (line, statements[line])))
    return found


def planted(source: str, number: int, filename: str) -> tuple[CodeType, str]:
    """Code of the module with one fault, and the fault's name: function, source before and after, statement."""
    tree, name = faulty(source, number)
    return compile(tree, filename, "exec"), name


def faulty(source: str, number: int) -> tuple[ast.Module, str]:
    """Tree of the module with one fault, and the fault's name."""
    tree = ast.parse(source)
    (node, change, _), place = next(itertools.islice(faults(tree, of), number, None))
    name = names_of(node, change, place)[1]
    return ast.fix_missing_locations(tree), name


def of(node: ast.AST) -> Iterator[Fault]:
    """Faults of one node with their kinds."""
    for fault in small_faults(node):
        if not isinstance(fault.node, CONDITIONAL | ast.comprehension):
            yield fault._replace(kind=KINDS.get(type(fault.node), "statement dropped"))
    if isinstance(node, CONDITIONAL):
        yield Fault(node.test, partial(_turn, node), "condition turned")
    elif isinstance(node, ast.comprehension):
        for place, test in enumerate(node.ifs):
            yield Fault(test, partial(_turn_filter, node, place), "condition turned")
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[Fault]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if name == LOCK:
        yield Fault(node, partial(_unlock, node), LOCK_KIND)
    if name in FILTERS:
        for place, one in enumerate(node.keywords):
            if one.arg not in {None, "defaults"}:
                yield Fault(node, partial(node.keywords.__delitem__, place), "filter dropped")
        for place in range(len(node.args) if isinstance(node.func, ast.Attribute) and name in {"filter", "exclude"} else 0):
            yield Fault(node, partial(node.args.__delitem__, place), "filter dropped")
    for one in node.keywords:
        if one.arg == "status" and isinstance(one.value, ast.Constant) and isinstance(one.value.value, int):
            yield Fault(node, partial(setattr, one.value, "value", one.value.value + 1), "status code changed")


def _turn(node: ast.If | ast.IfExp | ast.While) -> ast.expr:
    node.test = turned(node.test)
    return node.test


def _turn_filter(node: ast.comprehension, place: int) -> ast.expr:
    node.ifs[place] = turned(node.ifs[place])
    return node.ifs[place]


def _unlock(node: ast.Call) -> None:
    """``rows.select_for_update(…)`` becomes ``rows.all()``."""
    if isinstance(node.func, ast.Attribute):
        node.func.attr, node.args, node.keywords = "all", [], []


def _statements(tree: ast.Module) -> dict[int, int]:
    """First line of the innermost statement by line, for all lines inside functions."""
    found: dict[int, int] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in itertools.chain.from_iterable(map(ast.walk, function.body)):
                if isinstance(one, ast.stmt):
                    found.update(dict.fromkeys(range(one.lineno, (one.end_lineno or one.lineno) + 1), one.lineno))
    return found
