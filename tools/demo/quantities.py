"""Base quantities of a fictional district, the same in every clause.

Each is a fixed share of the district's area (公顷) or residents; the shares are invented, in the usual range of new towns.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from greendistrict.core.rounding import half_up

PER_HA_FLOOR = Decimal("1.1")  # 万m² of floor area per hectare of the district


@dataclass(frozen=True)
class AreaAndResidents:
    """Area in 公顷 and residents."""

    area_ha: Decimal = Decimal(300)
    population: int = 27_000

    @property
    def floor(self) -> Decimal:
        """Floor area of all buildings, 万m²."""
        return self.area_ha * PER_HA_FLOOR

    def amount(self, title: str, unit: str) -> Decimal | None:
        """Amount of an input by its title and unit; None if it is not a base quantity."""
        found = AMOUNTS.get((title, unit))
        if found is None:
            return None
        return half_up(found(self), 1 if unit in {"公顷", "km", "万m²", "亿元"} else 0)


def _land(share: str) -> Callable[[AreaAndResidents], Decimal]:
    return lambda place: place.area_ha * Decimal(share)


def _floor(share: str) -> Callable[[AreaAndResidents], Decimal]:
    return lambda place: place.floor * Decimal(share)


def _people(share: str) -> Callable[[AreaAndResidents], Decimal]:
    return lambda place: place.population * Decimal(share)


AMOUNTS: Mapping[tuple[str, str], Callable[[AreaAndResidents], Decimal]] = {
    ("建设用地面积", "公顷"): _land("0.78"),
    ("建设用地总面积", "公顷"): _land("0.78"),
    ("街坊用地总面积", "公顷"): _land("0.58"),
    ("居住和就业用地面积", "公顷"): _land("0.44"),
    ("单位附属绿地总面积", "公顷"): _land("0.09"),
    ("新建主次干路长度", "km"): _land("0.032"),
    ("应实施道路长度", "km"): _land("0.024"),
    ("更新前现状建筑面积", "万m²"): _floor("0.7"),
    ("新建建筑总面积", "万m²"): _floor("0.6"),
    ("新建项目建筑面积", "万m²"): _floor("0.6"),
    ("新建和改造建筑面积", "万m²"): _floor("0.75"),
    ("新建改建项目面积", "万m²"): _floor("0.75"),
    ("保留既有建筑面积", "万m²"): _floor("0.2"),
    ("产业商务建筑面积", "万m²"): _floor("0.3"),
    ("认定低效空间面积", "万m²"): _floor("0.04"),
    ("公共建筑总面积", "万m²"): _floor("0.12"),
    ("应保护利用建筑面积", "m²"): _floor("45"),
    ("可利用屋顶面积", "m²"): _land("480"),
    ("规定应装面积", "m²"): _land("190"),
    ("主要街道沿街界面长度", "m"): _land("26"),
    ("公共停车泊位总数", "个"): _land("4.2"),
    ("城区产业税收", "亿元"): _land("0.03"),
    ("居住人口", "人"): _people("1"),
    ("就业居民总数", "人"): _people("0.52"),
    ("新增住房套数", "套"): _people("0.21"),
}
