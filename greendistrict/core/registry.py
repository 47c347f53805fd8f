"""Typed registry: a lower package defines the entries, packages above register them at start-up."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries in the order of registration, each with a unique key.

    Filled by ``wiring.py`` of the apps before requests are served; read by iteration or by key. ``name`` stands in errors; ``entry`` says
    what an entry is, for the printed list of registries (``make registries``).
    """

    def __init__(self, name: str, *, entry: str = "") -> None:
        self.name = name
        self.entry = entry
        self.by_key: dict[str, Entry] = {}

    def register(self, key: str, entry: Entry) -> None:
        """Add an entry. Raises ``ValueError`` for a key in use."""
        if key in self.by_key:
            msg = f"{self.name}: {key} is registered twice"
            raise ValueError(msg)
        self.by_key[key] = entry

    def only(self) -> Entry:
        """The entry of a registry that one package fills once. Raises ``ValueError`` if there is none or more than one."""
        (entry,) = self.by_key.values()
        return entry

    def __iter__(self) -> Iterator[Entry]:
        """All entries in order of registration."""
        return iter(self.by_key.values())
