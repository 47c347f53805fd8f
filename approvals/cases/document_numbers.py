"""Registry of papers that bear a number of the office: one number, one paper.

Written by ``approvals.wiring``, one ``NumberedPaper`` per model, in the order in which they are asked. Read by ``number_taken`` for the
guards and services that store a number or put one right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from greendistrict.core.locks import one_at_a_time
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class NumberedPaper:
    """A kind of paper with an office number: its model, the rows that have one, and the paper's name."""

    model: type[Model]
    having: Callable[[str], QuerySet[Any]]
    words: Callable[[Any], str]


_papers: Registry[NumberedPaper] = Registry("papers with a number of the office")


def register_numbered(paper: NumberedPaper) -> None:
    """Register papers whose numbers must be unique. Raises ``ValueError`` for a registered model."""
    _papers.register(paper.model._meta.label_lower, paper)


def number_taken(number: str, wanting: Model) -> str:
    """Name of another paper with this number; empty when it is free or empty.

    ``wanting`` is the row that the number is for: a case (decision), the file of a loss (notice of intent), a batch (announcement).
    Whoever asks for the same number in the same instant waits until this transaction has ended: no constraint spans the three tables.
    """
    if not number:
        return ""
    one_at_a_time(f"number:{number}")
    for paper in _papers:
        rows = paper.having(number)
        other = (rows.exclude(pk=wanting.pk) if isinstance(wanting, paper.model) else rows).first()
        if other is not None:
            return f"文号{number}已用于{paper.words(other)}，请核对"
    return ""
