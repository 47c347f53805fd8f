"""Work out a change of plots and everything that prevents it. Read-only; preview and service call the same functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from districts.common.enums import ControlStep, PlotChangeKind
from districts.file.models.district import District
from districts.file.services import label_of
from districts.land.green_indicators import indicators, show
from districts.land.land_use import is_industrial
from districts.plots.models import Plot, PlotControl, PlotIndicator
from districts.plots.succession import AREA_UNIT, FLOOR_UNIT, UnevenAreasError, balanced, joined, parts_of
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.templatetags.gd import cn_date, num

# Single-valued fields: plots that differ in one of them cannot be merged, or baseline shares would change.
SAME = (
    "land_use", "land_use_code", "buildable", "owner", "acquisition", "planned_acquisition", "planned_start", "planned_finish",
    "acquired_on", "started_on", "built_on", "conforms", "backfill_id",
)  # fmt: skip
LABELS = {"backfill_id": "补录说明"}
STAGES = {"required": "要求值", "designed": "设计值", "built": "建成值"}


@dataclass(frozen=True)
class PlotPart:
    """One part of a plot that is split."""

    number: str
    area_ha: Decimal
    floor_area: Decimal | None = None


@dataclass(frozen=True)
class NewPlot:
    """A plot after the change; ``pk`` of one that stays."""

    number: str
    area_ha: Decimal
    floor_area: Decimal | None
    land_use: str
    land_use_code: str
    origins: Mapping[str, str] = field(default_factory=dict)
    lineage: str = ""
    pk: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A change that can be recorded: plots before and after, and texts about what moves with them."""

    kind: PlotChangeKind
    before: tuple[Plot, ...]
    after: tuple[NewPlot, ...]
    carried: tuple[str, ...]

    @property
    def ends(self) -> bool:
        """Whether the change ends the plots before it (they become history)."""
        return self.kind in (PlotChangeKind.SPLIT, PlotChangeKind.MERGE)

    @property
    def read(self) -> str:
        """The plots it was computed from, as text; a different text means that a plot was changed since the preview."""
        controls = [_control(plot) for plot in self.before]
        return ",".join(
            f"{plot.pk}:{plot.version}:{control.version if control else ''}" for plot, control in zip(self.before, controls, strict=True)
        )


def _control(plot: Plot) -> PlotControl | None:
    found: PlotControl | None = getattr(plot, "control", None)
    return found


def split(plot: Plot, parts: Sequence[PlotPart]) -> Proposal:
    """Split a plot into parts whose areas add up to its own. Raises ``Refused``."""
    found = [*_waiting([plot]), *_taken(plot.district, [part.number for part in parts], [plot])]
    if len(parts) < 2:  # noqa: PLR2004 -- a part is less than a whole
        found.append(Refusal("分割后至少有两块"))
        raise Refused(found)
    areas, floors = _areas(plot, parts, found), _floors(plot, parts, found)
    if found:
        raise Refused(found)
    lineage = f"由{plot.number}分割"
    rows = zip(parts, areas, floors, parts_of(plot.pk, plot.origins, areas), strict=True)
    after = tuple(
        NewPlot(part.number, area, floor, plot.land_use, plot.land_use_code, origins, lineage) for part, area, floor, origins in rows
    )
    return Proposal(
        PlotChangeKind.SPLIT, (plot,), after, (*_along([plot]), "各块取得、开工、竣工的日期和结论与原地块相同", *_shape([plot]))
    )


def _areas(plot: Plot, parts: Sequence[PlotPart], found: list[Refusal]) -> list[Decimal]:
    try:
        return balanced(plot.area_ha, [part.area_ha for part in parts], AREA_UNIT)
    except UnevenAreasError as uneven:
        total = sum((part.area_ha for part in parts), Decimal(0))
        text = (
            f"各块用地面积合计{num(total, 4)}公顷，原地块{num(plot.area_ha, 4)}公顷，相差{num(abs(uneven.off), 4)}公顷，"
            f"超过四舍五入可能的{num(uneven.most.normalize())}公顷"
        )
        found.append(Refusal(text, field="area_1", remedy="面积有变的，先登记控规调整，再分割"))
        return []


def _floors(plot: Plot, parts: Sequence[PlotPart], found: list[Refusal]) -> list[Decimal | None]:
    floors = [part.floor_area for part in parts]
    if plot.floor_area is None:
        if any(floor is not None for floor in floors):
            found.append(Refusal("原地块没有建筑面积，各块也不填；有了再在清单填写", field="floor_1"))
        return [None] * len(parts)
    known = [floor for floor in floors if floor is not None and (floor > 0 or not plot.floor_area)]
    if len(known) < len(parts):
        found.append(Refusal("请填写各块的建筑面积，须大于0：按建筑面积加权的指标由各块承接", field="floor_1"))
        return []
    try:
        return list(balanced(plot.floor_area, known, FLOOR_UNIT)) if plot.floor_area else list(floors)
    except UnevenAreasError:
        text = f"各块建筑面积合计{num(sum(known, Decimal(0)), 2)} m²，原地块{num(plot.floor_area, 2)} m²，不相等"
        found.append(Refusal(text, field="floor_1", remedy="面积有变的，先登记控规调整，再分割"))
        return []


def merge(plots: Sequence[Plot], number: str) -> Proposal:
    """Merge plots into one with the sum of their areas. Raises ``Refused`` if their values contradict each other."""
    if len(plots) < 2:  # noqa: PLR2004 -- one alone is not merged
        raise Refused([Refusal("请填写要与它合并的地块", field="others")])
    found = [*_waiting(plots), *_taken(plots[0].district, [number], plots), *_differences(plots)]
    floors = [plot.floor_area for plot in plots]
    if any(floors) and not all(floors):
        found.append(Refusal("有的地块没有建筑面积，合并后无从相加", field="others", remedy="先在清单补齐建筑面积"))
    if found:
        raise Refused(found)
    first = plots[0]
    floor = sum((value for value in floors if value is not None), Decimal(0)) if any(floors) else first.floor_area
    lineage = fitted(Plot, "lineage", f"由{'、'.join(plot.number for plot in plots)}合并")
    area = sum((plot.area_ha for plot in plots), Decimal(0))
    origins = joined({plot.pk: plot.origins for plot in plots})
    after = NewPlot(number, area, floor, first.land_use, first.land_use_code, origins, lineage)
    return Proposal(PlotChangeKind.MERGE, tuple(plots), (after,), (*_along(plots), *_shape(plots)))


def _differences(plots: Sequence[Plot]) -> list[Refusal]:
    names = [LABELS.get(name) or label_of(plots[0], name) for name in SAME if len({getattr(plot, name) for plot in plots}) > 1]
    differences = []
    if names:
        text = f"几个地块的{'、'.join(names)}不同，合并后只能有一个，会移动有关比例"
        differences.append(Refusal(text, field="others", remedy="能改的先在清单改为一致；日期按实际登记、不能一致的不合并"))
    if len({_way(_control(plot)) for plot in plots}) > 1:
        text = "几个地块的管控表、步骤或各步日期不同，合并后只能接续一张管控表"
        differences.append(Refusal(text, field="others", remedy="各自办到同一步骤后再合并"))
    rows = [{row.key: row for row in plot.indicators.all()} for plot in plots]
    for key, known in indicators().items():
        for name, label in STAGES.items():
            values = {getattr(row[key], name) if key in row else "" for row in rows}
            if len(values) > 1:
                shown = "、".join(show(known, value) or "未填" for value in sorted(values))
                differences.append(Refusal(f"{known.name}的{label}不同：{shown}", field="others"))
    return differences


def _way(control: PlotControl | None) -> Any:
    """Key of a control table that merged plots must share; documents of one day may have different numbers."""
    if control is None or control.status == ControlStep.PREPARE:
        return None
    days = tuple(sorted((name, str(step.get("on", ""))) for name, step in control.steps.items()))
    return control.table, control.status, control.with_scheme, days


def renumber(plot: Plot, number: str) -> Proposal:
    """Give the plot another number. Raises ``Refused``."""
    found = [*_waiting([plot]), *_taken(plot.district, [number], [plot])]
    if number == plot.number:
        found.append(Refusal("编号没有变化", field="number"))
    if found:
        raise Refused(found)
    after = _as_it_is(plot, number=number, lineage=f"原编号{plot.number}")
    return Proposal(PlotChangeKind.RENUMBER, (plot,), (after,), ("资料、管控、图形和基线中的份额都不变",))


def adjust(plot: Plot, values: Mapping[str, Any]) -> Proposal:
    """Change use, area or floor area according to an adjusted 控规. Raises ``Refused``."""
    found = _waiting([plot])
    after = _as_it_is(plot, **values, lineage="控规已调整")
    if all(getattr(plot, name) == value for name, value in values.items()):
        found.append(Refusal("没有变化，请填写调整后的用地性质或面积"))
    control = _control(plot)
    if control and control.with_scheme and not is_industrial(after.land_use_code):
        found.append(Refusal("带方案出让只用于工业用地（1001），用地性质不能调为其他", field="land_use"))
    if found:
        raise Refused(found)
    words = ["规划基线、试点基线仍按冻结时的面积和用地；确需更新基线的，经变更办理", "管控步骤、指标要求和已登记的值不变"]
    return Proposal(PlotChangeKind.PLAN, (plot,), (after,), tuple(words))


def _as_it_is(plot: Plot, **changed: Any) -> NewPlot:
    kept = {name: getattr(plot, name) for name in ("number", "area_ha", "floor_area", "land_use", "land_use_code", "origins", "pk")}
    lineage = "；".join(part for part in (plot.lineage, changed.pop("lineage")) if part)
    return NewPlot(**{**kept, **changed, "lineage": lineage[-200:]})


def _waiting(plots: Iterable[Plot]) -> list[Refusal]:
    """Refusals for unanswered questions: they were asked about the plot as it was."""
    return [
        Refusal(
            f"地块{plot.number}正在征询{opinion.department}（{cn_date(opinion.asked_on)}发出），尚未答复",
            remedy="答复登记后，或撤回征询后再变更",
        )
        for plot in plots
        for opinion in plot.opinions.all()
        if opinion.answered_on is None
    ]


def _taken(district: District, numbers: Sequence[str], leaving: Iterable[Plot]) -> list[Refusal]:
    found = []
    if double := sorted({number for number in numbers if numbers.count(number) > 1}):
        found.append(Refusal(f"编号重复：{'、'.join(double)}", field="number_1"))
    plots = district.plots.filter(number__in=numbers).exclude(pk__in=[plot.pk for plot in leaving])
    if taken := list(plots.order_by("number").values_list("number", flat=True)):
        found.append(Refusal(f"地块编号已有：{'、'.join(taken)}", field="number" if len(numbers) == 1 else "number_1"))
    return found


def _along(plots: Sequence[Plot]) -> list[str]:
    """Texts about what moves to the new plots."""
    control = _control(plots[0])
    begun = control is not None and control.status != ControlStep.PREPARE
    rows: dict[str, PlotIndicator] = {row.key: row for plot in plots for row in plot.indicators.all()}
    counts: list[tuple[int, str]] = [
        (sum(bool(row.required) for row in rows.values()), "项指标要求"),
        (sum(len(plot.opinions.all()) for plot in plots), "件部门意见"),
        (sum(len(plot.checks.all()) for plot in plots), "次部门审查"),
        (len({project.pk for plot in plots for project in plot.key_projects.all()}), "个近期重点项目"),
    ]
    told = "、".join(f"{count}{noun}" for count, noun in counts if count)
    step = ControlStep(control.status).label if control is not None and begun else ""
    return [
        f"管控接续：{step}，已办步骤和文号带入" if begun else "管控尚未启动",
        *([f"带入{told}"] if told else []),
        "规划基线、试点基线不动：原地块仍按冻结的面积计一份，接续它的地块都达到时才计为达到",
    ]


def _shape(plots: Sequence[Plot]) -> list[str]:
    return ["原图形留在原地块，新地块的图形请在地块图上传"] if any(hasattr(plot, "shape") for plot in plots) else []
