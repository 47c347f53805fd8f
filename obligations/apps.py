"""Application configuration."""

from greendistrict.core import wired


class ObligationsConfig(wired.WiredConfig):
    """The app ``obligations``: 到期事项 and reminders."""

    name = "obligations"
