"""Which kinds of rows a case has at all: its page asks only for those, and each part of the page finds it known."""

from typing import Any

from django.db.models import Exists, ForeignObjectRel, QuerySet

from approvals.cases.models.cases import Case
from greendistrict.core import memoisation
from greendistrict.core.django_internals import Compiled

KINDS = (
    "announcement_line", "consultations", "corrections", "decision_records", "documents", "endorsements", "extensions", "notices",
    "paper_entries", "questions", "rectifications", "submissions", "visits",
)  # fmt: skip


def look_for_rows(case: Case) -> None:
    """Read for a page (``held_reads``) which of ``KINDS`` the case has; one query."""
    memoisation.once(_present, case.pk)


def may_have(case: Case, kind: str) -> bool:
    """Whether a case may have rows of one of ``KINDS``: False only where ``look_for_rows`` found none."""
    return not memoisation.is_held(_present, case.pk) or kind in memoisation.once(_present, case.pk)


def _present(case: int) -> frozenset[str]:
    return frozenset(kind for row in PRESENT.read(case) for kind, is_there in zip(KINDS, row, strict=True) if is_there)


def _read(case: int) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = Case.objects.filter(pk=case).order_by().values_list(*(Exists(_rows(kind, case)) for kind in KINDS))
    return found


def _rows(kind: str, case: int) -> QuerySet[Any]:
    relation = Case._meta.get_field(kind)
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101 -- all are rows that refer to a case
    rows: QuerySet[Any] = relation.related_model._default_manager.filter(**{relation.field.name: case})
    return rows


PRESENT = Compiled(_read, -1)
