"""What a change touches: definitions of modules, templates and files, as sets of nodes that a test must reach."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from scripts.reach.files import file_node, template_node
from scripts.reach.fixtures import BROWSER
from scripts.reach.graph import Node
from scripts.reach.names import of_definition, rest_of
from scripts.reach.pages import SETTINGS
from scripts.reach.python_facts import FUNCTIONS, REST, bound, chain_of, pieces
from scripts.reach.registries import WIRING, fills
from scripts.reach.store import module_of, package_of
from scripts.reach.tree import Tree

# Sections of pyproject.toml that only the lint reads.
LINT_SECTIONS = ("importlinter", "ruff", "mypy", "django-stubs")
# Files that no test reads, or only tests/architecture, which always runs.
ALWAYS_READ = ("docs/", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE")
# What is kept for tests: each text, or each line, belongs to a test module or to those of the pages.
KEPT_TEXTS = "tests/pages/kept/"
KEPT_LINES = {"tests/query_counts.txt": "tests/", "tests/pages/of_tests.txt": ""}  # with what a line leaves out before the module
KEPT_BY = of_definition("tests.pages.kept", "FOLDER")
LINT_ONLY = (
    *(".editorconfig", ".gitignore", ".gitattributes", ".pre-commit-config.yaml"),
    *("eslint.config.mjs", "tsconfig.json", "tsconfig.pages.json"),
)
EVERYTHING = ("requirements/", "package.json", "package-lock.json", "tests/conftest.py", "manage.py")
SIMPLE = ast.Expr | ast.Assign | ast.For | ast.Return
# Methods of Django's models that it calls itself; any other method of a model is called by name.
OF_MODELS = frozenset(
    {"save", "delete", "clean", "full_clean", "clean_fields", "validate_unique", "validate_constraints", "get_absolute_url"}
)
# Bases that call no method of a class by themselves.
PLAIN_BASES = frozenset(
    {"NamedTuple", "Protocol", "Generic", "TextChoices", "IntegerChoices", "StrEnum", "Enum", "IntEnum", "QuerySet", "Manager"}
)


@dataclass(frozen=True)
class Seed:
    """What changed in a file, and the nodes of which a test must reach all."""

    path: str
    name: str
    nodes: frozenset[Node]

    def __str__(self) -> str:
        return f"{self.path}: {self.name}" if self.name else self.path


@dataclass
class Change:
    """``seeds`` say what a test must reach, ``everything`` why all tests are chosen, ``tests`` the test modules that changed themselves.

    ``read`` are the files that some test must reach, otherwise nobody knows their place; ``wanted`` are names after a point that seeds
    ask for; ``removed`` is true where something is gone that only the tree before shows the place of.
    """

    seeds: list[Seed] = field(default_factory=list)
    everything: list[str] = field(default_factory=list)
    tests: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    removed: bool = False

    def add(self, path: str, *nodes: Node, name: str = "") -> None:
        """Note that a test has to be run if it reaches all of the nodes."""
        self.seeds.append(Seed(path, name, frozenset(nodes)))
        self.wanted.update(node.partition(":")[2] for node in nodes if node.startswith("attribute:"))


def change_between(before: Tree, after: Tree, paths: list[str]) -> Change:
    """Seeds of the paths that differ between two trees."""
    found = Change()
    before.load([path for path in paths if path in before.keys])
    for path in paths:
        if path not in after.keys:
            found.removed = True
        _one(found, path, before.text(path) if path in before.keys else None, after.text(path) if path in after.keys else None)
    return found


def _one(found: Change, path: str, before: str | None, after: str | None) -> None:
    if path.startswith(ALWAYS_READ) or path in LINT_ONLY:
        found.add(path, file_node(path))
    elif path == "pyproject.toml":
        _settings_of_tools(found, before or "", after or "")
    elif "/migrations/" in path or path.startswith(EVERYTHING):
        found.everything.append(path)
    elif path.endswith(".py"):
        _python(found, path, before, after)
    elif path.startswith(KEPT_TEXTS):
        parts = path.removeprefix(KEPT_TEXTS).split("/")
        module = next((at for at, part in enumerate(parts) if part.startswith("test_")), 0)
        found.add(path, rest_of(".".join(parts[: module + 1])) if module else KEPT_BY)
    elif path in KEPT_LINES:
        lines = {*(before or "").splitlines()} ^ {*(after or "").splitlines()}
        for test in sorted({KEPT_LINES[path] + line.partition("::")[0] for line in lines}):
            found.add(path, rest_of(module_of(test)), name=test)
    else:
        _other(found, path)
        if after is not None:
            found.read.add(path)


def _other(found: Change, path: str) -> None:
    """Seeds of a template, a static file or any other that is no Python."""
    if path.startswith("templates/"):
        found.add(path, template_node(path.removeprefix("templates/")))
    elif path.startswith("static/"):
        found.add(path, file_node(path), BROWSER)
        found.add(path, f"named:{path}")
    else:
        found.add(path, file_node(path))


def _settings_of_tools(found: Change, before: str, after: str) -> None:
    """Seeds of ``pyproject.toml``: everything, unless only the lint reads what changed."""
    one, other = (tomllib.loads(text) for text in (before, after))
    tools_before, tools_after = one.pop("tool", {}), other.pop("tool", {})
    differing = {name for name in tools_before.keys() | tools_after.keys() if tools_before.get(name) != tools_after.get(name)}
    if one != other or differing - set(LINT_SECTIONS):
        found.everything.append("pyproject.toml")
    else:
        found.add("pyproject.toml", file_node("pyproject.toml"))


def _python(found: Change, path: str, before: str | None, after: str | None) -> None:
    module = module_of(path)
    if path.rsplit("/", 1)[-1].startswith("test_") and path.startswith("tests/") and after is not None:
        found.tests.add(path)
    try:
        old, new = (_shapes(text or "", package_of(path)) for text in (before, after))
    except SyntaxError:
        found.everything.append(path)
        return
    found.add(path, file_node(path))
    if module.endswith(WIRING):
        _wiring(found, path, before or "", after or "")
        return
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        if name not in new:
            found.removed = True
        else:
            found.read.add(path)
        for nodes in _touched(module, name, old.get(name), new.get(name)):
            found.add(path, *nodes, name=name)
    if module.endswith((".feature", "root_urls")) and old != new:
        found.add(path, f"routes:{module}")
        found.removed = True


def _wiring(found: Change, path: str, before: str, after: str) -> None:
    """Seeds of a module that fills registries: what its differing lines put in or take out, or which registries a constant goes into."""
    one, other = (_lines(text, package_of(path)) for text in (before, after))
    for line in one.keys() ^ other.keys():
        names, into = (one | other)[line]
        if not names and not into:
            found.everything.append(f"{path}, a line that names nothing")
        for dotted in names:
            module, _, name = dotted.rpartition(".")
            found.add(path, of_definition(module, name), name=name)
            found.read.add(path)
        for dotted in into if not names else ():
            module, _, name = dotted.rpartition(".")
            found.add(path, fills(of_definition(module, name)), name=name)
            found.read.add(path)


def _lines(text: str, package: str) -> dict[str, tuple[set[str], set[str]]]:
    """Dotted names of each simple statement of a module, by the statement, and those of statements that use what it assigns."""
    tree = ast.parse(text)
    imports = {
        name: target for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name, target in bound(node, package).items()
    }
    simple = [node for node in ast.walk(tree) if isinstance(node, SIMPLE) and not _is_docstring(node)]
    written = {id(node): {chain_of(one) for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute)} for node in simple}

    def named(nodes: Iterable[ast.AST]) -> set[str]:
        heads = {chain: chain.partition(".") for node in nodes for chain in written[id(node)] if chain}
        return {imports[head] + (f".{rest.split('.')[0]}" if rest else "") for head, _, rest in heads.values() if head in imports}

    found = {}
    for node in simple:
        assigned = {one.id for one in node.targets if isinstance(one, ast.Name)} if isinstance(node, ast.Assign) else set()
        found[ast.dump(node)] = named([node]), named(other for other in simple if other is not node and written[id(other)] & assigned)
    return found


@dataclass(frozen=True)
class Shape:
    """A definition without its layout: all that stands in it but methods, and the methods; ``bases`` of a class."""

    whole: str
    methods: tuple[tuple[str, str], ...] = ()
    bases: tuple[str, ...] = ()


def _touched(module: str, name: str, old: Shape | None, new: Shape | None) -> Iterator[tuple[Node, ...]]:
    """Nodes of a changed definition; of a class where only methods changed, those that mention them."""
    node = rest_of(module) if name == REST else of_definition(module, name)
    if f"{module}.".startswith(SETTINGS) and name.isupper():
        yield (f"attribute:{name}",)
    if old is None or new is None or old.whole != new.whole or not _called_by_name(new):
        yield (node,)
        return
    methods = dict(old.methods).items() ^ dict(new.methods).items()
    for method in sorted({method for method, _ in methods}):
        yield (node,) if method.startswith("__") or method in OF_MODELS else (node, f"attribute:{method}")


def _called_by_name(shape: Shape) -> bool:
    """Whether nobody outside the sources calls the methods of a class: it has no base, or one of data and models."""
    return all(base.rsplit(".", 1)[-1] in PLAIN_BASES or base.endswith("Model") for base in shape.bases)


def _shapes(text: str, package: str) -> dict[str, Shape]:
    """Definitions of a module by name, with what the imported names in them stand for."""
    tree = ast.parse(text)
    imports: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports |= bound(node, package)
    return {name: _shape(nodes, imports) for name, nodes in pieces(tree).items() if nodes}


def _shape(nodes: list[ast.stmt], imports: dict[str, str]) -> Shape:
    if len(nodes) == 1 and isinstance(nodes[0], ast.ClassDef):
        node = nodes[0]
        methods = [one for one in node.body if isinstance(one, FUNCTIONS)]
        head = [*node.bases, *node.keywords, *node.decorator_list, *(one for one in node.body if one not in methods)]
        bases = tuple(chain_of(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases)
        return Shape(_dump(head, imports), tuple(sorted((one.name, _dump([one], imports)) for one in methods)), bases)
    return Shape(_dump(nodes, imports))


def _dump(nodes: Sequence[ast.AST], imports: dict[str, str]) -> str:
    """Text of the nodes without layout, comments and documentation."""
    used = set()
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Name):
                used.add(one.id)
            elif isinstance(one, (*FUNCTIONS, ast.ClassDef)) and ast.get_docstring(one, clean=False) is not None:
                one.body = one.body[1:] or [ast.Pass()]
    stands_for = sorted(f"{name}={imports[name]}" for name in used & imports.keys())
    return "\n".join([*(ast.dump(node) for node in nodes if not _is_docstring(node)), *stands_for])


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
