"""Forms of indicators and of their yearly values."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from districts.file.forms import VersionMixin
from districts.indicator_systems.columns import INDICATOR
from districts.indicator_systems.models import FIRST_YEAR, LAST_YEAR, IndicatorActual, IndicatorRow, IndicatorSystem, TargetRule, Term
from districts.indicator_systems.row_rules import CARBON, LABELS, LONGEST, MEASURED, TARGETS, measure_for
from districts.indicator_systems.selectors import IndicatorLine
from districts.indicator_systems.services.actuals import EnteredValue
from districts.indicator_systems.targets import CHOICE, YES, Measure, own_measure
from greendistrict.columns.form_fields import whole
from greendistrict.core.widgets import BoxList
from indicators.editions.models import Edition

# Forms of the indicator system: one row, its years, an indicator outside the edition, an upload.

OWN = INDICATOR.part("title", "dimension", "rule", "unit")  # what defines an indicator outside the edition
YES_NO = [("", "未填"), ("yes", "是"), ("no", "否")]


def value_field(name: str, measure: Measure) -> forms.Field:
    """Field of a baseline or target: a choice if the values are fixed, else text parsed by the measure."""
    label = INDICATOR[name].label
    if measure.kind == YES:
        return forms.ChoiceField(label=label, required=False, choices=YES_NO)
    if measure.kind == CHOICE:
        return forms.ChoiceField(label=label, required=False, choices=[("", "未填"), *measure.options])
    attrs = {"data-unit": measure.unit, **({"inputmode": "decimal"} if measure.is_numeric else {})}
    return forms.CharField(label=label, required=False, max_length=60, widget=forms.TextInput(attrs=attrs))


class IndicatorForm(VersionMixin):
    """One indicator. The fields depend on its measure and on whether it may be excluded."""

    def __init__(self, *args: Any, line: IndicatorLine, **kwargs: Any) -> None:
        row = line.row
        kwargs.setdefault("initial", {name: getattr(row, name) for name in _names(line)} | {"version": row.version})
        super().__init__(*args, **kwargs)
        if line.may_leave:
            self.fields.update(INDICATOR.part("taking_part", "exclusion_reason").form_fields())
            self.initial["taking_part"] = "true" if row.taking_part else "false"
        self.fields["baseline_year"] = INDICATOR["baseline_year"].form_field()
        for name in MEASURED:
            self.fields[name] = value_field(name, line.measure)
        self.fields.update(INDICATOR.part("department", "source").form_fields())
        if not row.item_id and row.key != CARBON:
            self.fields.update(OWN.form_fields())
            self.initial.update({name: getattr(row, name) for name in ("title", "unit", "rule", "dimension")})

    def values(self) -> dict[str, Any]:
        """Fields for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _names(line: IndicatorLine) -> tuple[str, ...]:
    more = ("exclusion_reason",) if line.may_leave else ()
    return ("baseline_year", *MEASURED, "department", "source", *more)


SHARED = ("source", "department")  # what several indicators may be given at once


class SharedValuesForm(VersionMixin):
    """One data source or department for several indicators that take part, each with what it has now."""

    def __init__(self, *args: Any, system: IndicatorSystem, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"version": system.version}, **kwargs})
        self.fields.update(INDICATOR.part(*SHARED).form_fields())
        for name in SHARED:
            self.fields[name].help_text = "不填的，各条保留原有的"
        self.indicators = {row.pk: row for row in system.rows.all() if row.taking_part}
        choices = [(str(key), _told(row)) for key, row in self.indicators.items()]
        self.fields["rows"] = forms.MultipleChoiceField(label="填到这些指标", choices=choices, widget=BoxList)

    def clean(self) -> dict[str, Any]:
        """Something has to be given to the indicators."""
        found = super().clean() or {}
        if not found.get("source") and not found.get("department"):
            self.add_error("source", "数据来源和责任部门至少填一项")
        return found

    def values(self) -> dict[str, Any]:
        """Fields for the service."""
        return {name: self.cleaned_data[name] for name in SHARED if self.cleaned_data[name]}

    def chosen(self) -> list[int]:
        """Keys of the chosen indicators."""
        return [int(key) for key in self.cleaned_data["rows"]]


def _told(row: IndicatorRow) -> str:
    values = "；".join(f"{LABELS[name]}{f'：{value}' if (value := getattr(row, name)) else '未填'}" for name in SHARED)
    return f"{row}（{values}）"


class OwnForm(forms.Form):
    """A new indicator outside the edition; its values are parsed by the chosen rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(OWN.form_fields())
        for name in TARGETS:
            self.fields[name] = value_field(name, own_measure(TargetRule.AT_LEAST, ""))
        self.fields["near"].help_text = "数字；是否做到的填是或否；范围填 60~80"
        self.fields.update(INDICATOR.part("department", "source").form_fields())

    def values(self) -> dict[str, Any]:
        """Fields for the service."""
        return dict(self.cleaned_data)


class YearsForm(VersionMixin):
    """The three target years."""

    def __init__(self, *args: Any, system: IndicatorSystem, **kwargs: Any) -> None:
        names = [f"{term}_year" for term in TARGETS]
        kwargs.setdefault("initial", {name: getattr(system, name) for name in (*names, "version")})
        kwargs.setdefault("auto_id", "years-%s")  # rows edited on the same page have a version of their own
        super().__init__(*args, **kwargs)
        for term in TARGETS:
            self.fields[f"{term}_year"] = whole(f"{Term(term).label}目标年", "年", minimum=FIRST_YEAR, maximum=LAST_YEAR)

    def values(self) -> dict[str, Any]:
        """Years for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EditionChoice(forms.Form):
    """Choice of the edition to which a district would move."""

    edition = forms.ModelChoiceField(label="改用的标准", queryset=Edition.objects.none(), empty_label="请选择")

    def __init__(self, data: object, *, editions: QuerySet[Edition]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["edition"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = editions


# Form for the year's achieved values of the district's own indicators, with sources.


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
            {
                "row": row,
                "unit": measure_for(row, {}).unit,
                "value": self[f"v{at}"],
                "source": self[f"s{at}"],
                "version": self[f"n{at}"],
                "stored": self._stored.get(row.key),
            }
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
