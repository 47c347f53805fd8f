"""Form for the year's achieved values of the district's own indicators, with sources."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from districts.indicator_systems.forms.indicators import value_field
from districts.indicator_systems.models import IndicatorActual, IndicatorRow
from districts.indicator_systems.row_rules import LONGEST, measure_for
from districts.indicator_systems.services.actuals import EnteredValue


class ActualsForm(forms.Form):
    """One line per indicator; ``stored`` holds the stored values by key."""

    def __init__(self, *args: Any, rows: Iterable[IndicatorRow], stored: Mapping[str, IndicatorActual], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self._stored = list(rows), stored
        for at, row in enumerate(self.rows):
            before, measure = stored.get(row.key), measure_for(row, {})
            value = value_field("near", measure)
            value.label = f"{row.title}实际值"
            value.initial = before.value if before else ""
            self.fields[f"v{at}"] = value
            source = forms.CharField(label=f"{row.title}出处", required=False, max_length=LONGEST["source"])
            source.initial = before.source if before else row.source
            self.fields[f"s{at}"] = source
            self.fields[f"n{at}"] = forms.IntegerField(widget=forms.HiddenInput, initial=before.version if before else 0)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Lines of the page's table: an indicator, its unit, its fields and what is stored."""
        return [
            {"row": row, "unit": measure_for(row, {}).unit, "stored": self._stored.get(row.key)}
            | {"value": self[f"v{at}"], "source": self[f"s{at}"], "version": self[f"n{at}"]}
            for at, row in enumerate(self.rows)
        ]

    def values(self) -> dict[str, EnteredValue]:
        """Typed values by key, for the service."""
        found = self.cleaned_data
        return {row.key: EnteredValue(found[f"v{at}"], found[f"s{at}"], found[f"n{at}"]) for at, row in enumerate(self.rows)}

    def refuse(self, key: str, text: str) -> None:
        """Add a refusal at the indicator with this key, or at the top of the form."""
        places = {row.key: f"v{at}" for at, row in enumerate(self.rows)}
        self.add_error(places.get(key), text)
