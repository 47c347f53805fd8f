"""Methods of the report: editions used, readings of the policy, settings with default values, and what is not known."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from greendistrict.policy.engine import NoPolicyInForce, reading_of
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.selectors import ParameterRow, setting_rows
from reports.city.figures.scores import CityScores
from reports.city.figures.standing import TitleStand

GLOSSARY = (
    ("试点", "经审定公告授予试点称号、在建设期内的绿色生态城区"),
    ("示范", "通过终期验收，经审定公告授予示范称号的绿色生态城区"),
    ("实施主体", "各区政府和特定地区管委会；一个城区可以有几个实施主体，合计按城区各计一次"),
    ("应报", "截止日持有称号、申报主体在平台办理且未获免报的城区应当报送的事项"),
    ("逾期", "期限（含延期）届满未报送，或期限届满后报送"),
    ("预期", "规划设计评分表的得分"),
    ("已实现", "本年度已接收自评分表的得分"),
    ("中位数、四分位数", "得分由低到高排列，位于二分之一、四分之一、四分之三处的数，两数之间按比例内插"),
    ("得分率", "条文得分占该条满分的百分比，不参评的不计"),
    ("无记录", "平台没有这一事项的记录，不等于没有发生"),
    ("未查明", "公开资料和平台记录都不能确定"),
    ("推定", "由资料推断，没有直接出处"),
)


@dataclass(frozen=True)
class CityMethods:
    """Everything part 11 shows."""

    editions: tuple[tuple[str, str, int], ...]
    policy: str
    readings: tuple[tuple[str, str, str], ...]
    defaults: tuple[ParameterRow, ...]
    unknown: tuple[str, ...]


def method_figures(stood: TitleStand, scores: CityScores) -> CityMethods:
    """Methods as of the snapshot day; a constant number of queries."""
    name, readings = "", tuple[tuple[str, str, str], ...]()
    with suppress(NoPolicyInForce):
        policy = policy_in_force(stood.on)
        name = f"《{policy.title}》（{policy.code}）"
        readings = tuple((rule.cite, rule.title, reading_of(rule)) for rule in policy.rules if reading_of(rule))
    used: dict[tuple[str, str], int] = {}
    for row in scores.rows:
        used[row.edition_code, row.edition_title] = used.get((row.edition_code, row.edition_title), 0) + 1
    return CityMethods(
        editions=tuple((code, title, count) for (code, title), count in sorted(used.items())),
        policy=name,
        readings=readings,
        defaults=tuple(row for row in setting_rows() if row.is_default),
        unknown=tuple(_unknown(stood)),
    )


def _unknown(stood: TitleStand) -> list[str]:
    told: Sequence[tuple[int, str]] = (
        (sum(row.area_km2 is None for row in stood.rows), "个城区的规划范围面积未查明，未计入面积合计"),
        (sum(row.area_is_inferred for row in stood.rows), "个城区的规划范围面积为推定"),
        (sum(not row.district.type for row in stood.rows), "个城区的类型未查明"),
        (sum(row.held.star is None for row in stood.rows), "个城区的称号星级未查明"),
        (sum(row.held.granted_on is None for row in stood.rows), "个城区的授予日期未查明，视为以前年度授予"),
        (sum(row.held.is_inferred for row in stood.rows), "个城区的称号为推定"),
        (sum(not row.bodies for row in stood.rows), "个城区的实施主体未登记，不在分实施主体的表中"),
    )
    return [f"{count}{words}" for count, words in told if count]
