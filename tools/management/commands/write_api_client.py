"""``manage.py write_api_client``: generate the table of operations in the API client from the schema."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.api import client as api_client
from portal.api.description import schema

FILE = Path(api_client.__file__)
TABLE = re.compile(r"^OPERATIONS: [^\n]+ = \{\n.*?^\}\n", re.DOTALL | re.MULTILINE)
WIDTH = 140  # line length, as configured for ruff
Operation = tuple[str, str, tuple[str, ...]]


def operations() -> dict[str, Operation]:
    """Method, path and conditions of each operation of the schema, by name."""
    found: dict[str, Operation] = {}
    for path, methods in schema()["paths"].items():
        for method, described in methods.items():
            asked = (one["name"] for one in described.get("parameters", ()) if one["in"] == "query")
            names = tuple(sorted(name for name in asked if name not in api_client.PAGING))
            found[described["operationId"]] = (method.upper(), path, names)
    return dict(sorted(found.items()))


def written(source: str) -> str:
    """Source of the client with the table generated from the current schema."""
    lines = "".join(_entry(name, operation) for name, operation in operations().items())
    return TABLE.sub(lambda _: f"OPERATIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {{\n{lines}}}\n", source, count=1)


def _entry(name: str, operation: Operation) -> str:
    method, path, conditions = f'"{operation[0]}"', f'"{operation[1]}"', _words(operation[2])
    line = f'    "{name}": ({method}, {path}, {conditions}),\n'
    if len(line) <= WIDTH + 1:
        return line
    inside = "".join(f"        {one},\n" for one in (method, path, conditions))
    return f'    "{name}": (\n{inside}    ),\n'


def _words(names: tuple[str, ...]) -> str:
    told = ", ".join(f'"{name}"' for name in names)
    return f"({told},)" if len(names) == 1 else f"({told})"


class Command(BaseCommand):
    """Replaces the table; the rest of the client is not changed."""

    help = "Write the operations of the API's client from the schema"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the table and print the number of operations."""
        del args, options
        FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"{FILE.name}: {len(operations())} operations")
