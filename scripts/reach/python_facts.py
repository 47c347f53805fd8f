"""What one Python file defines at its top level, and what each definition mentions."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

IMPORTED = re.compile(r"^[ ]*(?:from|import) (\w+(?:\.\w+)+)", re.MULTILINE)  # in a text that is a program for another process
LONGEST_TEXT = 160  # characters of a string that may name a template, file, page or task
FILLING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "register"})
FEATURE = "Feature"
HOLE = "*"  # stands in a pattern for what an f-string puts in
# The part of a module that is no definition: calls and conditions at its top level.
REST = ""
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Definition:
    """A function, class or assigned name at the top level of a module.

    ``uses`` holds names and dotted chains as they are written, ``imports`` what local imports bind, ``fills`` the module's collections that
    it only adds to. ``attributes`` are names after a point and strings that are identifiers, ``patterns`` strings with ``*`` for each hole.
    """

    name: str
    uses: frozenset[str]
    texts: frozenset[str]
    patterns: frozenset[str]
    attributes: frozenset[str]
    parameters: frozenset[str] = frozenset()
    decorators: tuple[str, ...] = ()
    fills: frozenset[str] = frozenset()
    imports: tuple[tuple[str, str], ...] = ()
    bases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """A line of URL patterns: address, its name, and names and texts of what answers there (a view or an ``include``).

    ``space``: namespace that the feature around it names, empty for that of the app.
    """

    address: str
    name: str
    answers: tuple[str, ...]
    space: str = ""


@dataclass(frozen=True)
class Facts:
    """A module: definitions in their order, names bound by imports, packages whose names are all imported (``*``)."""

    definitions: tuple[Definition, ...]
    imports: dict[str, str]
    stars: tuple[str, ...]
    routes: tuple[Route, ...] = ()
    slow: bool = False


@dataclass
class _Mentions:
    """Collector of what stands in a piece of source; annotations of parameters and results call nothing and are left out."""

    package: str
    uses: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)

    def read(self, node: ast.AST) -> None:
        """Take in a node and all below it."""
        todo = [node]
        while todo:
            one = todo.pop()
            if isinstance(one, ast.Attribute):
                self.attributes.add(one.attr)
                if chain := chain_of(one):
                    self._chain(chain)
                    continue
            elif isinstance(one, ast.Name):
                self.uses.add(one.id)
                continue
            elif isinstance(one, ast.Constant):
                self._text(one.value)
                continue
            elif isinstance(one, ast.JoinedStr):
                self.patterns.add("".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in one.values))
            elif isinstance(one, ast.keyword) and one.arg:
                self.attributes.add(one.arg)
            elif isinstance(one, ast.Import | ast.ImportFrom):
                self.imports.update(bound(one, self.package))
            todo.extend(_parts(one))

    def _chain(self, chain: str) -> None:
        self.uses.add(chain)
        self.attributes.update(chain.split(".")[1:])

    def _text(self, text: object) -> None:
        if isinstance(text, str):
            self.texts.update(IMPORTED.findall(text))
        if isinstance(text, str) and 0 < len(text) <= LONGEST_TEXT:
            self.texts.add(text)
            self.attributes.update(word for word in text.split("__") if word.isidentifier())


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Children without annotations and documentation."""
    if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.arg, ast.AnnAssign)):
        return ast.iter_child_nodes(node)
    left_out = [getattr(node, "returns", None), getattr(node, "annotation", None)]
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and ast.get_docstring(node, clean=False) is not None:
        left_out.append(node.body[0])
    return (child for child in ast.iter_child_nodes(node) if not any(child is one for one in left_out))


def chain_of(node: ast.expr) -> str:
    """``a.b.c`` of names with points between; empty for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def bound(node: ast.Import | ast.ImportFrom, package: str) -> dict[str, str]:
    """Names that an import binds, with the dotted names they stand for; ``*`` is bound by its package's name."""
    if isinstance(node, ast.Import):
        return {alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0] for alias in node.names}
    source = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        source = ".".join([*above, source] if source else above)
    return {alias.asname or alias.name: f"{source}.{alias.name}" for alias in node.names}


def facts_of(text: str, package: str) -> Facts:
    """Facts of a module; ``package`` is the dotted name of its folder. Raises ``SyntaxError``."""
    tree = ast.parse(text)
    imports: dict[str, str] = {}
    stars = []
    for node in _imports_outside(tree.body):
        for name, target in bound(node, package).items():
            if name == "*":
                stars.append(target.removesuffix(".*"))
            else:
                imports[name] = target
    collections = {name for node in tree.body for name in assigned(node)}
    parts = pieces(tree)
    known = imports.keys() | parts.keys()
    found = [_definition(name, nodes, package, known, collections) for name, nodes in parts.items()]
    routes = tuple(_routes(tree)) if "urlpatterns" in text or FEATURE in text else ()
    return Facts(tuple(found), imports, tuple(stars), routes, slow="mark.slow" in text or "mark.area" in text)


def _routes(tree: ast.Module) -> Iterator[Route]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    spaces = {
        inner: space for call in calls if chain_of(call.func) == FEATURE for space in _given(call, "namespace") for inner in ast.walk(call)
    }
    for node in calls:
        if chain_of(node.func) in {"path", "re_path"} and len(node.args) > 1:
            address = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
            yield Route(str(address), next(_given(node, "name"), ""), tuple(_answers(node.args[1])), spaces.get(node, ""))


def _given(call: ast.Call, name: str) -> Iterator[str]:
    """Text of a keyword of a call, if it has it."""
    return (str(one.value.value) for one in call.keywords if one.arg == name and isinstance(one.value, ast.Constant))


def _answers(view: ast.expr) -> Iterator[str]:
    """Chains and texts in the expression of a view, the longest chain only."""
    todo: list[ast.AST] = [view]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Attribute | ast.Name) and (chain := chain_of(node)):
            yield chain
        elif isinstance(node, ast.Constant):
            yield str(node.value)
        else:
            todo.extend(ast.iter_child_nodes(node))


def _imports_outside(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports at module level, those under ``if`` and ``try`` too."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            yield from _imports_outside([child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)])


def assigned(node: ast.stmt) -> list[str]:
    """Names that a statement assigns at module level."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else []
    return [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


def pieces(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Statements of a module by the definition they make; a method stands under ``Class.method`` and in its class too."""
    found: dict[str, list[ast.stmt]] = {REST: []}
    docstring = tree.body[:1] if ast.get_docstring(tree, clean=False) is not None else []
    for node in tree.body:
        if node in docstring or isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [node.name] if isinstance(node, Function | ast.ClassDef) else assigned(node)
        for name in names or [REST]:
            found.setdefault(name, []).append(node)
    return found


def _definition(name: str, nodes: list[ast.stmt], package: str, known: set[str], collections: set[str]) -> Definition:
    seen = _Mentions(package)
    for node in nodes:
        seen.read(node)
    functions = [node for node in nodes if isinstance(node, Function)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    return Definition(
        name=name,
        uses=frozenset(use for use in seen.uses if use != name and (use.split(".")[0] in known or use.split(".")[0] in seen.imports)),
        texts=frozenset(seen.texts),
        patterns=frozenset(seen.patterns),
        attributes=frozenset(seen.attributes),
        parameters=frozenset(arg.arg for node in functions for arg in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]),
        decorators=tuple(ast.unparse(one) for node in [*functions, *classes] for one in node.decorator_list),
        fills=frozenset(name for node in functions for name in _only_filled(node) & collections),
        imports=tuple(sorted(seen.imports.items())),
        bases=tuple(chain_of(base.value if isinstance(base, ast.Subscript) else base) for node in classes for base in node.bases),
    )


def _first_name(node: ast.AST) -> str:
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _only_filled(function: Function) -> set[str]:
    """Names that a function assigns into or calls a filling method of, and iterates nowhere."""
    stored = {_first_name(node) for node in ast.walk(function) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    called = {_first_name(call) for call in calls if call.attr in FILLING}
    read = {_first_name(node.iter) for node in ast.walk(function) if isinstance(node, ast.For | ast.comprehension)}
    return (stored | called) - read
