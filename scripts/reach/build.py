"""The graph of a tree: definitions, templates, files, pages, fixtures and registries joined."""

import re
from dataclasses import dataclass

from scripts.reach.files import Files, add_templates
from scripts.reach.fixtures import FRAME, Fixtures
from scripts.reach.graph import Closed, Graph, Node
from scripts.reach.names import Names, of_definition, rest_of
from scripts.reach.pages import SETTINGS, Pages, app_of
from scripts.reach.python_facts import REST, Definition, Facts
from scripts.reach.registries import Registries, about, feature_of
from scripts.reach.store import Store, module_of
from scripts.reach.tree import Tree

HANDLER = re.compile(r"handler\d+")
JOBS = f"{SETTINGS}jobs"  # a page puts one on a queue; who runs one names it
FORM_TEMPLATES = "django/"  # of the renderer that the settings name
FANS = (".feature", "root_urls", ".wiring")  # they name everything; what they name is reached as a page or as an entry of a registry
COMMANDS = ".management.commands."
TEST_MODULE = re.compile(r"file:tests/(.*/)?test_\w+\.py")  # a table that names it (of seconds, of orders) does not open it
DOTTED = re.compile(r"\w+(\.\w+)+")
AREAS = "scripts.areas"  # its texts are places of the tree that tests are about; it opens none of them
PROGRAMS = ("tests.", "tools.", "scripts.")  # whose texts may name management commands and pages


@dataclass
class Reach:
    """The graph of a tree, closed, with the test modules by path."""

    closed: Closed
    tests: dict[str, int]
    slow: frozenset[str]
    names: Names
    files: Files
    registries: Registries


def test_modules(tree: Tree) -> list[str]:
    """Paths of the test modules."""
    return [
        path for path in tree.keys if path.startswith("tests/") and path.rsplit("/", 1)[-1].startswith("test_") and path.endswith(".py")
    ]


def reach_of(tree: Tree, store: Store, wanted: frozenset[str] = frozenset()) -> Reach:
    """Graph of a tree; ``wanted`` are the names after a point that matter."""
    python = store.python(tree)
    modules = {module_of(path): facts for path, facts in python.items()}
    names = Names(modules)
    files = Files(list(tree.keys))
    graph = Graph()
    pages = Pages(names)
    pages.add_to(graph)
    fixtures = Fixtures(names)
    fixtures.add_to(graph)
    targets = _add_python(graph, names, files, pages, wanted)
    add_templates(graph, store.templates(tree), files, names, wanted)
    _add_frame(graph, names, files)
    registries = Registries(names, targets)
    registries.find()
    registries.add_to(graph)
    closed = graph.closed()
    readers = _readers(registries)
    tests = {
        path: closed.reached(_roots(path, modules, fixtures, readers) | _about(path, modules, graph))
        for path in test_modules(tree)
        if path in python
    }
    return Reach(closed, tests, frozenset(path for path in tests if python[path].slow), names, files, registries)


def _add_frame(graph: Graph, names: Names, files: Files) -> None:
    """Say what every page passes through: what the settings name, except jobs, pages of refused requests, templates of forms."""
    graph.add(FRAME, *(f"template:{name}" for name in files.templates if name.startswith(FORM_TEMPLATES)))
    for module, facts in names.modules.items():
        for one in facts.definitions:
            if f"{module}.".startswith(SETTINGS) and module != JOBS and any(DOTTED.fullmatch(text) for text in one.texts):
                graph.add(FRAME, of_definition(module, one.name))
            if module.endswith("root_urls") and HANDLER.fullmatch(one.name):
                graph.add(FRAME, *(node for text in one.texts for node in names.resolved(text)))


def _roots(path: str, modules: dict[str, Facts], fixtures: Fixtures, readers: dict[str, set[Node]]) -> set[Node]:
    """Where a test module begins: its definitions, what pytest brings, entries of registries that its package reads."""
    module = module_of(path)
    own = {of_definition(module, one.name) for one in modules[module].definitions}
    folder = module.rpartition(".")[0]
    return own | fixtures.roots(module) | readers.get(folder, set())


def _about(path: str, modules: dict[str, Facts], graph: Graph) -> set[Node]:
    """Nodes of the features of which a test module, or a program or page that it names, names something."""
    module = module_of(path)
    waiting = [of_definition(module, one.name) for one in modules[module].definitions]
    seen, found = set(waiting), set()
    while waiting:
        node = waiting.pop()
        place = node.removeprefix("page:").partition(":")[0]
        if place in modules and not place.startswith(PROGRAMS):
            found.add(about(feature_of(place)))
        if place.startswith(PROGRAMS) or node.startswith("page:"):
            waiting += graph.edges.get(node, set()) - seen
            seen |= graph.edges.get(node, set())
    return found


def _readers(registries: Registries) -> dict[str, set[Node]]:
    """Entries by the folder of tests of the package that reads their registry."""
    found: dict[str, set[Node]] = {}
    for node, entries in registries.readers().items():
        package = node.partition(":")[0].rpartition(".")[0].removeprefix("greendistrict.").split(".")
        found.setdefault(".".join(["tests", *package[:2]]), set()).update(entries)
    return found


def _add_python(graph: Graph, names: Names, files: Files, pages: Pages, wanted: frozenset[str]) -> dict[Node, set[Node]]:
    """Add all definitions; returns what each uses, by node."""
    commands = {module.rsplit(".", 1)[1]: module for module in names.modules if COMMANDS in module}
    models = {f"{app_of(module).rsplit('.', 1)[-1]}.{one.name}": of_definition(module, one.name) for module, one in _classes(names)}
    used: dict[Node, set[Node]] = {}
    for module, facts in names.modules.items():
        program = module.startswith(PROGRAMS)
        for one in facts.definitions:
            node = of_definition(module, one.name)
            targets = names.targets(module, one) - {of_definition(module, name) for name in one.fills}
            used[node] = targets
            if module.endswith(FANS):
                continue
            graph.add(node, *targets)
            if one.name != REST:
                graph.add(node, rest_of(module))
            if any("receiver" in decorator or ".connect" in decorator for decorator in one.decorators) or _registers_itself(one):
                graph.add(rest_of(module), node)
            if module == AREAS:
                continue
            graph.add(node, *_named_by(module, one, names, files, pages if program else None))
            for text in one.texts & models.keys():
                used[node] = used[node] | {models[text]}
                graph.add(node, models[text])
            starts = (program and not module.endswith(".conftest")) or "call_command" in one.uses  # "setup" there is a phase of a test
            for text in one.texts & commands.keys() if starts else ():
                graph.add(node, *(of_definition(commands[text], name) for name in names.defined[commands[text]]))
            graph.add(node, *(f"attribute:{name}" for name in one.attributes & wanted))
    return used


def _registers_itself(one: Definition) -> bool:
    """Whether a class is noted by its base when it is made, as the extensions of drf-spectacular are."""
    return any(base.endswith("Extension") for base in one.bases)


def _classes(names: Names) -> list[tuple[str, Definition]]:
    return [(module, one) for module, facts in names.modules.items() for one in facts.definitions if one.bases]


def _named_by(module: str, one: Definition, names: Names, files: Files, pages: Pages | None) -> set[Node]:
    """What the texts and patterns of a definition name: templates, files, dotted names, pages."""
    found: set[Node] = set()
    for text in one.texts:
        if (text.isidentifier() or set(text) & set("./:")) and " " not in text:
            found |= files.named(text, module)
            found |= names.resolved(text) if DOTTED.fullmatch(text) else set()
    for pattern in one.patterns:
        found |= files.named(pattern, module)
    found = {node for node in found if not TEST_MODULE.fullmatch(node)}
    if not found:
        found = {node for text in one.texts for node in files.in_folder(text, module)}
    if pages is not None:
        found |= {page for text in one.texts | one.patterns for page in pages.named(text) | pages.at(text)}
        found |= {f"named:{node.removeprefix('file:')}" for node in found if node.startswith("file:static/")}
    for node in list(found):
        if node.startswith("file:") and node.endswith(".py"):
            program = module_of(node.removeprefix("file:"))
            found |= {of_definition(program, name) for name in names.defined.get(program, ())}
    return found
