"""Land market and 规划资源: plots that were granted come in and are compared with those of their district; nothing is written."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from districts.common.enums import Acquisition
from districts.file.models.district import District
from districts.file.selectors.visibility import districts_edited_by
from districts.plots.columns import PLOT
from districts.plots.models import Plot
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.addresses import reverse
from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import folded_number
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow.todo import Task
from portal.adapters.declaration import DAY, NUMBER, TEXT, Adapter, Incoming, ItemField, ItemFields
from portal.adapters.enums import Direction, ItemState
from portal.adapters.models import ExchangeItem

KEY = "plots"
COMPARED = ("acquisition", "acquired_on", "area_ha", "floor_area", "land_use", "owner")  # fields of the form and of a plot
BODIES = (
    "公司", "集团", "合作社", "合伙）", "局", "委员会", "委", "政府", "办事处", "中心", "学校", "大学", "医院", "研究院", "研究所",
    "银行", "基金会",
)  # fmt: skip
WAYS = {way.label: way.value for way in Acquisition}


def _take(given: Mapping[str, Any], today: dt.date) -> str:
    """Keep what the land market says of a plot. Raises ``Refused`` for a district, way or day that cannot be."""
    district = District.objects.filter(code=given["district"]).first()
    if district is None:
        msg = f"没有代码为{given['district']}的城区"
        raise Refused(msg)
    Refused.unless(given["acquisition"] in WAYS, f"取得方式应为{'、'.join(WAYS)}")
    Refused.when(given["acquired_on"] > today, f"取得日期{given['acquired_on']}晚于今天")
    Refused.unless(given["area_ha"] > 0, "用地面积应大于0")
    found = differences([district.pk], [(district.code, _kept(dict(given)))])
    return "没有与平台不同的" if not found else "平台没有这块地" if found[0].plot is None else f"有{len(found[0].cells)}处与平台不同"


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """Without an owner who may be a person: the table is added to only, and read by everybody who reads the file."""
    return {**values, "owner": values["owner"] if _is_body(values["owner"] or "") else None}


def _is_body(name: str) -> bool:
    return name.endswith(BODIES) or Organisation.objects.filter(name=name).exists()


class DifferingCell(NamedTuple):
    """A column in which the land market and the portal differ, as both write it."""

    label: str
    theirs: str
    ours: str


class PlotDifference(NamedTuple):
    """A granted plot that the portal does not have, or has otherwise."""

    district: str
    number: str
    plot: Plot | None
    cells: list[DifferingCell]


def differences(districts: Collection[int], told: Iterable[tuple[str, Mapping[str, Any]]]) -> list[PlotDifference]:
    """What differs between granted plots (code of the district, checked fields) and the plots as they are now.

    What was split, merged or renumbered here is not compared any more: the land market keeps the number of its contract.
    """
    plots = Plot.objects.filter(district__in=districts).select_related("district")
    ours = {(plot.district.code, folded_number(plot.number)): plot for plot in plots}
    told = list(told)
    absent = any((code, folded_number(given["number"])) not in ours for code, given in told)
    ended = Plot.with_ended.filter(district__in=districts, ended_by__isnull=False).values_list("district__code", "number") if absent else ()
    before = {(code, folded_number(number)) for code, number in ended}
    found = []
    for code, given in told:
        plot = ours.get((code, folded_number(given["number"])))
        if plot is None and (code, folded_number(given["number"])) in before:
            continue
        cells = [] if plot is None else list(_differing(plot, given))
        if plot is None or cells:
            found.append(PlotDifference(code, given["number"], plot, cells))
    return sorted(found, key=lambda row: (row.district, folded_number(row.number)))


def _differing(plot: Plot, given: Mapping[str, Any]) -> Iterator[DifferingCell]:
    for name in COMPARED:
        theirs, ours = given[name], getattr(plot, name)
        if name == "acquisition":
            theirs = WAYS.get(theirs, theirs)
        if theirs is not None and theirs != ours:
            yield DifferingCell(PLOT[name].label, _shown(name, theirs), _shown(name, ours) or "没有填")


def _shown(name: str, value: Any) -> str:
    if name == "acquisition":
        return str(Acquisition(value).label) if value else ""
    if isinstance(value, dt.date):
        return str(cn_date(value))
    return f"{value.normalize():f}{PLOT[name].unit}" if isinstance(value, Decimal) else str(value or "")


def granted(districts: Iterable[District]) -> list[PlotDifference]:
    """Differences of districts with the last word of the land market on each plot; two queries."""
    codes = {district.code: district.pk for district in districts}
    items = ExchangeItem.objects.filter(adapter=KEY, direction=Direction.IN, state=ItemState.TAKEN, content__district__in=list(codes))
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for content in items.order_by("at", "pk").values_list("content", flat=True):
        last[content["district"], folded_number(content["number"])] = FORM.checked({name: content.get(name) for name in FORM.example})
    return differences(codes.values(), [(code, given) for (code, _), given in last.items()]) if last else []


def tasks_for(viewer: Viewer) -> list[Task]:
    """A desk task of who fills in the file, for each district that differs; costs nothing while the adapter is off."""
    if KEY not in settings.ADAPTERS:
        return []
    edited = list(districts_edited_by(viewer))
    rows, tasks = granted(edited) if edited else [], []
    for district in edited:
        if mine := [row for row in rows if row.district == district.code]:
            detail = f"{len(mine)}块地与供地信息不同"
            link = reverse("portal:granted_plots", args=[district.code])
            tasks.append(Task("核对供地信息", district.name, link, detail=detail, kind="plot", is_demo=district.is_demo))
    return tasks


FORM = ItemFields(
    "已供的地块",
    (
        ItemField("district", TEXT, "城区代码", "demo-riverside"),
        ItemField("number", TEXT, "地块编号，按它与平台的地块对应", "A-01"),
        ItemField("acquisition", TEXT, "取得方式：出让、划拨、自有", "出让"),
        ItemField("acquired_on", DAY, "取得日期（合同、划拨决定书的日期）", "2026-03-01"),
        ItemField("area_ha", NUMBER, "用地面积", "2.5", "公顷"),
        ItemField("floor_area", NUMBER, "建筑面积", "30000", "m²", is_required=False),
        ItemField("land_use", TEXT, "用地性质，按国家用地用海分类", "工业用地", is_required=False),
        ItemField("owner", TEXT, "受让人、划拨对象（单位）", "演示开发有限公司", is_required=False),
    ),
    "同一地块以最后收到的一条为准。",
)
PLOTS = Adapter(
    key=KEY,
    name="土地市场和规划资源",
    system="土地市场信息系统、规划资源部门的供地系统",
    purpose="已供的地块收入，与城区的地块比对",
    into=Incoming(FORM, _take, keep=_kept),
    rules=(
        "只比对，不写入地块：不同的列在城区的“供地信息核对”，填报人在工作台看到，核对后用地块的表单、管控步骤或者导入更正。",
        "受让人、划拨对象是平台登记的单位，或者名称是单位的，才留存和比对；其他的不留存。不收合同和决定书的编号。",
        "平台已经拆分、合并或者更改编号的地块，不再与原编号的供地信息比对。",
    ),
)
