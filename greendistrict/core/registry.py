"""A typed registry: a lower package says what an entry is, packages above register entries while the apps start."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries in the order of registration, each under a unique key.

    Written by ``wiring.py`` of the apps, before anything is served; read by a loop or by key.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.by_key: dict[str, Entry] = {}

    def register(self, key: str, entry: Entry) -> None:
        """Add an entry. Raises ``ValueError`` when the key is taken."""
        if key in self.by_key:
            msg = f"{self.name}: {key} is registered twice"
            raise ValueError(msg)
        self.by_key[key] = entry

    def __iter__(self) -> Iterator[Entry]:
        """Every entry, the first registered first."""
        return iter(self.by_key.values())
