"""Forms of the city's list of filings that wait apart."""

import django_filters
from django import forms
from django.db.models import QuerySet

from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from outreach.common.models import HeldFiling
from outreach.quarantine.enums import HeldStanding


class HeldFilter(ListFilter):
    """Filter of the list, which by default shows what waits."""

    q = WordsFilter("编号或内容", "text", "number")
    kind = ColumnFilter(Columns.of(HeldFiling, "kind")["kind"])
    standing = ChosenFilter("办理情况", HeldStanding.choices[1:], nothing=HeldStanding.WAITING.label)
    network = django_filters.CharFilter(max_length=64, widget=forms.HiddenInput)

    @property
    def is_closed(self) -> bool:
        """Whether it shows what was closed."""
        return bool(self.data.get("standing") == HeldStanding.CLOSED)

    def filter_queryset(self, queryset: QuerySet[HeldFiling]) -> QuerySet[HeldFiling]:
        """Oldest first."""
        found: QuerySet[HeldFiling] = super().filter_queryset(queryset).filter(closed_at__isnull=not self.is_closed)
        return found.order_by("filed_at", "pk")


class CloseForm(forms.Form):
    """Reason for closing filings."""

    reason = Columns.of(HeldFiling, "close_reason")["close_reason"].form_field(required=True)
