"""Version of the portal: it stands in ``pyproject.toml`` alone; 运行状况, /metrics, ``manage.py --version`` and backups ask here."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Version of the portal as it runs."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
