"""Import a plot workbook: plots and indicator values, checked against control tables and built values."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from districts.common.enums import ControlStep
from districts.file.models.district import District
from districts.file.workbook_marks import DistrictReader, Values
from districts.land.green_indicators import indicators, shortfalls
from districts.land.land_use import code_of, name_of
from districts.plausibility.findings import PlausibilityFinding
from districts.plausibility.plot_sizes import OtherPlots, PlotSizes, PlotSurroundings
from districts.plots.checks import BY_STEPS, entered_wrongly, problems_of
from districts.plots.frozen import altered, fixed_words, frozen_among
from districts.plots.models import Plot, PlotIndicator
from districts.plots.questions import SIZES, asked_of, hectares_of, sizes_of
from districts.plots.services.indicator_values import OPEN_FOR_REQUIREMENTS
from districts.plots.workbook import BOOK, PLOT_COLUMNS, VALUE_COLUMNS
from greendistrict.documents.workbooks.reader import MISSING, Preview

VALUES = {column.field: tuple(column.field.split(".")) for column in VALUE_COLUMNS}
OWN = (*(column.field for column in PLOT_COLUMNS), "land_use_code")


def preview_of(district: District, content: bytes, today: dt.date) -> Preview:
    """Compare a workbook with the plot list. Raises ``Refused`` if the file is not a workbook."""
    return PlotReader(district, today).read(content)


class PlotReader(DistrictReader[Plot]):
    """Plots by number with indicators, current step, drawn area and pilot baseline: five queries for any number of plots."""

    book = BOOK

    def rows(self) -> Mapping[str, Plot]:
        """Plots by number."""
        plots = self.subject.plots
        self.values: dict[int, dict[str, PlotIndicator]] = {}
        for row in PlotIndicator.objects.filter(plot__district=self.subject):
            self.values.setdefault(row.plot_id, {})[row.key] = row
        self.steps = dict(plots.filter(control__isnull=False).values_list("pk", "control__status"))
        self.drawn = dict(plots.filter(shape__isnull=False).values_list("pk", "shape__area_ha"))
        found = {plot.number: plot for plot in plots.all()}
        self.others = OtherPlots(map(sizes_of, found.values()))
        self.frozen = {plot.pk for plot in frozen_among(self.subject, found.values())}
        return found

    def current(self, row: Plot | None, name: str) -> Any:
        """Stored value of a plot's field or of one of its indicators."""
        if name not in VALUES:
            return MISSING if row is None else getattr(row, name)
        key, stage = VALUES[name]
        held = self.values.get(row.pk, {}).get(key) if row else None
        return getattr(held, stage) if held else ""

    def completed(self, row: Plot | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in the land-use class if the label changed; a new plot is buildable unless stated otherwise."""
        if row is not None and typed["land_use"] == row.land_use:
            typed["land_use_code"] = row.land_use_code
        else:
            code = code_of(typed["land_use"])
            typed |= {"land_use_code": code, "land_use": name_of(code) or typed["land_use"]}
        if row is None and typed["buildable"] is None:
            typed["buildable"] = True
        return typed

    def against(self, row: Plot | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Contradictions, fields decided by steps or the pilot baseline, and 符合 despite built values."""
        about = _plot(typed)
        found = problems_of(about, self.today)
        found += entered_wrongly(about, changed if row else OWN, self.subject.area_km2)
        if row and row.pk in self.frozen:
            found += [(name, fixed_words(name)) for name in altered(row, changed)]
        if step := self.steps.get(row.pk) if row else None:
            found += _settled(step, changed)
        return found or (_short(typed) if typed["conforms"] else [])

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about sizes and days."""
        return asked_of(_plot(values), None, self.around, limits=self.limits, today=self.today)

    def doubtful(self, row: Plot | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """As of every list, among the stored plots as the rows before this one in the workbook change and add to them."""
        if row is not None:
            self.others.remove(sizes_of(row))
        self.around = PlotSurroundings(self.others, self.drawn.get(row.pk) if row else None, hectares_of(self.subject))
        yield from super().doubtful(row, typed, changed)
        self.others.add(PlotSizes(*(typed[name] for name in SIZES)))

    def shown_changes(self, row: Plot, changed: Mapping[str, Any]) -> Mapping[str, Any]:
        """List a changed class with an unchanged label as a change of land use."""
        use = f"{changed.get('land_use_code', '')} {row.land_use}".strip()
        alone = "land_use_code" in changed and "land_use" not in changed
        return super().shown_changes(row, {**changed, "land_use": use} if alone else changed)

    def parted(self, _row: Plot | None, _typed: Mapping[str, Any], changed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Fields of the plot, and indicator values by stage."""
        fields, values = dict[str, Any](), dict[str, dict[str, str]]()
        for name, value in changed.items():
            if name in VALUES:
                key, stage = VALUES[name]
                values.setdefault(key, {})[stage] = value
            else:
                fields[name] = value
        return fields, values


def _plot(values: Values) -> Plot:
    return Plot(**{name: values[name] for name in OWN})


def _short(typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Refusal of 符合 if a built value is worse than required (七（二）5)."""
    found = shortfalls((key, typed[f"{key}.required"], typed[f"{key}.built"]) for key in indicators())
    return [("conforms", f"不能登记为符合：{one.text}") for one in found]


def _settled(step: str, changed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Refusals of fields that the control table decides."""
    found = []
    if step != ControlStep.PREPARE:
        found += [(name, "按管控步骤登记，不能在这里改") for name in BY_STEPS if name in changed]
    if step not in OPEN_FOR_REQUIREMENTS:
        found += [(name, "要求值已由住建部门答复，不能在这里改") for name in changed if name.endswith(".required")]
    if step == ControlStep.DONE:
        found += [(name, "竣工验收已登记为符合，不能在这里改") for name in changed if "." in name]
    return found
