"""Registries: an entry is reached by tests of those who read its registry, and by tests that reach it and are about the entry's feature."""

from collections import defaultdict
from dataclasses import dataclass, field

from scripts.reach.graph import Graph, Node
from scripts.reach.names import Names, of_definition
from scripts.reach.python_facts import Definition

TYPE = "greendistrict.core.registry.Registry"
WIRING = ".wiring"
# What is gathered from all modules of a name: the end of the entry's name, and the registry.
SCANNED = {
    "procedure": ("_STEPS", "greendistrict.workflow.declaration:_procedures"),
    "letters": ("SOURCE", "greendistrict.workflow.letters:letter_sources"),
    **dict.fromkeys(("selectors", "tasks", "waiting", "owed"), ("tasks_for", "portal.todo.selectors:todo_of")),
}


def feature_of(module: str) -> str:
    """Its package: ``districts.plots``, ``greendistrict.workflow``; ``carbon`` for a module of the app itself."""
    return ".".join(module.split(".")[:-1][:2])


def about(feature: str) -> Node:
    """Node that tests which name something of a feature begin with."""
    return f"about:{feature}"


def fills(filling: Node) -> Node:
    """Node that whoever reads a collection reaches, of a definition that fills it; of a typed registry, of itself."""
    return f"fills:{filling}"


@dataclass
class Registries:
    """Collections of lower modules and the definitions that upper ones put into them."""

    names: Names
    targets: dict[Node, set[Node]]
    collections: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))  # filling definition -> collections
    entries: dict[Node, set[Node]] = field(default_factory=lambda: defaultdict(set))  # entry -> collections

    def find(self) -> None:
        """Look for registries, then for what fills them."""
        typed = set()
        for module, facts in self.names.modules.items():
            for one in facts.definitions:
                node = of_definition(module, one.name)
                self.collections[node].update(of_definition(module, name) for name in one.fills)
                if of_definition(*TYPE.rsplit(".", 1)) in self.targets[node] and not one.parameters and one.name.islower():
                    typed.add(node)
        for module, facts in self.names.modules.items():
            for one in facts.definitions:
                if filled := self._filled(module, one, typed):
                    self._take(module, one, filled)
                ending, registry = SCANNED.get(module.rpartition(".")[2], (None, ""))
                if ending and one.name.endswith(ending):
                    self.entries[of_definition(module, one.name)].add(registry)

    def _filled(self, module: str, one: Definition, typed: set[Node]) -> set[Node]:
        """Collections that a definition fills by calling a filling function, or ``register`` of a typed registry."""
        node = of_definition(module, one.name)
        found = {collection for target in self.targets[node] for collection in self.collections.get(target, ())}
        if any(use.endswith(".register") for use in one.uses):
            found |= self.targets[node] & typed
        return {collection for collection in found if not collection.startswith(f"{module}:")}

    def _take(self, module: str, one: Definition, filled: set[Node]) -> None:
        node = of_definition(module, one.name)
        if not module.endswith(WIRING):
            self.entries[node] |= filled
            return
        for target in self._elements(module, node):
            self.entries[target] |= filled

    def _elements(self, module: str, node: Node) -> set[Node]:
        """What a filling function of ``wiring`` mentions; lists in ``wiring`` itself are taken apart."""
        found = set()
        for target in self.targets[node]:
            if target.startswith(f"{module}:") and target != node:
                found |= self._elements(module, target)
            elif target not in self.collections or not self.collections[target]:
                found.add(target)
        return found

    def add_to(self, graph: Graph) -> None:
        """Add an entry where a test reads the registry and names something of the entry's feature.

        The whole portal reads the registries of steps, tasks and effects; only with what a test is about is the entry called.
        """
        for entry, filled in self.entries.items():
            feature = about(feature_of(entry.partition(":")[0]))
            graph.add(feature)
            graph.given.append((frozenset({feature}), frozenset(filled), entry))
            for collection in filled:
                graph.add(collection, fills(collection))
        for filling, filled in self.collections.items():
            for collection in filled:
                graph.add(collection, fills(filling))

    def readers(self) -> dict[Node, set[Node]]:
        """Entries by the definitions that read their registry: those that mention the collection, and who mentions those."""
        reading: dict[Node, set[Node]] = defaultdict(set)
        by_collection: dict[Node, set[Node]] = defaultdict(set)
        for entry, filled in self.entries.items():
            for collection in filled:
                by_collection[collection].add(entry)
        for node, targets in self.targets.items():
            for collection in targets & by_collection.keys():
                if not node.partition(":")[0].endswith(WIRING):
                    reading[node] |= by_collection[collection]
        return reading
