"""Registry of papers with an official number, so that no number is used for two papers.

Filled by ``approvals.wiring`` with one ``NumberedPaper`` per model, checked in that order. Used through ``number_taken`` by guards and
services that store or correct a number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from greendistrict.core.folded_keys import FoldedNumber, folded_number
from greendistrict.core.locks import one_at_a_time
from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class NumberedPaper:
    """A kind of numbered paper: its model, the field of the number, the rows that count, and their name."""

    model: type[Model]
    field: str
    rows: Callable[[], QuerySet[Any]]
    words: Callable[[Any], str]

    def having(self, key: str) -> QuerySet[Any]:
        """Rows whose number is folded to this one."""
        numbered: QuerySet[Any] = self.rows().exclude(**{self.field: ""}).alias(number_key=FoldedNumber(self.field))
        return numbered.filter(number_key=key)


_papers: Registry[NumberedPaper] = Registry(
    "papers with a number of the office", entry="a paper with a number of the office: two papers never share one"
)


def register_numbered(paper: NumberedPaper) -> None:
    """Register papers whose numbers must be unique. Raises ``ValueError`` for a registered model."""
    _papers.register(paper.model._meta.label_lower, paper)


def number_taken(number: str, wanting: Model) -> str:
    """Name of another paper with this number, however it is written; empty if the number is free or blank.

    ``wanting``: the row that needs the number: a case (decision), a loss file (notice of intent) or a batch (announcement). A concurrent
    call for the same number waits until this transaction ends, since no database constraint spans the three tables.
    """
    if not number:
        return ""
    key = folded_number(number)
    one_at_a_time(f"number:{key}")
    for paper in _papers:
        rows = paper.having(key)
        other = (rows.exclude(pk=wanting.pk) if isinstance(wanting, paper.model) else rows).first()
        if other is not None:
            stored = getattr(other, paper.field)
            written = "" if stored == number else f"（登记为{stored}）"
            return f"文号{number}{written}已用于{paper.words(other)}，请核对"
    return ""
