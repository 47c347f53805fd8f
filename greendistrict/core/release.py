"""Version of the portal, defined in ``pyproject.toml`` only; used by 运行状况, /metrics, ``manage.py --version``, tasks and backups."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def version() -> str:
    """Version of the running portal."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def is_newer(other: str) -> bool:
    """Whether ``other`` names a later version than the running one; False for anything that is no version."""
    try:
        return _parts(other) > _parts(version())
    except ValueError:
        return False


def _parts(text: str) -> list[int]:
    return [int(part) for part in text.split(".")]
