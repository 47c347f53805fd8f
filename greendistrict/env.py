"""Readers of environment variables that raise on invalid values, so that a misconfigured service does not start."""

import os
import re
import shutil
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str | None = None) -> str:
    """Value of ``name``. Raises for a missing or empty variable without default."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        msg = f"environment variable {name} is required"
        raise ImproperlyConfigured(msg)
    return value


def secret(name: str, default: str | None = None) -> str:
    """Value of ``name``, or the content of the file named by ``name_FILE``; an empty file is a missing value."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            msg = f"{name}_FILE cannot be read: {error.strerror}"
            raise ImproperlyConfigured(msg) from error
        if not value and default is None:
            msg = f"{name}_FILE is empty"
            raise ImproperlyConfigured(msg)
        return value or str(default)
    return text(name, default)


def with_password(url: str, password: str) -> str:
    """``url`` with a password that is kept apart from it, unless it names one itself."""
    parts = urlsplit(url)
    if not (password and parts.netloc) or parts.password:
        return url
    user, _, place = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}").geturl()


def boolean(name: str, *, default: bool) -> bool:
    """Boolean of ``name``. Raises for anything else."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    msg = f"environment variable {name}: {value!r} is neither true nor false"
    raise ImproperlyConfigured(msg)


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Whole number of ``name``, at least ``minimum``."""
    value = os.environ.get(name, str(default))
    try:
        number = int(value)
    except ValueError as error:
        msg = f"environment variable {name}: {value!r} is not a whole number"
        raise ImproperlyConfigured(msg) from error
    if number < minimum:
        msg = f"environment variable {name}: {number} is below {minimum}"
        raise ImproperlyConfigured(msg)
    return number


def words(name: str, default: str | None = "") -> list[str]:
    """Comma-separated list of ``name`` without empty entries; without default it must not be empty."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def program(name: str, default: str) -> str:
    """Path of the program ``name``; "" for none and for a bare name that is not on the path. Raises for a path without a program."""
    value = os.environ.get(name, default).strip()
    found = shutil.which(value) if value else None
    if found is None and os.sep in value:
        msg = f"environment variable {name}: there is no program {value}"
        raise ImproperlyConfigured(msg)
    return found or ""


def address(name: str) -> str:
    """``unix:///path`` or ``tcp://host:port`` of ``name``; empty if not set. Raises for anything else."""
    value = text(name, "").strip()
    if value and not re.fullmatch(r"unix:///.+|tcp://(?:[^:/\s]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}", value):
        msg = f"environment variable {name}: {value!r} is neither unix:///path nor tcp://host:port"
        raise ImproperlyConfigured(msg)
    return value


def networks(name: str, default: str | None = "") -> list[IPv4Network | IPv6Network]:
    """Comma-separated networks or addresses of ``name``; ``none`` stands for an empty list."""
    given = [word for word in words(name, default) if word.lower() != "none"]
    try:
        return [ip_network(word, strict=False) for word in given]
    except ValueError as error:
        msg = f"environment variable {name}: {error}"
        raise ImproperlyConfigured(msg) from error


def database(url: str) -> dict[str, Any]:
    """Django database settings from a ``postgresql://`` URL; every other engine is refused."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config.get("ENGINE") != "django.db.backends.postgresql":
        msg = "DATABASE_URL must be a postgresql:// URL"
        raise ImproperlyConfigured(msg)
    config["HOST"] = unquote(config["HOST"])  # a socket folder is a percent-encoded host
    return config
