"""Lanes of the outbox."""

from enum import StrEnum


class Lane(StrEnum):
    """Queue that handles a message; slow deliveries to outside systems have queues of their own."""

    DEFAULT = "default"
    MAIL = "mail"
    HOOKS = "hooks"
