"""Strict YAML reader for data files: only ``true``/``false`` are booleans, decimals are exact, keys are unique."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

BOOL = "tag:yaml.org,2002:bool"
FLOAT = "tag:yaml.org,2002:float"


class StrictLoader(yaml.CSafeLoader):
    """YAML loader with YAML 1.2 booleans (``on``, ``no`` are text), ``Decimal`` numbers and no repeated keys.

    Uses libyaml, which takes a seventh of the time of the Python parser; every process reads some of the files at start-up.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 -- PyYAML's signature
        """Mapping of a node; a repeated key is an error with its line."""
        built = super().construct_mapping(node, deep=deep)
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"repeated key {key!r}", key_node.start_mark)
            seen.add(key)
        return built


def _without_bool() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Resolvers of PyYAML without its YAML 1.1 booleans."""
    resolvers = yaml.CSafeLoader.yaml_implicit_resolvers
    return {first: [pair for pair in pairs if pair[0] != BOOL] for first, pairs in resolvers.items()}


def _decimal(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Decimal:
    """Build a decimal number exactly as written."""
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


StrictLoader.yaml_implicit_resolvers = _without_bool()
StrictLoader.add_implicit_resolver(BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
StrictLoader.add_constructor(FLOAT, _decimal)


def read(path: Path) -> Any:
    """Parse the file. Raises ``yaml.YAMLError`` with line and column."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=StrictLoader)  # noqa: S506 -- a SafeLoader by inheritance
