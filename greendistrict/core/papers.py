"""查验码: codes printed on papers, issued files, and the registry of what codes and published numbers refer to.

Each app registers a ``PaperKind`` per model in ``AppConfig.ready()``. An object gets its code together with its number (``give``).
A number alone finds published objects only; all others need the code, alone or with the number.
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

UNDER_WAY = "办理中"  # status text for states without public label
NUMBER_LENGTH = 60
SIGNATURE = b"/ETSI.CAdES.detached"  # subfilter of the portal's signatures in a PDF


class PaperStanding(models.TextChoices):
    """Whether a paper is still valid."""

    VALID = "valid", "有效"
    SUPERSEDED = "superseded", "已被更新版本替代"
    REVOKED = "revoked", "已撤销"


@dataclass(frozen=True)
class Paper:
    """Everything shown to somebody who verifies a paper.

    ``status``: progress of its object; ``state``: validity of the paper, None if nothing was issued or unknown. ``files``: issued files,
    added by ``find`` and ``of_digest``. ``is_public``: its files may be given to anybody.
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
    """An issued file; ``paper`` is what it belongs to, None if that has no code."""

    file: IssuedFile
    paper: Paper | None


@dataclass(frozen=True)
class PaperKind:
    """A kind of object whose papers have a code.

    ``read`` describes an object; ``published`` finds published ones by number (normalised by ``folded``); without it numbers find nothing.
    """

    model: type[models.Model]
    read: Callable[[Any], Paper]
    published: Callable[[str], Iterable[models.Model]] | None = None
    related: tuple[str, ...] = ()


_kinds: Registry[PaperKind] = Registry(
    "kinds of papers with a code", entry="a model whose papers bear a 查验码: what the public is shown of one"
)


def register(kind: PaperKind) -> None:
    """Register the kind of a model. Raises ``ValueError`` if the model has one already."""
    _kinds.register(kind.model._meta.label_lower, kind)


def kinds() -> tuple[PaperKind, ...]:
    """All registered kinds."""
    return tuple(_kinds)


def give(obj: models.Model) -> str:
    """Code of a stored object, created if missing; runs in the caller's transaction."""
    made, _ = PaperCode.objects.get_or_create(subject=_subject(obj), defaults={"code": new_code()})
    return made.code


def code_of(obj: models.Model) -> str:
    """Code of an object in groups of four, as printed; empty if it has none."""
    return written(PaperCode.objects.filter(subject=_subject(obj)).values_list("code", flat=True).first() or "")


def codes_of(objs: Iterable[models.Model]) -> dict[Any, str]:
    """``code_of`` for many objects of one model, by primary key; one query."""
    subjects = {_subject(obj): obj.pk for obj in objs}
    rows = PaperCode.objects.filter(subject__in=subjects).values_list("subject", "code")
    return dict.fromkeys(subjects.values(), "") | {subjects[subject]: written(code) for subject, code in rows}


def issue(obj: models.Model, *, sha256: str, ending: str, signed: bool) -> None:
    """Record that the portal issues a file of a stored object; runs in the caller's transaction."""
    IssuedFile.objects.get_or_create(
        sha256=sha256, subject=_subject(obj), defaults={"format": ending, "signed": signed, "issued_at": clock.now()}
    )


def is_issued(sha256: str) -> bool:
    """Whether the portal issued a file with this digest."""
    return IssuedFile.objects.filter(sha256=sha256).exists()


def of_digest(sha256: str) -> Issued | None:
    """The file with this digest that was issued last, and its paper; None if there is none."""
    file = IssuedFile.objects.filter(sha256=sha256).last()
    return Issued(file, _of_subject(file.subject)) if file else None


def folded(text: str) -> str:
    """Number normalised for comparison: NFKC, trimmed, upper case."""
    return unicodedata.normalize("NFKC", text).strip().upper()[:NUMBER_LENGTH]


def find(text: str, code: str = "") -> Paper | None:
    """What a number, a number with code, or a code alone refers to.

    None both for an unpublished and for an unknown number; the same queries are made, so that timing reveals nothing.
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
