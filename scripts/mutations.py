"""Small faults for mutation tests, applied to a module's source one at a time."""

import ast
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import NamedTuple

Change = Callable[[], object]
Place = tuple[str, ast.AST | None]  # qualified name of the function or class, the statement

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
REPLACED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TYPES = {"bool", "int", "float", "str", "bytes", "Decimal", "date"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Fault(NamedTuple):
    """A node and the change that makes it faulty; the change is applied in place and may return a node to show instead."""

    node: ast.AST
    change: Change
    kind: str = ""


@dataclass(frozen=True)
class Mutant:
    """A module with one fault.

    ``number`` is its index in the module, ``where`` the function or class that contains the fault. ``name`` is unique in the module and
    does not change when lines are added above.
    """

    path: str
    number: int
    line: int
    where: str
    name: str
    code: CodeType


def mutants(path: Path, shown: str) -> Iterator[Mutant]:
    """All mutants of the module at ``path``; ``shown`` is the path in messages."""
    source = path.read_text(encoding="utf-8")
    names = []
    found = []
    for number in itertools.count():
        tree = ast.parse(source)
        fault = next(itertools.islice(faults(tree), number, None), None)
        if fault is None:
            break
        (node, change, _), place = fault
        names.append(names_of(node, change, place))
        ast.fix_missing_locations(tree)
        found.append((number, getattr(node, "lineno", 0), place[0], compile(tree, str(path), "exec")))
    for (number, line, where, code), name in zip(found, _distinct(names), strict=True):
        yield Mutant(shown, number, line, where, name, code)


def names_of(node: ast.AST, change: Change, place: Place) -> tuple[str, str]:
    """Apply the change; returns a short name, and a long one with the statement."""
    before, head = _text(node), _head(place[1])
    changed = change()
    after = _text(changed if isinstance(changed, ast.AST) else node)
    short = f"{place[0]}: `{before}` → `{after}`"
    full = f"{short} in `{head}`"
    return (full if isinstance(node, ast.Constant) else short), full


def _distinct(names: list[tuple[str, str]]) -> Iterator[str]:
    """The short name if it is unique, else the long one, numbered if the same fault occurs several times in equal statements."""
    short = Counter(one for one, _ in names)
    full = Counter(other for one, other in names if short[one] > 1)
    seen: Counter[str] = Counter()
    for one, other in names:
        seen[other] += 1
        if short[one] == 1:
            yield one
        else:
            yield other if full[other] == 1 else f"{other} ({seen[other]})"


def _text(node: ast.AST) -> str:
    return " ".join(_unparsed(node).split())


def small_faults(node: ast.AST) -> Iterator[Fault]:
    """Faults of one node."""
    yield from (Fault(node, change) for change in _operators(node))
    yield from (Fault(node, change) for change in _constants(node))
    yield from (Fault(node, change) for change in _conditions(node))
    for name in ("body", "orelse", "handlers", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield from _statements(block)


def faults(tree: ast.Module, of: Callable[[ast.AST], Iterator[Fault]] = small_faults) -> Iterator[tuple[Fault, Place]]:
    """Faults in source order, each with its place; ``of`` gives those of one node."""
    waiting: list[tuple[ast.AST, Place]] = [(tree, ("module", None))]
    while waiting:
        node, place = waiting.pop()
        inner = _place(node, place)
        for fault in of(node):
            changed = fault.node
            yield fault, (inner[0], changed) if isinstance(changed, ast.stmt) else inner
        waiting += reversed([(child, inner) for child in _inside(node)])


def _place(node: ast.AST, around: Place) -> Place:
    """Place of a node's children."""
    if isinstance(node, DEFINITIONS):
        return (node.name if around[0] == "module" else f"{around[0]}.{node.name}"), node
    return (around[0], node) if isinstance(node, ast.stmt) else around


def _head(node: ast.AST | None) -> str:
    """First line of a statement, name of a definition."""
    return node.name if isinstance(node, DEFINITIONS) else _unparsed(node).partition("\n")[0] if node else ""


def _unparsed(node: ast.AST) -> str:
    try:
        return ast.unparse(node)
    except ValueError:  # Python 3.11 cannot write a backslash inside an f-string
        return "…"


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Children to be mutated: no types, decorators, format specifications, or ``repr`` options of dataclass fields."""
    if (isinstance(node, ast.keyword) and node.arg == "repr") or _is_type(node):
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "format_spec"}:
            continue
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST))


def _is_type(node: ast.AST) -> bool:
    """Whether a node defines a type alias (``Raw = int | str | None``)."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)):
        return False
    ends = [node.value.left, node.value.right]
    return any(isinstance(one, ast.Subscript) or (isinstance(one, ast.Name) and one.id in TYPES) or _is_none(one) for one in ends)


def _operators(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARED[type(operator)]:
                yield lambda place=place, other=other: node.ops.__setitem__(place, other())  # type: ignore[misc]
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in REPLACED:
        yield lambda: setattr(node, "op", REPLACED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield lambda: setattr(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        name = node.func
        yield lambda: setattr(name, "id", CALLED[name.id])


def _constants(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant):
        yield from _other_values(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Decimal" and node.args:
        text = node.args[0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and NUMBER.fullmatch(text.value):
            for step in (1, -1):
                yield lambda step=step: setattr(text, "value", f"{float(text.value) + step:.10g}")  # type: ignore[misc]


def _other_values(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield lambda: setattr(node, "value", not node.value)
    elif isinstance(node.value, int):
        for step in (1, -1):
            yield lambda step=step: setattr(node, "value", node.value + step)  # type: ignore[misc]


def _conditions(node: ast.AST) -> Iterator[Change]:
    """Negated conditions, except those whose comparison or boolean operator is mutated anyway."""
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp):
        yield lambda: setattr(node, "test", turned(node.test))
    elif isinstance(node, ast.comprehension):
        for place, test in enumerate(node.ifs):
            if not isinstance(test, ast.Compare | ast.BoolOp):
                yield lambda place=place, test=test: node.ifs.__setitem__(place, turned(test))  # type: ignore[misc]


def turned(test: ast.expr) -> ast.expr:
    """The condition negated, without a double ``not``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _statements(block: list[ast.AST]) -> Iterator[Fault]:
    """Omitted statements and omitted return values. Assignments to names are kept, because without them the next line fails anyway."""
    for place, statement in enumerate(block):
        if isinstance(statement, ast.Return) and statement.value is not None and not _is_none(statement.value):
            yield Fault(statement, lambda one=statement: _return_nothing(one))  # type: ignore[misc]
        elif _can_go(statement):
            yield Fault(statement, lambda place=place, one=statement: _leave_out(block, place, one))  # type: ignore[misc]


def _return_nothing(statement: ast.Return) -> None:
    statement.value = ast.Constant(None)


def _leave_out(block: list[ast.AST], place: int, statement: ast.AST) -> ast.AST:
    block[place] = ast.copy_location(ast.Pass(), statement)
    return block[place]


def _can_go(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Assign):
        return not any(isinstance(target, ast.Name | ast.Tuple) for target in statement.targets)
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.AugAssign | ast.Raise | ast.Continue | ast.Break)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
