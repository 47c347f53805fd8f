"""查验码: codes printed on papers, the files handed out, and the registry of what they, and published numbers, lead to.

An app registers a ``PaperKind`` per model in ``AppConfig.ready()``. Whatever is numbered gets a code with its number (``give``). A number
alone answers for what is published; everything else answers to its code, alone or beside the number.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import models

from greendistrict.core import clock
from greendistrict.core.codes import new_code, plain, written
from greendistrict.core.models import IssuedFile, PaperCode
from greendistrict.core.registry import Registry

UNDER_WAY = "办理中"  # of a state without words for the public
NUMBER_LENGTH = 60
SIGNATURE = b"/ETSI.CAdES.detached"  # what the portal's signatures call themselves in a PDF


class PaperStanding(models.TextChoices):
    """Whether a paper still holds."""

    VALID = "valid", "有效"
    SUPERSEDED = "superseded", "已被更新版本替代"
    REVOKED = "revoked", "已撤销"


@dataclass(frozen=True)
class Paper:
    """All that anybody who verifies a paper is shown.

    ``status`` is how far its matter has got; ``state`` whether the paper holds, None where nothing was issued or no source says.
    ``files`` are those the portal handed out; ``find`` and ``of_digest`` add them. ``is_public``: its files may be handed to anybody.
    """

    number: str
    kind: str
    unit: str
    on: dt.date | None
    status: str
    is_demo: bool = False
    state: PaperStanding | None = PaperStanding.VALID
    files: tuple[IssuedFile, ...] = ()
    is_public: bool = False


@dataclass(frozen=True)
class Issued:
    """A file that the portal handed out; ``paper`` is what it belongs to, None where that bears no code."""

    file: IssuedFile
    paper: Paper | None


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


def codes_of(objs: Iterable[models.Model]) -> dict[Any, str]:
    """``code_of`` of many matters of one model by their primary keys; one query."""
    subjects = {_subject(obj): obj.pk for obj in objs}
    rows = PaperCode.objects.filter(subject__in=subjects).values_list("subject", "code")
    return dict.fromkeys(subjects.values(), "") | {subjects[subject]: written(code) for subject, code in rows}


def issue(obj: models.Model, *, sha256: str, ending: str, signed: bool) -> None:
    """Remember that the portal hands out a file of a stored matter; in the caller's transaction."""
    IssuedFile.objects.get_or_create(
        sha256=sha256, subject=_subject(obj), defaults={"format": ending, "signed": signed, "issued_at": clock.now()}
    )


def is_issued(sha256: str) -> bool:
    """Whether the portal handed out a file with this digest."""
    return IssuedFile.objects.filter(sha256=sha256).exists()


def of_digest(sha256: str) -> Issued | None:
    """The file with this digest that the portal handed out last, and its paper."""
    file = IssuedFile.objects.filter(sha256=sha256).last()
    return Issued(file, _of_subject(file.subject)) if file else None


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
    return _of_subject(subject) if subject else None


def _of_subject(subject: str) -> Paper | None:
    label, _, key = subject.partition(":")
    kind = _kinds.by_key.get(label)
    row = kind.model._default_manager.select_related(*kind.related).filter(pk=int(key)).first() if kind else None
    return _shown(kind, row) if kind and row else None


def _shown(kind: PaperKind, row: models.Model) -> Paper:
    return replace(kind.read(row), files=tuple(IssuedFile.objects.filter(subject=_subject(row))))


def _by_number(number: str) -> Paper | None:
    if not number:
        return None
    found = [_shown(kind, row) for kind in kinds() if kind.published for row in kind.published(number)]
    return found[0] if found else None
