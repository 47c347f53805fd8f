"""Methods of the report: editions used, readings of the policy, settings at their default, unknown data."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from approvals.titles.models.publicity import STANDING_UNKNOWN
from districts.common.enums import Certainty
from greendistrict.policy.engine import NoPolicyInForce
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.selectors import ParameterRow, setting_rows
from reports.city.figures.carbon import CityCarbon
from reports.city.figures.scores import CityScores
from reports.city.figures.standing import TitleStand


@dataclass(frozen=True)
class CityMethods:
    """Content of part 11."""

    editions: tuple[tuple[str, str, int], ...]
    policy: str
    readings: tuple[tuple[str, str, str], ...]
    defaults: tuple[ParameterRow, ...]
    unknown: tuple[str, ...]


def method_figures(stood: TitleStand, scores: CityScores, carbon: CityCarbon) -> CityMethods:
    """Methods as of the snapshot day; a constant number of queries."""
    name, readings = "", tuple[tuple[str, str, str], ...]()
    with suppress(NoPolicyInForce):
        policy = policy_in_force(stood.on)
        name = f"《{policy.title}》（{policy.code}）"
        readings = tuple((rule.cite, rule.title, rule.understood) for rule in policy.readings if not rule.confirmed)
    used: dict[tuple[str, str], int] = {}
    for row in scores.rows:
        used[row.edition_code, row.edition_title] = used.get((row.edition_code, row.edition_title), 0) + 1
    told: Sequence[tuple[int, str]] = (
        (sum(row.area_km2 is None for row in stood.rows), "个城区的规划范围面积未查明，未计入面积合计"),
        (sum(row.area_is_inferred for row in stood.rows), "个城区的规划范围面积为推定"),
        (sum(not row.district.type for row in stood.rows), "个城区的类型未查明"),
        (sum(row.held.star is None for row in stood.rows), "个城区的称号星级未查明"),
        (sum(row.held.granted_on is None for row in stood.rows), "个城区的授予日期未查明，视为以前年度授予"),
        (sum(row.held.is_inferred for row in stood.rows), "个城区的称号为推定"),
        (sum(row.held.standing_certainty == Certainty.UNKNOWN for row in stood.rows), f"个城区的称号{STANDING_UNKNOWN}"),
        (sum(not row.bodies for row in stood.rows), "个城区的实施主体未登记，不在分实施主体的表中"),
        (sum(not one.number for one in stood.register), "个称号的编号未查明"),
        (sum(not one.batch for one in stood.register), "个称号的公告批次未查明"),
        (sum(line.target is None for line in carbon.lines), "个城区没有已批准的碳排放强度控制目标"),
    )
    return CityMethods(
        editions=tuple((code, title, count) for (code, title), count in sorted(used.items())),
        policy=name,
        readings=readings,
        defaults=tuple(row for row in setting_rows() if row.is_default),
        unknown=tuple(f"{count}{words}" for count, words in told if count),
    )
