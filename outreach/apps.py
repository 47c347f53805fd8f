"""Application configuration."""

from greendistrict.core import wired


class OutreachConfig(wired.WiredConfig):
    """The app ``outreach``: opinions of the public, requests for information, stories, events."""

    name = "outreach"
    verbose_name = "公众参与"
