"""What selectors find in the stored world, where every list has rows of many districts, bodies and years: a line for each call.

A selector is called where its parameters tell by their annotations what to give them: people of each role, rows of a model, the day. The
order of rows is left to the pages.
"""

import dataclasses
import datetime as dt
import importlib
import inspect
import re
import types
import typing
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from scripts.faults.places import modules, shown
from tests.pages.world import NOW
from tests.portal.writes import undone

TIMES = 3  # calls of a selector of rows; one that asks who reads is called for each role
YEARS = [2026]
GIVEN: dict[Any, Sequence[Any]] = {dt.date: [NOW.date()], dt.datetime: [NOW], bool: [True, False]}
LONGEST = 300  # of one answer; the rest is told by its checksum
DEEPEST = 5
READS_AS = {User: lambda person: person, HeldPosts: posts_of, Viewer: Viewer}
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
OF_THE_MACHINE = {"portal.operations", "portal.first_day", "portal.adapters"}  # they tell of its disk, certificates and settings
PLAIN = str | int | float | bytes | dt.date | dt.time | dt.timedelta | types.NoneType


def texts() -> dict[str, list[str]]:
    """Modules of selectors by the text that tells what they find."""
    found: dict[str, list[str]] = {}
    for path in modules():
        parts = shown(path).removesuffix(".py").split("/")
        if "selectors" in parts:
            feature = ".".join(parts[: parts.index("selectors")])
            if feature not in OF_THE_MACHINE:
                found.setdefault(f"found/{feature}", []).append(".".join(parts))
    return found


def told(names: Iterable[str]) -> str:
    """Lines about all selectors of some modules."""
    return "".join(f"{line}\n" for name in names for line in _module(name))


def _module(name: str) -> Iterator[str]:
    module = importlib.import_module(name)
    for selector in vars(module).values():
        own = inspect.unwrap(selector) if callable(selector) else None
        if inspect.isfunction(own) and own.__module__ == name and not own.__name__.startswith("_"):
            for given in _calls(selector):
                asked = ", ".join(map(answer_text, given.values()))
                yield f"{name.rpartition('.selectors')[2].lstrip('.')} {own.__name__}({asked}): {_answer(selector, given)}".lstrip()


def _calls(selector: Any) -> Iterator[dict[str, Any]]:
    """Arguments of each call; none if a parameter tells nothing of what it takes."""
    try:
        hints = typing.get_type_hints(selector)
    except (NameError, TypeError):  # names known to the type checker only
        return
    needed = [
        one
        for one in inspect.signature(selector).parameters.values()
        if one.default is one.empty and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    ]
    choices = [_choices(one.name, hints.get(one.name)) for one in needed]
    if not all(choices):
        return
    for number in range(max(map(len, choices), default=1)):
        yield {one.name: values[number % len(values)] for one, values in zip(needed, choices, strict=True)}


def _choices(name: str, hint: Any) -> Sequence[Any]:
    """Values to give to a parameter; empty if there are none."""
    kinds = [one for one in typing.get_args(hint) if one is not types.NoneType] if isinstance(hint, types.UnionType) else [hint]
    kind, inner = typing.get_origin(kinds[0]) or kinds[0], typing.get_args(kinds[0])
    if kind in GIVEN:
        return GIVEN[kind]
    if kind is int:
        return YEARS if name == "year" else []
    if kind in READS_AS:
        people = [*first_of_each_role(), *([AnonymousUser()] if AnonymousUser in kinds or kind is HeldPosts else [])]
        with clock.at(NOW):
            return [READS_AS[kind](person) for person in people]
    if inner == (int,) and "district" in name:
        return [list(District.objects.order_by("pk").values_list("pk", flat=True))]
    if kind is models.QuerySet and inner and _is_stored(inner[0]):
        return [inner[0]._default_manager.order_by("pk")]
    return _rows(kind) if _is_stored(kind) else []


def _is_stored(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, models.Model) and kind is not models.Model and not kind._meta.abstract


def first_of_each_role() -> list[User]:
    """The first person of each role, read anew."""
    people = User.objects.in_bulk(_first_keys())
    return [people[key] for key in _first_keys()]


@cache
def _first_keys() -> tuple[int, ...]:
    found = [User.objects.filter(posts__role=role).order_by("pk").values_list("pk", flat=True).first() for role in Role]
    return tuple(dict.fromkeys(key for key in found if key))


def _rows(model: Any) -> list[Any]:
    """The first, the last and one between."""
    rows = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    chosen = dict.fromkeys(rows[len(rows) * part // TIMES] for part in range(TIMES)) if rows else {}
    return [model._default_manager.get(pk=key) for key in [*chosen, *rows[-1:]][:TIMES]]


def _answer(selector: Any, given: Mapping[str, Any]) -> str:
    with clock.at(NOW), undone():
        try:
            text = ADDRESS.sub("", answer_text(selector(**given)))
        except Exception as error:  # noqa: BLE001 -- what does not fit the selector
            text = f"raises {type(error).__name__}"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…{len(text)}~{zlib.crc32(text.encode()):x}"


def answer_text(value: Any, depth: int = 0) -> str:
    if isinstance(value, models.Model | HeldPosts | Viewer):
        return _stored(value)
    if isinstance(value, PLAIN | Enum):
        return repr(value) if isinstance(value, str) else str(value)
    if isinstance(value, type) or callable(value) or depth == DEEPEST:
        return type(value).__name__
    if dataclasses.is_dataclass(value):
        fields = [answer_text(getattr(value, one.name), depth + 1) for one in dataclasses.fields(value)]
        return f"{type(value).__name__}({', '.join(fields)})"
    for kinds, write in WRITTEN:
        if isinstance(value, kinds):
            return write(value, depth + 1)
    return type(value).__name__ if type(value).__str__ is object.__str__ else str(value)


def _stored(value: models.Model | HeldPosts | Viewer) -> str:
    if isinstance(value, models.Model):
        return f"{type(value).__name__} {value.pk}"
    return f"User {value.person}" if value.person else "AnonymousUser"


def _rows_text(value: models.QuerySet[Any], depth: int) -> str:
    return f"{len(value)} of {_sequence_text(value, depth)}"


def _mapping_text(value: Mapping[Any, Any], depth: int) -> str:
    return "{" + ", ".join(sorted(f"{answer_text(key, depth)}: {answer_text(one, depth)}" for key, one in value.items())) + "}"


def _set_text(value: Iterable[Any], depth: int) -> str:
    return "{" + ", ".join(sorted(answer_text(one, depth) for one in value)) + "}"


def _sequence_text(value: Iterable[Any], depth: int) -> str:
    return f"[{', '.join(sorted(answer_text(one, depth) for one in value))}]"


WRITTEN = ((models.QuerySet, _rows_text), (Mapping, _mapping_text), (set | frozenset, _set_text), (Iterator | Sequence, _sequence_text))
