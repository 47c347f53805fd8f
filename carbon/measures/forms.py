"""Forms of measures and scenarios."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from carbon.measures.columns import MEASURE, SCENARIO
from carbon.measures.models import AbatementMeasure, CarbonScenario
from districts.file.forms import VersionMixin
from greendistrict.columns.form_fields import figure, plain
from greendistrict.columns.forms import ColumnsForm, with_columns

SHARE = "share-"


@with_columns(MEASURE)
class MeasureForm(VersionMixin, ColumnsForm):
    """A measure as stated by the district."""

    def __init__(self, *args: Any, row: AbatementMeasure | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", {**self.initial_of(row), "version": row.version})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse a last year before the first year."""
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first is not None and last is not None and last < first:
            self.add_error("last", "终止年不能早于起始年")
        return data

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


@with_columns(SCENARIO)
class ScenarioForm(VersionMixin, ColumnsForm):
    """A scenario: per cent of each measure; empty or 0 switches it off."""

    def __init__(self, *args: Any, measures: Sequence[AbatementMeasure], row: CarbonScenario | None = None, **kwargs: Any) -> None:
        shares = dict.fromkeys((measure.pk for measure in measures), Decimal(100))
        if row is not None:
            shares = {share.measure_id: share.share for share in row.shares.all()}
            kwargs.setdefault("initial", {**self.initial_of(row), "version": row.version})
        super().__init__(*args, **kwargs)
        for measure in measures:
            field = figure(measure.name, "%", digits=5, places=2)
            self.fields[f"{SHARE}{measure.pk}"] = field
            self.initial.setdefault(f"{SHARE}{measure.pk}", plain(shares.get(measure.pk)) or "0")

    def clean(self) -> None:
        """Refuse shares above 100."""
        for name, value in list(self.cleaned_data.items()):
            if name.startswith(SHARE) and value is not None and value > 100:  # noqa: PLR2004 -- per cent
                self.add_error(name, "不能大于100")

    def shares(self) -> dict[int, Decimal]:
        """Per cent by measure key, only those above 0."""
        found = {name: value for name, value in self.cleaned_data.items() if name.startswith(SHARE) and value}
        return {int(name.removeprefix(SHARE)): value for name, value in found.items()}

    @property
    def head_fields(self) -> list[forms.BoundField]:
        """Name and note."""
        return [self["name"], self["note"]]

    @property
    def share_fields(self) -> list[forms.BoundField]:
        """One field for each measure."""
        return [field for field in self if field.name.startswith(SHARE)]
