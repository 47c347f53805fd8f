"""Stops a server at start-up if its configuration is unusable, with the reasons."""

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from greendistrict.core.checks import CONFIGURATION


def misconfigured(*more: str) -> list[str]:
    """Errors of the system checks that prevent starting, with their numbers; ``more``: tags of additional checks."""
    return [f"{found.msg}（{found.id}）" for found in run_checks(tags=[CONFIGURATION, *more]) if found.is_serious()]


def refuse_misconfiguration() -> None:
    """Raise ``ImproperlyConfigured`` with all errors."""
    if found := misconfigured():
        raise ImproperlyConfigured("；".join(found))
