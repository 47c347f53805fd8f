"""What the audit record needs to know of a person; accounts lie above and cannot be imported."""

from typing import Protocol


class Actor(Protocol):
    """Anybody with a key and a name."""

    pk: int
    name: str
