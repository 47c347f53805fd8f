"""Actor of an audit record as a protocol; the accounts app lies above and cannot be imported."""

from typing import Protocol


class Actor(Protocol):
    """Protocol of whoever is recorded as actor: primary key and name."""

    pk: int
    name: str
