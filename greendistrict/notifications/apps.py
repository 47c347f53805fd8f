"""Application configuration."""

from greendistrict.core import wired


class NotificationsConfig(wired.WiredConfig):
    """Every message the portal can send, the inbox and the channels."""

    name = "greendistrict.notifications"
