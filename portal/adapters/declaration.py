"""What an adapter is: its other side, the form of its items in each direction, how they are made and taken.

The declaration is the only place of a form: its page, docs/adapters.md and the check of what comes in are made from it.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from greendistrict.core.errors import Refusal, Refused

TEXT, DAY, NUMBER, LIST = "文字", "日期（YYYY-MM-DD）", "数", "列表"
LONGEST_TEXT, MOST_LISTED, PLACES = 1000, 5000, 20
KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,99}")
KEY_WORDS = "字母、数字、“.”“_”“:”“-”，最多100个字符"


class ItemField(NamedTuple):
    """A field of an item: name, kind, meaning in Chinese, unit, an example, whether it must be there, and how long it may be."""

    name: str
    kind: str
    meaning: str
    example: Any
    unit: str = ""
    is_required: bool = True
    longest: int = LONGEST_TEXT  # of a text

    @property
    def words(self) -> str:
        """Its kind in words, with how long it may be where that is not the bound of every text."""
        return f"{self.kind}，最多{self.longest}字" if self.longest < LONGEST_TEXT else self.kind


@dataclass(frozen=True)
class ItemFields:
    """The form of one item, and how often and by what it goes."""

    title: str
    fields: tuple[ItemField, ...]
    note: str = ""

    @property
    def example(self) -> dict[str, Any]:
        """An item with the examples of its fields."""
        return {field.name: field.example for field in self.fields}

    def checked(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a given item by their fields; an absent optional one is None. Raises ``Refused`` with every fault at once."""
        faults, values = [], {}
        known = {field.name for field in self.fields}
        faults += [Refusal(f"没有“{name}”这个字段") for name in content if name not in known]
        for field in self.fields:
            try:
                values[field.name] = _value(field, content.get(field.name))
            except ValueError as fault:
                faults.append(Refusal(f"{field.name}（{field.meaning}）{fault}"))
        if faults:
            raise Refused(faults)
        return values


def _value(field: ItemField, given: Any) -> Any:
    if given is None or given == "":
        if field.is_required:
            msg = "没有填"
            raise ValueError(msg)
        return None
    if isinstance(given, bool):
        msg = f"应为{field.kind}"
        raise ValueError(msg)  # noqa: TRY004 -- an answer to what was sent
    if isinstance(given, str) and len(given.strip()) > field.longest:
        msg = f"最多{field.longest}字"
        raise ValueError(msg)
    return READERS[field.kind](given)


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TEXT or "\x00" in given:
        msg = f"应为{LONGEST_TEXT}字以内的文字"
        raise ValueError(msg)
    return given.strip()


def _day(given: Any) -> dt.date:
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        msg = "应为YYYY-MM-DD的日期"
        raise ValueError(msg)
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        msg = "没有这一天"
        raise ValueError(msg) from None


def _places(number: Decimal) -> int:
    """Digits behind the point, those of a written zero left out."""
    return -int(number.normalize().as_tuple().exponent)


def _number(given: Any) -> Decimal:
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        found = Decimal("NaN")
    if not isinstance(given, str | int | float) or not found.is_finite() or abs(found) >= Decimal(10) ** 15 or _places(found) > PLACES:
        msg = "应为数"
        raise ValueError(msg)
    return found


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list) or len(given) > MOST_LISTED:
        msg = f"应为最多{MOST_LISTED}个的列表"
        raise ValueError(msg)
    return given


READERS: dict[str, Callable[[Any], Any]] = {TEXT: _text, DAY: _day, NUMBER: _number, LIST: _list}


class SentFile(NamedTuple):
    """A file that goes with an item."""

    name: str
    media_type: str
    content: bytes


class OutItem(NamedTuple):
    """One item to be sent: the key that both sides know it by, its content, and a file; fictional data are marked."""

    key: str
    content: Mapping[str, Any]
    file: SentFile | None = None
    is_demo: bool = False

    @property
    def digest(self) -> str:
        """Digest of the content and the file."""
        whole = hashlib.sha256(json_bytes(self.content))
        whole.update(self.file.content if self.file else b"")
        return whole.hexdigest()


class OutAsk(NamedTuple):
    """When items are made: the day, and whether a key was sent before, so that nothing is made for nothing."""

    today: dt.date
    is_sent: Callable[[str], bool]


@dataclass(frozen=True)
class Outgoing:
    """What goes out. ``items`` are those that may go, sent or not; ``is_open``: a keeper may carry them as a file, for they are public."""

    form: ItemFields
    items: Callable[[OutAsk], Iterator[OutItem]]
    key_example: str = ""
    is_open: bool = False
    has_file: bool = False

    def example(self, adapter: str) -> dict[str, Any]:
        """A document as it is sent."""
        return {"form": f"greendistrict/{adapter}/1", "key": self.key_example, "is_demo": False, **self.form.example, **self._file}

    @property
    def _file(self) -> dict[str, Any]:
        told = {"name": f"{self.key_example}.pdf", "media_type": "application/pdf", "sha256": "9f86d081…", "base64": "JVBERi0x…"}
        return {"file": told} if self.has_file else {}


@dataclass(frozen=True)
class Incoming:
    """What comes in. ``take`` does with one checked item, on a day, what it asks for and says what was done, or raises ``Refused``.

    ``by_hand``: a keeper may bring it; not where it is written in the name of somebody else.
    """

    form: ItemFields
    take: Callable[[Mapping[str, Any], dt.date], str]
    by_hand: bool = True
    keep: Callable[[dict[str, Any]], dict[str, Any]] = dict

    def kept(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Checked values as they are stored: JSON, and only what ``keep`` leaves of them."""
        return dict(json.loads(json.dumps(self.keep(dict(values)), default=str)))

    def example(self, adapter: str) -> dict[str, Any]:
        """A document as it comes in."""
        return {"items": [{"key": f"{adapter}-1", **self.form.example}]}


@dataclass(frozen=True)
class Adapter:
    """One adapter. ``key`` is part of addresses, settings and of each exchange, and never changes."""

    key: str
    name: str
    system: str
    purpose: str
    out: Outgoing | None = None
    into: Incoming | None = None
    rules: Sequence[str] = ()

    @property
    def setting(self) -> str:
        """The environment variable that turns it on."""
        return f"GD_ADAPTER_{self.key.upper()}"

    @property
    def ways(self) -> list[tuple[str, Outgoing | Incoming]]:
        """What goes each way, with the word of the way."""
        found: list[tuple[str, Outgoing | Incoming | None]] = [("送出", self.out), ("收入", self.into)]
        return [(word, part) for word, part in found if part]

    @property
    def directions(self) -> str:
        """Its directions in words."""
        return "、".join(word for word, _ in self.ways)


def json_bytes(content: Mapping[str, Any]) -> bytes:
    """The one way in which content is written, so that equal content has an equal digest."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
