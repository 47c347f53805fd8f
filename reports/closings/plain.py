"""Convert dataclasses and named tuples to plain JSON data and back by their type hints. Needs no database.

Decimals and days become texts; if the type hint is a union of several classes or ``Any``, ``{"kind": …, "value": …}`` names the class. A
model instance is stored by its loaded columns and restored as an instance with these values; other columns and related objects are read
from the database on access.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
import json
import types
from collections import Counter, abc
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.db import models

JSON = Any  # None, bool, int, str, list, or dict with text keys
TEXTS: Mapping[type, Any] = {Decimal: Decimal, dt.datetime: dt.datetime.fromisoformat, dt.date: dt.date.fromisoformat}
NAMED_TEXTS = {one.__name__: read for one, read in TEXTS.items()}
RAW = (bool, int, str)


def digest_of(data: JSON) -> str:
    """SHA-256 of plain data in canonical form."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def to_plain(value: Any, kind: Any = None) -> JSON:
    """``value`` as plain data; ``kind`` is its declared type if that is a union. Raises ``TypeError`` if it has no plain form."""
    members = _members(kind)
    if value is None or type(value) in RAW:
        return value
    if kind is Any and type(value) in TEXTS:
        return {"kind": type(value).__name__, "value": to_plain(value)}
    if len(members) > 1:
        return {"kind": _member_of(value, members).__name__, "value": to_plain(value)}
    if isinstance(value, enum.Enum):
        return to_plain(value.value)
    if isinstance(value, str | Decimal | dt.date):  # also texts of a subclass, such as one marked as safe
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    return _plain_structure(value, members[0] if members else None)


def _plain_structure(value: Any, kind: Any) -> JSON:
    if isinstance(value, models.Model):
        left_out = value.get_deferred_fields()
        columns = {field.attname: field for field in value._meta.concrete_fields if field.attname not in left_out}
        stored = {name: getattr(value, name) for name in columns}
        return {name: one if isinstance(columns[name], models.JSONField) else to_plain(one) for name, one in stored.items()}
    if _has_fields(type(value)):
        return {name: to_plain(getattr(value, name), hint) for name, hint in _fields(type(value)).items()}
    arguments = get_args(kind)
    if isinstance(value, Mapping):
        hint = Any if kind is Any else arguments[1] if len(arguments) > 1 else None
        return {str(to_plain(key)): to_plain(one, hint) for key, one in value.items()}
    if isinstance(value, tuple | list):
        hints = (Any,) * len(value) if kind is Any else _element_hints(arguments, len(value))
        return [to_plain(one, hint) for one, hint in zip(value, hints, strict=True)]
    if isinstance(value, frozenset | set):
        return sorted((to_plain(one) for one in value), key=str)
    msg = f"{type(value).__name__} has no plain form"
    raise TypeError(msg)


def from_plain(kind: Any, data: JSON) -> Any:
    """Restore a value of type ``kind`` from ``to_plain``'s data. Raises ``TypeError`` or ``ValueError`` for other data."""
    members = _members(kind)
    if len(members) > 1:
        if data is None or type(data) in RAW:
            return data
        named = {getattr(member, "__name__", ""): member for member in members}
        return _from_one(named[data["kind"]], data["value"])
    if kind is Any:
        return _from_any(data)
    if data is None or not members:
        return data
    return _from_one(members[0], data)


def _from_one(kind: Any, data: JSON) -> Any:
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if not isinstance(origin, type):
        msg = f"{kind} has no plain form"
        raise TypeError(msg)
    if issubclass(origin, enum.Enum):
        return origin(data)
    if origin in TEXTS:
        return TEXTS[origin](data)
    if origin in RAW:
        return data if type(data) is origin else origin(data)
    return _from_structure(origin, arguments, data)


def _from_structure(origin: Any, arguments: tuple[Any, ...], data: JSON) -> Any:
    if issubclass(origin, models.Model):
        fields = [field for field in origin._meta.concrete_fields if field.attname in data]
        values = []
        for field in fields:
            value, column = data[field.attname], field.target_field if field.is_relation else field
            values.append(value if isinstance(field, models.JSONField) else column.to_python(value))
        return origin.from_db("default", [field.attname for field in fields], values)
    if _has_fields(origin):
        return origin(**{name: from_plain(hint, data[name]) for name, hint in _fields(origin).items() if name in data})
    if issubclass(origin, abc.Mapping):
        key, one = (*arguments, None, None)[:2]
        found = {from_plain(key, name): from_plain(one, value) for name, value in data.items()}
        return Counter(found) if issubclass(origin, Counter) else found
    made = [from_plain(hint, one) for hint, one in zip(_element_hints(arguments, len(data)), data, strict=True)]
    if issubclass(origin, list):
        return made
    if issubclass(origin, frozenset | set):
        return origin(made)
    return tuple(made)


def _from_any(data: JSON) -> Any:
    if isinstance(data, list):
        return [_from_any(one) for one in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"kind", "value"} and data["kind"] in NAMED_TEXTS:
        return NAMED_TEXTS[data["kind"]](data["value"])
    return {name: _from_any(value) for name, value in data.items()}


def _members(kind: Any) -> tuple[Any, ...]:
    """Classes permitted by a declared type, without None."""
    if get_origin(kind) in {Union, types.UnionType}:
        return tuple(one for one in get_args(kind) if one is not type(None))
    return () if kind is None else (kind,)


def _member_of(value: Any, members: tuple[Any, ...]) -> Any:
    """The most specific member class of a value. Raises ``TypeError``."""
    for base in type(value).__mro__:
        if base in members:
            return base
    msg = f"{type(value).__name__} is none of {', '.join(one.__name__ for one in members)}"
    raise TypeError(msg)


def _element_hints(arguments: tuple[Any, ...], length: int) -> tuple[Any, ...]:
    """Element types of a tuple or list of this length."""
    if not arguments:
        return (None,) * length
    return arguments if len(arguments) == length and arguments[-1] is not Ellipsis else (arguments[0],) * length


def _has_fields(kind: type) -> bool:
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


def _fields(kind: Any) -> dict[str, Any]:
    """Fields of a dataclass or named tuple with their types."""
    hints = get_type_hints(kind)
    names = [one.name for one in dataclasses.fields(kind) if one.init] if dataclasses.is_dataclass(kind) else kind._fields
    return {name: hints[name] for name in names}
