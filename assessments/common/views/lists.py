"""Helpers shared by lists of filed matters: filters from the address, available years."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.forms import Form

EXPORT_ROWS = 5_000


def chosen_of(form: Form) -> Mapping[str, Any]:
    """Cleaned conditions of a filter; empty for an invalid one."""
    return form.cleaned_data if form.is_valid() else {}


def narrowed(rows: QuerySet[Any], chosen: Mapping[str, Any], *names: str) -> QuerySet[Any]:
    """Rows with the chosen values of ``names``, whose district matches every word of ``q``."""
    for name in names:
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    for word in chosen.get("q", "").lower().split():
        rows = rows.filter(district__search_text__contains=word)
    return rows


def years_of(rows: QuerySet[Any]) -> list[int]:
    """Years that occur in the rows, newest first."""
    return sorted(rows.order_by().values_list("year", flat=True).distinct(), reverse=True)
