"""Letters as plain data, and the registry of objects that letters are generated from."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from django.db import models

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.days import day_in_words
from greendistrict.core.registry import Registry
from greendistrict.policy import letter_texts

BLANK = letter_texts.BLANK
BRACKET_BEHIND = re.compile(r"([。！？；])(（[^（）]*）)$")  # 属实。（附后） would get a second full stop
NO_DAY = "　　年　　月　　日"


@dataclass(frozen=True)
class Letter:
    """One letter; fields in the order of printing.

    Heading, number, addressee, paragraphs, optional table, closing sentences, annexes (附件), issuer and date, contact, copies (抄送).
    ``is_numbered`` reserves ``space`` for the number assigned by the office system, ``is_sealed`` for the seal; ``marks`` are printed on
    every page. ``is_public``: it was published and may be given to anybody. ``is_framed``: a certificate, in a frame.
    """

    title: str
    to: str
    paragraphs: tuple[str, ...]
    number: str = ""
    heads: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    closing: tuple[str, ...] = ()
    annexes: tuple[str, ...] = ()
    day: dt.date | None = None
    by: str = ""
    contact: str = ""
    copied_to: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    is_numbered: bool = True
    is_sealed: bool = True
    is_public: bool = False
    is_framed: bool = False
    space: str = ""

    @property
    def to_line(self) -> str:
        """主送 line; empty if the letter has no addressee."""
        return f"{self.to}：" if self.to else ""

    @property
    def number_line(self) -> str:
        """Number as printed, or space for it (发文字号)."""
        return self.number or self.space

    def spaced(self, today: dt.date) -> "Letter":
        """The letter as it is printed on a day: with space for its number, if it gets one."""
        return replace(self, space=f"＿＿＿＿〔{(self.day or today).year}〕＿＿号") if self.is_numbered else self

    @property
    def issuer_line(self) -> str:
        """Issuing body, with space for its seal."""
        return f"{self.by}（印章）" if self.is_sealed else self.by

    @property
    def day_line(self) -> str:
        """Date as printed, or space for it."""
        return day_in_words(self.day) if self.day else NO_DAY

    @property
    def blanks(self) -> int:
        """Number of blanks to fill in because nothing is recorded; those for the paper's number and date are not counted."""
        cells = (cell for line in self.lines for cell in line)
        texts = (self.to, self.by, self.contact, *self.paragraphs, *self.closing, *self.annexes, *self.copied_to, *cells)
        return sum(text.count(BLANK) for text in texts)

    @property
    def annex_lines(self) -> tuple[str, ...]:
        """附件 as listed by GB/T 9704: numbered if there are several."""
        if len(self.annexes) <= 1:
            return tuple(f"附件：{name}" for name in self.annexes)
        return tuple(f"{'附件：' if order == 1 else '　　　'}{order}. {name}" for order, name in enumerate(self.annexes, 1))

    @property
    def contact_line(self) -> str:
        """Contact as a note below the signature; empty if there is none."""
        return f"（{self.contact}）" if self.contact else ""

    @property
    def copy_line(self) -> str:
        """抄送 line; empty without copies."""
        return f"抄送：{'，'.join(self.copied_to)}。" if self.copied_to else ""

    @property
    def imprint_line(self) -> str:
        """Space for who prints it and when (印发) below 抄送; empty where GB/T 9704 has none, as below a 函."""
        return f"＿＿＿＿＿＿\t{NO_DAY}印发" if self.copied_to and self.is_numbered and not self.title.endswith("函") else ""


def sentence(text: str) -> str:
    """Typed text with a full stop at its end, unless it ends with a mark of its own; a bracket behind that comes before it."""
    text = BRACKET_BEHIND.sub(r"\2\1", text.strip())
    return text if not text or text[-1] in "。！？；;.!?" else f"{text}。"


def sentences(text: str) -> tuple[str, ...]:
    """Typed text as paragraphs, each ending like a ``sentence``; empty lines are omitted."""
    return tuple(sentence(line) for line in text.splitlines() if line.strip())


def as_data(letter: Letter) -> dict[str, Any]:
    """A letter as JSON data; what only certificates have stands in theirs alone, so that other letters keep their digest."""
    kept = {name: value for name, value in asdict(letter).items() if name != "space" and (name != "is_framed" or value)}
    return {**kept, "day": letter.day.isoformat() if letter.day else None, "number": letter.number_line}


def letter_from(content: dict[str, Any]) -> Letter:
    """The letter stored by ``as_data``."""
    lists = {name: tuple(value) for name, value in content.items() if isinstance(value, list)}
    lines = tuple(tuple(line) for line in content["lines"])
    day = dt.date.fromisoformat(content["day"]) if content["day"] else None
    return Letter(**{**content, **lists, "lines": lines, "day": day})


class Addressed(NamedTuple):
    """A letter with the name of its receiver, which no stored text has: made when it is downloaded, and kept nowhere.

    ``ask``: page on which the viewer states why they need the name; ``is_open``: whether they did so within the last minutes.
    """

    ask: str
    is_open: bool
    write: Callable[[], Letter]


@dataclass(frozen=True)
class Draft:
    """A letter about an object that a person may read; ``actions`` are the steps at which the office needs it.

    ``addressed``: the letter to be sent, if ``write`` gives one with a masked name.
    """

    key: str
    title: str
    write: Callable[[], Letter]
    actions: tuple[str, ...] = ()
    addressed: Addressed | None = None


@dataclass(frozen=True)
class LetterSource:
    """A kind of object that letters are generated from.

    ``seen``: finds an object that the viewer may see; ``drafts``: its letters that the viewer may read; ``page``: its URL.
    ``since(pk, key, moment)``: what happened to a letter after it was stored (corrected, withdrawn); empty if it is unchanged.
    """

    model: type[models.Model]
    seen: Callable[[Viewer, int], Any]
    drafts: Callable[[Any, Viewer], Iterable[Draft]]
    page: Callable[[Any], str]
    is_demo: Callable[[Any], bool]
    since: Callable[[int, str, dt.datetime], str] | None = None


letter_sources: Registry[LetterSource] = Registry(
    "matters with letters", entry="a kind of matter that letters are written from: who sees one, which letters they may read"
)


def register(source: LetterSource) -> None:
    """Register a kind of object. Raises ``ValueError`` for a second registration."""
    letter_sources.register(slug_of(source.model), source)


def slug_of(model: type[models.Model] | models.Model) -> str:
    """Name of a kind of object in URLs."""
    return str(model._meta.model_name)


def drafts_of(matter: models.Model, viewer: Viewer) -> list[Draft]:
    """Letters about an object that the viewer may read, in the order in which they come up."""
    return list(letter_sources.by_key[slug_of(matter)].drafts(matter, viewer))
