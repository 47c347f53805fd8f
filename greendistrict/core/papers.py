"""查验码: codes printed on papers, and the registry of what they, and published numbers, lead to.

An app registers a ``PaperKind`` per model in ``AppConfig.ready()``. Whatever is numbered gets a code with its number (``give``). A number
alone answers for what is published; everything else answers to its code, alone or beside the number.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from greendistrict.core.codes import new_code, plain, written
from greendistrict.core.models import PaperCode
from greendistrict.core.registry import Registry

UNDER_WAY = "办理中"  # of a state without words for the public
NUMBER_LENGTH = 60


@dataclass(frozen=True)
class Paper:
    """All that anybody who verifies a paper is shown. ``digests`` are (format, SHA-256) of the files that bear the code."""

    number: str
    kind: str
    unit: str
    on: dt.date | None
    status: str
    is_demo: bool = False
    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PaperKind:
    """A kind of matter whose papers bear a code.

    ``read`` words one; ``published`` finds published ones by number, folded as ``folded`` does; without it no number answers.
    """

    model: type[models.Model]
    read: Callable[[Any], Paper]
    published: Callable[[str], Iterable[models.Model]] | None = None
    related: tuple[str, ...] = ()


_kinds: Registry[PaperKind] = Registry("kinds of papers with a code")


def register(kind: PaperKind) -> None:
    """Let papers of a model be found. Raises ``ValueError`` when the model has a kind already."""
    _kinds.register(kind.model._meta.label_lower, kind)


def kinds() -> tuple[PaperKind, ...]:
    """Every kind registered."""
    return tuple(_kinds)


def give(obj: models.Model) -> str:
    """Code of a stored matter, made when it has none; in the caller's transaction."""
    made, _ = PaperCode.objects.get_or_create(subject=_subject(obj), defaults={"code": new_code()})
    return made.code


def code_of(obj: models.Model) -> str:
    """Code of a matter in groups of four, as it is printed; empty when it has none."""
    return written(PaperCode.objects.filter(subject=_subject(obj)).values_list("code", flat=True).first() or "")


def folded(text: str) -> str:
    """A number as it is compared: compatible forms alike, no space at the ends, capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()[:NUMBER_LENGTH]


def find(text: str, code: str = "") -> Paper | None:
    """What a number, a number with its code, or a code alone leads to.

    None for a number that is not published exactly as for one that nobody has: the same queries are made.
    """
    number = folded(text)
    if code.strip():
        paper = _by_code(code)
        return paper if paper and (not number or folded(paper.number) == number or plain(text) == plain(code)) else None
    by_code, by_number = _by_code(text), _by_number(number)
    return by_code or by_number


def _subject(obj: models.Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"


def _by_code(text: str) -> Paper | None:
    subject = PaperCode.objects.filter(code=plain(text)).values_list("subject", flat=True).first()
    if subject is None:
        return None
    label, _, key = subject.partition(":")
    kind = _kinds.by_key[label]
    row = kind.model._default_manager.select_related(*kind.related).filter(pk=int(key)).first()
    return kind.read(row) if row else None


def _by_number(number: str) -> Paper | None:
    if not number:
        return None
    found = [kind.read(row) for kind in kinds() if kind.published for row in kind.published(number)]
    return found[0] if found else None
