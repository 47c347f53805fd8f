"""Content of the method page: source documents, coverage by sector, units, worked example."""

from functools import cache
from pathlib import Path
from typing import Any

from carbon.enums import Sector
from carbon.inventory import MASS_PLACES, Activity, compute, emissions_of, left_out
from carbon.inventory_file import parse
from carbon.units import NAMES, WAN
from greendistrict.core.rounding import fixed

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "example.yaml"


# A published document, and what the portal uses of it.
BASES = (
    ("GB/T 51366-2019《建筑碳排放计算标准》", "2019年12月1日起实施；建筑运行阶段：能源用量乘以排放因子求和"),
    ("上海市温室气体排放核算指南、沪环气〔2022〕34号", "外购电力和热力的间接排放：用量乘以排放因子；因子的版本见排放因子库"),
    (
        "省级温室气体清单编制指南（试行）（发改办气候〔2011〕1041号）",
        "部门口径的参照：能源活动、废弃物处理、绿地碳汇分别计列；指南中的缺省因子没有收入排放因子库",
    ),
    (
        "生态环境部、国家统计局历年电力二氧化碳排放因子公告",
        "全国、华东区域和上海市的电力排放因子；公告数值只含二氧化碳，作为当量使用",
    ),
    ("GB/T 2589《综合能耗计算通则》", "标准煤折算：1 tce = 29.3076 GJ"),
    ("2006年IPCC国家温室气体清单指南", "燃料燃烧的缺省因子（第2卷表2.2），只含二氧化碳，作为当量使用；合计的不确定性（第1卷第3章）"),
)
# What an inventory includes and omits in a sector.
COVERAGE = (
    (Sector.BUILDING, "建筑运行用电、用热、用冷和燃料", "建材生产和运输、施工、拆除"),
    (Sector.TRANSPORT, "填报的车辆用电和燃料", "没有填报的过境交通"),
    (Sector.MUNICIPAL, "道路照明、泵站等市政设施用能", "设施的建材和施工"),
    (Sector.WATER, "供水、排水按水量和自填因子计算", "库里没有水的因子，未填因子和出处的不计"),
    (Sector.WASTE, "废弃物按数量和自填因子计算", "库里没有废弃物的因子，未填因子和出处的不计"),
    (Sector.INDUSTRY, "逐项列出；选择计入时计入部门和总量", "没有选择计入时不计入部门和总量"),
    (Sector.SINK, "绿地当年吸收量，填正数，合计时扣减", "土壤碳储量变化"),
    (Sector.RENEWABLE, "可再生能源替代的用量，填正数，合计时扣减", "没有填报的可再生能源"),
)
ELSEWHERE = "制冷剂泄漏没有单列；要计入的，作为一项活动自填因子和出处。"


@cache
def example() -> dict[str, Any]:
    """The worked example: its rows, and the result as the command prints it."""
    found = parse(EXAMPLE.read_text(encoding="utf-8"))
    result = compute(found.boundary, found.activities, include_industry=found.include_industry).as_data()
    reported = {activity.sector for activity in found.activities}
    unsummed = {sector: left_out(sector, reported, include_industry=found.include_industry) for sector in Sector}
    return {
        "boundary": found.boundary,
        "lines": [_example_line(activity, include_industry=found.include_industry) for activity in found.activities],
        "sectors": [(sector.label, unsummed[sector] or result["sectors"][sector.value]) for sector in Sector],
        "result": result,
    }


def _example_line(activity: Activity, *, include_industry: bool) -> dict[str, str]:
    heating = activity.heating
    note = "合计时扣减" if activity.sector.is_subtracted else ""
    if activity.sector is Sector.INDUSTRY and not include_industry:
        note = "没有选择计入，不计入部门和总量"
    return {
        "sector": activity.sector.label,
        "name": activity.name,
        "amount": f"{activity.amount} {activity.unit}",
        "heating": f"{heating.value} {heating.heat}/{heating.per}" if heating else "",
        "factor": f"{activity.factor.value} {activity.factor.unit}",
        "tco2e": fixed(emissions_of(activity), MASS_PLACES),
        "note": note,
    }


def unit_names() -> str:
    """Names of the units allowed for activity data."""
    return "、".join((*sorted(NAMES, key=str.casefold), f"以上各单位前加“{WAN}”"))
