"""Forms of a plot, a key project and a municipal work."""

from typing import Any

from districts.common.enums import ControlStep
from districts.file.forms import VersionMixin
from districts.land.land_use import choices, code_of, name_of, not_contradicted, words_of
from districts.plausibility.services import EXPLANATION
from districts.plausibility.views import ExplainedForm
from districts.plots.columns import PLOT_ENTERED
from districts.plots.models import Plot, PlotControl
from districts.projects.columns import PROJECT_ENTERED, WORK_ENTERED
from districts.projects.models import KeyProject, Work
from greendistrict.columns.forms import ColumnsForm, with_columns

LAND_USES = tuple(words_of(code) for _, group in choices() for code, _ in group)
BY_STEPS = ("acquisition", "acquired_on", "started_on", "built_on", "conforms", "buildable")
CATEGORIES = ("绿色建筑", "能源", "交通", "水资源", "生态环境", "固废", "公共服务", "智慧管控", "产业", "其他")
WORK_KINDS = (
    "道路", "桥梁", "管线", "给水", "排水", "雨水", "电力", "燃气", "供热", "通信", "综合管廊", "绿地", "水利", "公共服务设施", "其他",
)  # fmt: skip


class ListRowForm(ColumnsForm, ExplainedForm, VersionMixin):
    """Base form: the stored row gives initial values, the fields give the service's values."""

    def __init__(self, *args: Any, row: Plot | KeyProject | Work | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", {"version": row.version, **self.initial_of(row)})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Field values for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", EXPLANATION)}


@with_columns(PLOT_ENTERED)
class PlotForm(ListRowForm):
    """A plot (地块). While its control table is running, fields decided by its steps are left out."""

    def __init__(self, *args: Any, row: Plot | None = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        controlled = row is not None and PlotControl.objects.filter(plot=row).exclude(status=ControlStep.PREPARE).exists()
        if row is not None and row.land_use_code:
            self.initial["land_use"] = words_of(row.land_use_code)
        for name in BY_STEPS if controlled else ():
            del self.fields[name]

    def clean_land_use(self) -> str:
        """Ask about a code beside the name of another class."""
        return not_contradicted(self.cleaned_data["land_use"])

    def values(self) -> dict[str, Any]:
        """Field values for the service; a known land class becomes its code, other text stays."""
        values = super().values()
        values["land_use_code"] = code_of(values["land_use"])
        values["land_use"] = name_of(values["land_use_code"]) or values["land_use"]
        return values


@with_columns(PROJECT_ENTERED)
class KeyProjectForm(ListRowForm):
    """A near-term key project (近期重点项目)."""


@with_columns(WORK_ENTERED)
class WorkForm(ListRowForm):
    """A municipal work (市政设施), such as a road or a pipe."""
