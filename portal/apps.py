"""Application configuration."""

from greendistrict.core import wired


class PortalConfig(wired.WiredConfig):
    """Pages that compose all apps: work desk, district page, public pages."""

    name = "portal"
