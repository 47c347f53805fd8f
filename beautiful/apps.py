"""Application configuration."""

from greendistrict.core import wired


class BeautifulConfig(wired.WiredConfig):
    """The app ``beautiful``: the programme 美丽上海."""

    name = "beautiful"
    verbose_name = "美丽上海"
