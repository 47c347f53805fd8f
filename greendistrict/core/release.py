"""Version of the portal, defined in ``pyproject.toml`` only; used by 运行状况, /metrics, ``manage.py --version`` and backups."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Version of the running portal."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
