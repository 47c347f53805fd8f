"""Actor of an audit record as a protocol; the accounts app lies above and cannot be imported."""

from typing import Protocol


class Actor(Protocol):
    """Anybody with a key and a name."""

    pk: int
    name: str
