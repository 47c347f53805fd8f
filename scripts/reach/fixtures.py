"""What pytest brings into a test module: fixtures by name, and what ``conftest.py`` does for everything below it."""

from collections.abc import Iterator

from scripts.reach.graph import Graph, Node
from scripts.reach.names import Names, of_definition
from scripts.reach.python_facts import Definition

FRAME = "frame"
BROWSER = "browser"
CLIENTS = frozenset({"client", "admin_client", "live_server"})
CLIENT_CLASSES = ("django.test.Client", "django.test.client.Client", "rest_framework.test.APIClient", "django.test.AsyncClient")
BROWSERS = frozenset({"live_server", "browser", "page"})
ANY_PAGE = "django.urls.get_resolver"


def is_fixture(one: Definition) -> bool:
    """Whether a definition is a fixture."""
    return any("fixture" in decorator for decorator in one.decorators)


def runs_by_itself(one: Definition) -> bool:
    """Whether pytest calls a definition of a ``conftest.py`` without being asked."""
    return one.name.startswith("pytest_") or any("autouse" in decorator or "connect" in decorator for decorator in one.decorators)


class Fixtures:
    """Fixtures of each folder of tests."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.by_folder: dict[str, dict[str, Node]] = {}
        self.always: dict[str, set[Node]] = {}
        for module, facts in names.modules.items():
            if module.startswith("tests.") and module.endswith(".conftest"):
                folder = module.removesuffix(".conftest")
                self.by_folder[folder] = {one.name: of_definition(module, one.name) for one in facts.definitions if is_fixture(one)}
                self.always[folder] = {of_definition(module, one.name) for one in facts.definitions if runs_by_itself(one)}

    def add_to(self, graph: Graph) -> None:
        """Connect the definitions of tests with the fixtures that they ask for."""
        for module, facts in self.names.modules.items():
            if not module.startswith("tests."):
                continue
            known: dict[str, Node] = {}
            for folder in self._folders(module):
                known |= self.by_folder.get(folder, {})
            known |= {one.name: of_definition(module, one.name) for one in facts.definitions if is_fixture(one)}
            for one in facts.definitions:
                asked = (one.parameters | one.texts) & known.keys()
                graph.add(of_definition(module, one.name), *(known[name] for name in asked if name != one.name))
                graph.add(of_definition(module, one.name), *self._frame(module, one))

    def roots(self, module: str) -> set[Node]:
        """What runs for a test module beside its own definitions."""
        return {node for folder in self._folders(module) for node in self.always.get(folder, ())}

    def _frame(self, module: str, one: Definition) -> Iterator[Node]:
        bound = {**self.names.modules[module].imports, **dict(one.imports)}
        targets = {bound.get(use.split(".")[0], "") for use in one.uses}
        if one.parameters & CLIENTS or targets & set(CLIENT_CLASSES):
            yield FRAME
        if one.parameters & BROWSERS or any("playwright" in target or target.startswith("tests.browsers") for target in targets):
            yield BROWSER
        if ANY_PAGE in targets:
            yield "page:*"

    @staticmethod
    def _folders(module: str) -> list[str]:
        parts = module.split(".")
        return [".".join(parts[:length]) for length in range(1, len(parts))]
