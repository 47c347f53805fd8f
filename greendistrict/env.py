"""Readers of environment variables that raise on invalid values, so that a misconfigured service does not start."""

import os
import re
import shutil
from collections.abc import Collection, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
POSTGRES_PORT = 5432
WRITABLE = ("read-write", "primary")  # values of target_session_attrs by which a server is found that takes writes
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


def program_or_url(name: str) -> str:
    """Path of a program on the machine, or an http address, as ``name`` gives it; empty if not set. Raises for anything else."""
    value = text(name, "").strip()
    if not value or re.fullmatch(r"https?://[^/@\s]+(?:/\S*)?", value):
        return value
    if "://" in value or not (found := shutil.which(value)):
        msg = f"environment variable {name}: {value!r} is neither a program of this machine nor http://host/path"
        raise ImproperlyConfigured(msg)
    return found


def exchange_place(name: str, *, by_hand: bool = True) -> str:
    """Absolute path of a folder, an https address, or ``hand``, as ``name`` gives it; empty if not set. Raises for anything else.

    ``by_hand``: whether a person may carry its files.
    """
    value = text(name, "").strip()
    if value == "hand" and not by_hand:
        msg = f"environment variable {name}: not by hand, for it writes in the name of others; set a folder or an address"
        raise ImproperlyConfigured(msg)
    if not value or value == "hand" or re.fullmatch(r"/\S.*|https://[^/@\s#]+(?:/[^\s#]*)?", value):
        return value
    msg = f"environment variable {name}: {value!r} is neither /folder nor https://host/path nor hand"
    raise ImproperlyConfigured(msg)


def all_different(places: Mapping[str, str], *, but: str) -> None:
    """Raise if two of the places are the same one, so that no adapter takes what is for another; ``but``: a place that many share."""
    given = [place.rstrip("/") for place in places.values() if place and place != but]
    if twice := sorted({place for place in given if given.count(place) > 1 and place.startswith("/")}):
        msg = f"two adapters exchange in one folder: {', '.join(twice)}"
        raise ImproperlyConfigured(msg)


def pairs(name: str, known: Collection[str]) -> dict[str, str]:
    """Lines ``key=value`` of the secret ``name`` with keys that are known. Raises for anything else."""
    lines = [line.partition("=") for line in secret(name, "").splitlines() if line.strip()]
    found = {key.strip(): value.strip() for key, _, value in lines}
    if not all(found.values()) or not found.keys() <= set(known):
        msg = f"environment variable {name}: lines are key=value, with the keys {', '.join(known)}"
        raise ImproperlyConfigured(msg)
    return found


def networks(name: str, default: str | None = "") -> list[IPv4Network | IPv6Network]:
    """Comma-separated networks or addresses of ``name``; ``none`` stands for an empty list."""
    given = [word for word in words(name, default) if word.lower() != "none"]
    try:
        return [ip_network(word, strict=False) for word in given]
    except ValueError as error:
        msg = f"environment variable {name}: {error}"
        raise ImproperlyConfigured(msg) from error


def database(url: str) -> dict[str, Any]:
    """Django database settings from a ``postgresql://`` URL, which may name several hosts as libpq does; other engines are refused.

    Of several hosts the one that takes writes is used: ``target_session_attrs`` is ``read-write`` unless it says ``primary``.
    """
    parts = urlsplit(url)
    user, at, places = parts.netloc.rpartition("@")
    each: list[dict[str, Any]] = [
        environ.Env.db_url_config(parts._replace(netloc=f"{user}{at}{place}").geturl()) for place in places.split(",")
    ]
    config = each[0]
    if config.get("ENGINE") != "django.db.backends.postgresql":
        msg = "DATABASE_URL must be a postgresql:// URL"
        raise ImproperlyConfigured(msg)
    config["HOST"] = ",".join(unquote(one["HOST"]) for one in each)  # a socket folder is a percent-encoded host
    if len(each) == 1:
        return config
    config["PORT"] = ",".join(str(one["PORT"] or POSTGRES_PORT) for one in each)
    wanted = config.setdefault("OPTIONS", {}).setdefault("target_session_attrs", WRITABLE[0])
    if wanted not in WRITABLE or not all(one["HOST"] for one in each):
        msg = (
            f"DATABASE_URL names several hosts: each needs a name, and target_session_attrs must be {' or '.join(WRITABLE)}, not {wanted!r}"
        )
        raise ImproperlyConfigured(msg)
    return config


class Sentinels(NamedTuple):
    """Where the sentinels of a Redis answer, and how the Redis that they watch over is called, opened and numbered."""

    places: tuple[tuple[str, int], ...] = ()
    name: str = ""
    password: str = ""
    number: int = 0


def sentinels(url: str) -> Sentinels:
    """The parts of ``sentinel://:password@host:26379,other:26379/0?master=name``; none for any other URL. Raises for an incomplete one."""
    parts = urlsplit(url)
    if parts.scheme != "sentinel":
        return Sentinels()
    places = [place.rpartition(":") for place in parts.netloc.rpartition("@")[2].split(",")]
    name = parse_qs(parts.query).get("master", [""])[0]
    try:
        found = Sentinels(
            tuple((host, int(port)) for host, _, port in places), name, unquote(parts.password or ""), int(parts.path[1:] or 0)
        )
    except ValueError:
        found = Sentinels()
    if not (found.name and found.places and all(host for host, _ in found.places)):
        msg = "REDIS_URL: sentinels are named as sentinel://host:26379,other:26379/0?master=name"
        raise ImproperlyConfigured(msg)
    return found
