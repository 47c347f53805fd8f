"""Application configuration."""

from greendistrict.core import wired


class ObligationsConfig(wired.WiredConfig):
    """Who owes what by when, and the reminder sweep."""

    name = "obligations"
