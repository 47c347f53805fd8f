"""Lanes of the outbox."""

from enum import StrEnum


class Lane(StrEnum):
    """Which queue carries out a message: what leaves the building waits for others, so it has a queue of its own."""

    DEFAULT = "default"
    MAIL = "mail"
    HOOKS = "hooks"
