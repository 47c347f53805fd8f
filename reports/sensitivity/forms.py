"""Forms of the sensitivity report: edition and clauses, then the changed limits."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from indicators.editions.models import Edition
from reports.sensitivity.adjust import LEVEL, Limit

MOST_ITEMS = 20


class SensitivityForm(forms.Form):
    """The edition, and the clauses whose limits are to be changed."""

    edition = forms.ModelChoiceField(label="标准", queryset=Edition.objects.none(), empty_label="请选择")
    items = forms.CharField(
        label="要改门槛的条文号", required=False, max_length=400, help_text="用逗号分开，如 4.2.1，5.2.3；只改星级门槛或只换标准的不填"
    )

    def __init__(self, data: object, *, editions: QuerySet[Edition]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Parse the clause numbers; refuse those that the edition does not have."""
        data = super().clean() or {}
        names = [name for name in re.split(r"[，,、;；\s]+", data.get("items") or "") if name]
        if len(names) > MOST_ITEMS:
            self.add_error("items", f"一次最多{MOST_ITEMS}条")
        edition = data.get("edition")
        if edition is not None and names:
            known = {item["id"] for chapter in edition.document["chapters"] for item in chapter["items"]}
            if unknown := [name for name in names if name not in known]:
                self.add_error("items", f"{edition.code} 没有条文 {'、'.join(unknown[:5])}")
        return {**data, "items": names}


class LimitsForm(forms.Form):
    """One field per limit, filled with its current number."""

    def __init__(self, data: object, *, limits: Iterable[Limit]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.limits = list(limits)
        for number, limit in enumerate(self.limits):
            widget = forms.NumberInput(attrs={"data-unit": limit.unit, "step": "any"})
            self.fields[f"l{number}"] = forms.DecimalField(
                label=limit.what, initial=Decimal(limit.value), max_digits=12, decimal_places=6, widget=widget,
                help_text=f"现为{limit.value}{limit.unit}",
            )  # fmt: skip

    @property
    def lines(self) -> Iterator[forms.BoundField]:
        """Fields of the star lines."""
        return (self[f"l{at}"] for at, limit in enumerate(self.limits) if limit.key.startswith(f"{LEVEL}:"))

    @property
    def steps(self) -> Iterator[forms.BoundField]:
        """Fields of the clauses."""
        return (self[f"l{at}"] for at, limit in enumerate(self.limits) if not limit.key.startswith(f"{LEVEL}:"))

    def numbers(self) -> dict[str, Decimal]:
        """Typed numbers by key of the limit."""
        return {limit.key: self.cleaned_data[f"l{at}"] for at, limit in enumerate(self.limits)}
