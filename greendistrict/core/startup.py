"""Stops a server at start whose configuration cannot be used, with the reason."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from greendistrict.core.checks import CONFIGURATION


def misconfigured(*more: str) -> list[str]:
    """Errors of the system checks that forbid starting, each with its number; ``more`` are tags of checks beside those of every server."""
    return [f"{found.msg}（{found.id}）" for found in run_checks(tags=[CONFIGURATION, *more]) if found.is_serious()]


def refuse_misconfiguration() -> None:
    """Raise ``ImproperlyConfigured`` with everything that is wrong."""
    if found := misconfigured():
        raise ImproperlyConfigured("；".join(found))
