"""Forms of plot changes: first the content; then, beside the preview, day, ground and file."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District
from districts.land.land_use import code_of, name_of, not_contradicted, words_of
from districts.plot_changes import proposals
from districts.plot_changes.models import PlotChange
from districts.plot_changes.proposals import PlotPart, Proposal
from districts.plot_changes.services import plots_to_change
from districts.plots.columns import PLOT
from districts.plots.models import Plot
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.forms import EvidenceField

PARTS = 8
GROUND = Columns.of(PlotChange, "on", "number", "reason", reason=TextColumn(rows=3, most=1000))


def part_fields(form: forms.Form) -> list[tuple[int, list[forms.BoundField]]]:
    """Fields of each part of a split, for pages."""
    return [(at, [form[f"{name}_{at}"] for name in ("number", "area", "floor")]) for at in range(1, PARTS + 1)]


class PlotChangeForm(forms.Form):
    """Base form of a plot change."""

    def __init__(self, *args: Any, plot: Plot, **kwargs: Any) -> None:
        self.plot = plot
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fields and initial values that depend on the plot."""

    def proposing(self) -> Callable[[], Proposal]:
        """A function that works out the change on the plots as they are stored."""
        raise NotImplementedError

    def _fresh(self, *more: str) -> list[Plot]:
        return plots_to_change(self.plot.district, [self.plot.number, *more])


class SplitForm(PlotChangeForm):
    """Parts of the split with number, area and floor area."""

    def prepare(self) -> None:
        """Rows for the parts; two are needed."""
        for at in range(1, PARTS + 1):
            needed = at <= 2  # noqa: PLR2004 -- a split has two at least
            self.fields[f"number_{at}"] = PLOT["number"].form_field(label=f"第{at}块编号", required=needed)
            self.fields[f"area_{at}"] = PLOT["area_ha"].form_field(label=f"第{at}块{PLOT['area_ha'].label}", required=needed)
            self.fields[f"floor_{at}"] = PLOT["floor_area"].form_field(label=f"第{at}块{PLOT['floor_area'].label}")

    @property
    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Fields of each part, for the page."""
        return part_fields(self)

    def clean(self) -> dict[str, Any]:
        """A row is filled in or empty."""
        data = super().clean() or {}
        for at in range(3, PARTS + 1):
            if bool(data.get(f"number_{at}")) != (data.get(f"area_{at}") is not None) and not self.has_error(f"area_{at}"):
                self.add_error(f"number_{at}", "编号和用地面积须一起填写")
        return data

    def proposing(self) -> Callable[[], Proposal]:
        """The plot in parts."""
        data = self.cleaned_data
        parts = [
            PlotPart(data[f"number_{at}"].strip(), data[f"area_{at}"], data.get(f"floor_{at}"))
            for at in range(1, PARTS + 1)
            if data.get(f"number_{at}")
        ]
        return lambda: proposals.split(self._fresh()[0], parts)


class PlotMergeForm(PlotChangeForm):
    """The other plots of the merge, and the number of the merged plot."""

    others = forms.CharField(label="与它合并的地块", max_length=2000, help_text="地块编号，用顿号隔开")
    number = PLOT["number"].form_field(label="合并后的编号")

    def proposing(self) -> Callable[[], Proposal]:
        """The plots as one."""
        others = [part for part in re.split(r"[、，,;；\s]+", self.cleaned_data["others"]) if part]
        return lambda: proposals.merge(self._fresh(*others), self.cleaned_data["number"].strip())


class RenumberForm(PlotChangeForm):
    """The new number."""

    number = PLOT["number"].form_field(label="新编号")

    def proposing(self) -> Callable[[], Proposal]:
        """The plot under its new number."""
        return lambda: proposals.renumber(self._fresh()[0], self.cleaned_data["number"].strip())


@with_columns(PLOT.part("land_use", "area_ha", "floor_area"))
class PlotPlanForm(ColumnsForm, PlotChangeForm):
    """Values of the adjusted 控规."""

    def prepare(self) -> None:
        """What is stored, to be overwritten."""
        self.initial.update(self.initial_of(self.plot))
        if self.plot.land_use_code:
            self.initial["land_use"] = words_of(self.plot.land_use_code)

    def clean_land_use(self) -> str:
        """Ask about a code beside the name of another class."""
        return not_contradicted(self.cleaned_data["land_use"])

    def proposing(self) -> Callable[[], Proposal]:
        """The plot as adjusted."""
        data = self.cleaned_data
        code = code_of(data["land_use"])
        values = {
            "land_use_code": code,
            "land_use": name_of(code) or data["land_use"],
            "area_ha": data["area_ha"],
            "floor_area": data["floor_area"],
        }
        return lambda: proposals.adjust(self._fresh()[0], values)


EFFECTS: dict[str, tuple[type[PlotChangeForm], str]] = {
    PlotChangeKind.SPLIT: (SplitForm, "原地块转为历史，各块接续它的管控、要求、意见和审查；面积须与原地块相等"),
    PlotChangeKind.MERGE: (PlotMergeForm, "几个地块转为历史，合并后的地块接续；步骤、日期和指标值须相同，面积相加"),
    PlotChangeKind.RENUMBER: (RenumberForm, "只换编号，其余不变，原编号仍可查到"),
    PlotChangeKind.PLAN: (PlotPlanForm, "用地性质、用地面积或建筑面积按调整后的控规登记；已冻结的基线不变"),
}


@dataclass(frozen=True)
class PlotAct:
    """One kind of change as pages offer it."""

    kind: PlotChangeKind
    form: type[PlotChangeForm]
    effect: str


def acts() -> dict[str, PlotAct]:
    """The four kinds, in their order."""
    return {kind: PlotAct(PlotChangeKind(kind), form, effect) for kind, (form, effect) in EFFECTS.items()}


def proposing_from(kind: str, district: District, number: str, typed: Mapping[str, str]) -> Callable[[], Proposal]:
    """Proposal function of the page, from values typed there earlier. Raises ``Refused`` if the form rejects them."""
    [plot] = plots_to_change(district, [number])
    form = acts()[kind].form(typed, plot=plot)
    if not form.is_valid():
        raise Refused([Refusal(str(error), field=name) for name, errors in form.errors.items() for error in errors])
    return form.proposing()


class RevokeForm(forms.Form):
    """Reason for revoking a change."""

    reason = GROUND["reason"].form_field(label="撤回的理由")


class GroundForm(forms.Form):
    """Day, ground and file of the change."""

    on, number, reason = GROUND.form_fields().values()
    upload = EvidenceField(label="依据文件")

    def __init__(self, data: Any = None, files: Any = None, *, today: dt.date, judged: bool = True) -> None:
        """Unless ``judged``, what was typed stands in the fields without being checked."""
        super().__init__(data if judged else None, files if judged else None, initial={"on": today}, prefix="act")
        if not judged:
            typed = {name: field.widget.value_from_datadict(data, files, self.add_prefix(name)) for name, field in self.fields.items()}
            self.initial.update((name, value) for name, value in typed.items() if value is not None)
