"""What the codes and published numbers printed on papers refer to, and files that the portal issued.

A number alone finds published objects only; all others need the code, alone or with the number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import models

from approvals.casework.selectors.papers import KINDS as OF_CASES
from assessments.worklist.selectors import KINDS as OF_ASSESSMENTS
from greendistrict.core.codes import plain
from greendistrict.core.models import IssuedFile, PaperCode
from greendistrict.core.papers import Paper, PaperKind, folded, subject_of
from reports.jobs.papers import KIND as REPORT

PAPER_KINDS: Mapping[str, PaperKind] = {kind.model._meta.label_lower: kind for kind in (*OF_ASSESSMENTS, *OF_CASES, REPORT)}


@dataclass(frozen=True)
class Issued:
    """An issued file; ``paper`` is what it belongs to, None if that has no code."""

    file: IssuedFile
    paper: Paper | None


def of_digest(sha256: str) -> Issued | None:
    """The file with this digest that was issued last, and its paper; None if there is none."""
    file = IssuedFile.objects.filter(sha256=sha256).last()
    return Issued(file, _of_subject(file.subject)) if file else None


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


def _by_code(text: str) -> Paper | None:
    subject = PaperCode.objects.filter(code=plain(text)).values_list("subject", flat=True).first()
    return _of_subject(subject) if subject else None


def _of_subject(subject: str) -> Paper | None:
    label, _, key = subject.partition(":")
    kind = PAPER_KINDS.get(label)
    row = kind.model._default_manager.select_related(*kind.related).filter(pk=int(key)).first() if kind else None
    return _shown(kind, row) if kind and row else None


def _shown(kind: PaperKind, row: models.Model) -> Paper:
    return replace(kind.read(row), files=tuple(IssuedFile.objects.filter(subject=subject_of(row))))


def _by_number(number: str) -> Paper | None:
    if not number:
        return None
    found = [_shown(kind, row) for kind in PAPER_KINDS.values() if kind.published for row in kind.published(number)]
    return found[0] if found else None
