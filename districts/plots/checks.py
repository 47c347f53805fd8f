"""Consistency checks of a plot's data without database access, for single plots and for imports."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from districts.common.enums import Acquisition
from districts.land.land_use import is_old_code, meant_by, words_of
from districts.plots.models import Plot
from greendistrict.core.constraints import out_of_order
from greendistrict.core.number_parsing import plain

HECTARES = 100
PAST = {"acquired_on": "取得日期", "started_on": "开工日期", "built_on": "建成日期"}
BY_STEPS = ("acquisition", "acquired_on", "started_on", "built_on", "conforms", "buildable")
BACKFILLED = ("acquisition", "acquired_on", "built_on")  # facts proven by a 补录说明: a change needs a new proof


def may_open_table(plot: Plot) -> bool:
    """Whether a control table may begin: no typed acquisition or completion, or only an acquisition with its proof."""
    return not plot.built_on and (not plot.acquired_on or plot.backfill_id is not None)


def problems_of(plot: Plot, today: dt.date) -> list[tuple[str, str]]:
    """(field, text) of each contradiction."""
    problems = [(name, f"{label}不能晚于今天") for name, label in PAST.items() if (day := getattr(plot, name)) and day > today]
    if plot.acquired_on and not plot.acquisition:
        problems.append(("acquisition", "填了取得日期，请选择取得方式"))
    if plot.acquired_on and plot.acquisition == Acquisition.OWN:
        problems.append(("acquired_on", "自有土地没有出让或划拨，请不要填取得日期"))
    if plot.conforms is not None and not plot.built_on:
        problems.append(("built_on", "绿色生态内容是否符合在建成后登记，请填写建成日期"))
    problems += out_of_order(plot)
    if plot.area_ha is not None and plot.area_ha <= 0:
        problems.append(("area_ha", "用地面积应大于0"))
    return problems


def entered_wrongly(plot: Plot, changed: Collection[str], district_km2: Decimal | None) -> list[tuple[str, str]]:
    """(field, text) of what cannot be among the changed fields: a code of the classes before 2023, a plot larger than its district.

    What is stored already is not asked again.
    """
    found = []
    if "land_use" in changed and not plot.land_use_code and is_old_code(plot.land_use):
        meant = meant_by(plot.land_use)
        such = f"，如{'、'.join(map(words_of, meant.codes))}" if meant else ""
        found.append(("land_use", f"{plot.land_use.strip()}是旧版用地代码，请按国家用地用海分类（2023）填代码或名称{such}"))
    if "area_ha" in changed and plot.area_ha is not None and district_km2 and plot.area_ha > district_km2 * HECTARES:
        limit = plain(district_km2 * HECTARES)
        found.append(("area_ha", f"用地面积{plain(plot.area_ha)}公顷大于城区规划范围面积{limit}公顷，请核对单位"))
    return found
