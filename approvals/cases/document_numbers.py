"""Registry of papers with an official number, so that no number is used for two papers.

Filled by ``approvals.wiring`` with one ``NumberedPaper`` per model, checked in that order. Used through ``number_taken`` by guards and
services that store or correct a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from greendistrict.core.locks import one_at_a_time
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class NumberedPaper:
    """A kind of numbered paper: its model, the rows that have a number, and its name."""

    model: type[Model]
    having: Callable[[str], QuerySet[Any]]
    words: Callable[[Any], str]


_papers: Registry[NumberedPaper] = Registry(
    "papers with a number of the office", entry="a paper with a number of the office: two papers never share one"
)


def register_numbered(paper: NumberedPaper) -> None:
    """Register papers whose numbers must be unique. Raises ``ValueError`` for a registered model."""
    _papers.register(paper.model._meta.label_lower, paper)


def number_taken(number: str, wanting: Model) -> str:
    """Name of another paper with this number; empty if the number is free or blank.

    ``wanting``: the row that needs the number: a case (decision), a loss file (notice of intent) or a batch (announcement). A concurrent
    call for the same number waits until this transaction ends, since no database constraint spans the three tables.
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
