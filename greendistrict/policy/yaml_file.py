"""Strict YAML reader for data files: only ``true``/``false`` are booleans, decimals are exact, keys are unique.

Also here: in Chinese, why a YAML file cannot be read; the parser's own messages are English.
"""

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


MALFORMED_YAML = "YAML 写法有误，请核对这一行和上一行的缩进、冒号、引号和括号"
UNPRINTABLE = "有不能出现在文本里的字符"


def parser_fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Line (counted from 1) and reason why the parser refused ``text``; the first line if it names none."""
    if isinstance(error, yaml.reader.ReaderError):
        return text.count("\n", 0, error.position) + 1, UNPRINTABLE
    mark = (error.problem_mark or error.context_mark) if isinstance(error, yaml.MarkedYAMLError) else None
    return mark.line + 1 if mark else 1, MALFORMED_YAML
