"""查验码: codes printed on papers, issued files, and what is said of the object of a code; ``portal.public.selectors`` finds it.

An object gets its code together with its number (``give``).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from greendistrict.core import clock
from greendistrict.core.codes import new_code, written
from greendistrict.core.models import IssuedFile, PaperCode

PORTAL = "绿色生态城区全生命周期管理平台"  # as papers name it
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
    added where it is found. ``is_public``: its files may be given to anybody.
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
class PaperKind:
    """A kind of object whose papers have a code.

    ``read`` describes an object; ``published`` finds published ones by number (by its ``folded_number``); without it numbers find nothing.
    ``only`` says which objects of the model are such papers.
    """

    model: type[models.Model]
    read: Callable[[Any], Paper]
    published: Callable[[str], Iterable[models.Model]] | None = None
    related: tuple[str, ...] = ()
    only: models.Q = field(default_factory=models.Q)


def give(obj: models.Model, code: str = "") -> str:
    """Code of a stored object, created if missing (as ``code``, printed before there was the object); runs in the caller's transaction."""
    made, _ = PaperCode.objects.get_or_create(subject=subject_of(obj), defaults={"code": code or new_code()})
    return made.code


def take_back(obj: models.Model) -> None:
    """Delete the code of an object that goes and of which no paper bears it."""
    PaperCode.objects.filter(subject=subject_of(obj)).delete()


def code_of(obj: models.Model) -> str:
    """Code of an object in groups of four, as printed; empty if it has none."""
    return written(PaperCode.objects.filter(subject=subject_of(obj)).values_list("code", flat=True).first() or "")


def codes_of(objs: Iterable[models.Model]) -> dict[Any, str]:
    """``code_of`` for many objects of one model, by primary key; one query."""
    subjects = {subject_of(obj): obj.pk for obj in objs}
    rows = PaperCode.objects.filter(subject__in=subjects).values_list("subject", "code")
    return dict.fromkeys(subjects.values(), "") | {subjects[subject]: written(code) for subject, code in rows}


def issue(obj: models.Model, *, sha256: str, ending: str, signed: bool) -> None:
    """Record that the portal issues a file of a stored object; runs in the caller's transaction."""
    IssuedFile.objects.get_or_create(
        sha256=sha256, subject=subject_of(obj), defaults={"format": ending, "signed": signed, "issued_at": clock.now()}
    )


def is_issued(sha256: str) -> bool:
    """Whether the portal issued a file with this digest."""
    return IssuedFile.objects.filter(sha256=sha256).exists()


def subject_of(obj: models.Model) -> str:
    """Name of an object in the tables of codes and issued files."""
    return f"{obj._meta.label_lower}:{obj.pk}"
