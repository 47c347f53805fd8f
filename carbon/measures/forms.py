"""Forms of measures and scenarios."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from carbon.enums import Sector
from carbon.measures.models import AbatementMeasure, CarbonScenario
from districts.file.forms.fields import VersionMixin
from greendistrict.columns.form_fields import figure, plain, whole

SHARE = "share-"


class MeasureForm(VersionMixin):
    """A measure as stated by the district."""

    name = forms.CharField(label="措施", max_length=100)
    sector = forms.ChoiceField(label="部门", choices=Sector.choices)
    tco2e = figure("年减排量", "tCO₂e/a", digits=14, places=3, help_text="建成并正常运行后每年的减排量")
    investment = figure("投资", "万元", digits=14, places=2, help_text="没有投资的填0")
    yearly = figure("年运行费用", "万元/a", digits=14, places=2, minimum="-999999999999", help_text="每年增加的费用；节省费用的填负数")
    first = whole("起始年", "年", minimum=1990, maximum=2100)
    last = whole("终止年", "年", minimum=1990, maximum=2100)
    source = forms.CharField(label="数据来源", max_length=300, help_text="减排量和费用取自哪份文件、哪项测算")

    def __init__(self, *args: Any, row: AbatementMeasure | None = None, **kwargs: Any) -> None:
        if row is not None:
            values = {name: getattr(row, name) for name in self.base_fields}
            kwargs.setdefault("initial", values | {name: plain(values[name]) for name in ("tco2e", "investment", "yearly")})
        super().__init__(*args, **kwargs)
        for name in ("tco2e", "investment", "yearly", "first", "last"):
            self.fields[name].required = True

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


class ScenarioForm(VersionMixin):
    """A scenario: per cent of each measure; empty or 0 switches it off."""

    name = forms.CharField(label="情景名称", max_length=60)
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, measures: Sequence[AbatementMeasure], row: CarbonScenario | None = None, **kwargs: Any) -> None:
        shares = dict.fromkeys((one.pk for one in measures), Decimal(100))
        if row is not None:
            shares = {one.measure_id: one.share for one in row.shares.all()}
            kwargs.setdefault("initial", {"name": row.name, "note": row.note, "version": row.version})
        super().__init__(*args, **kwargs)
        for one in measures:
            field = figure(one.name, "%", digits=5, places=2)
            self.fields[f"{SHARE}{one.pk}"] = field
            self.initial.setdefault(f"{SHARE}{one.pk}", plain(shares.get(one.pk)) or "0")

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
