"""Which definition a written name stands for."""

from scripts.reach.graph import Node
from scripts.reach.python_facts import REST, Definition, Facts

MOST_STEPS = 12  # through names that are imported to be imported from there


def of_definition(module: str, name: str) -> Node:
    """Node of a definition."""
    return f"{module}:{name}"


class Names:
    """Definitions of all modules by their dotted names."""

    def __init__(self, modules: dict[str, Facts]) -> None:
        self.modules = modules
        self.defined = {module: {one.name for one in facts.definitions} for module, facts in modules.items()}
        self.packages = {module.rpartition(".")[0] for module in modules}

    def targets(self, module: str, definition: Definition) -> set[Node]:
        """Nodes that a definition uses."""
        local = dict(definition.imports)
        found: set[Node] = set()
        for use in definition.uses:
            head, _, rest = use.partition(".")
            bound = local.get(head) or self.modules[module].imports.get(head)
            if head in self.defined[module] and head not in local:
                found.add(of_definition(module, head))
            elif bound:
                found |= self.resolved(f"{bound}.{rest}" if rest else bound)
        for name, target in definition.imports:
            if name == "*":
                found |= self.resolved(target.removesuffix(".*"))
        return found

    def resolved(self, dotted: str, steps: int = 0) -> set[Node]:
        """Nodes of a dotted name: a definition, or all of a module that is handed on whole; none outside the sources."""
        if dotted in self.modules:
            return {of_definition(dotted, one) for one in self.defined[dotted]}
        module, name = self._split(dotted)
        if not module or steps > MOST_STEPS:
            return set()
        if name in self.defined[module]:
            return {of_definition(module, name)}
        facts = self.modules[module]
        if name in facts.imports:
            rest = dotted[len(module) + 1 + len(name) :]
            return self.resolved(facts.imports[name] + rest, steps + 1)
        for star in facts.stars:
            if found := self.resolved(f"{star}.{name}", steps + 1):
                return found
        return set()

    def _split(self, dotted: str) -> tuple[str, str]:
        """The longest module that a dotted name begins with, and the name in it."""
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            if module in self.modules:
                return module, parts[length]
        return "", ""


def rest_of(module: str) -> Node:
    """What a module does at its top level beside definitions."""
    return of_definition(module, REST)
