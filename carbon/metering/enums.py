"""Enums of metering: carriers, intervals, estimates, faults."""

from django.db import models


class MeteredCarrier(models.TextChoices):
    """Energy carrier or medium that a meter measures."""

    ELECTRICITY = "electricity", "电力"
    GENERATION = "generation", "光伏发电"
    GAS = "gas", "天然气"
    HEAT = "heat", "热力"
    COOLING = "cooling", "冷量"
    FUEL = "fuel", "燃油"
    WATER = "water", "用水"

    @property
    def unit(self) -> str:
        """Unit of the carrier on boards and in inventories."""
        return UNITS[self][0]


# Units of ``carbon.units`` that a meter may count in, the first on boards.
UNITS: dict[str, tuple[str, ...]] = {
    MeteredCarrier.ELECTRICITY: ("kWh", "MWh", "万kWh"),
    MeteredCarrier.GENERATION: ("kWh", "MWh", "万kWh"),
    MeteredCarrier.GAS: ("m3", "万m3"),
    MeteredCarrier.HEAT: ("GJ", "MJ", "kWh", "MWh"),
    MeteredCarrier.COOLING: ("GJ", "MJ", "kWh", "MWh"),
    MeteredCarrier.FUEL: ("t", "kg"),
    MeteredCarrier.WATER: ("m3", "万m3"),
}
METER_UNITS = tuple(dict.fromkeys(unit for units in UNITS.values() for unit in units))


class MeterInterval(models.TextChoices):
    """Interval between two readings of a meter."""

    QUARTER = "15min", "15分钟"
    HALF = "30min", "30分钟"
    HOUR = "hour", "1小时"
    DAY = "day", "1天"
    MONTH = "month", "1个月"


class Estimation(models.TextChoices):
    """How a value was estimated; empty for a measured one."""

    MEASURED = "", "实测"
    GIVEN = "given", "上报估算"
    LINEAR = "linear", "线性内插"
    LAST_WEEK = "last_week", "上周同时段"


class FaultKind(models.TextChoices):
    """Kinds of faults in readings; ``checks.CHECKS`` explains each."""

    GAP = "gap", "缺数"
    SPIKE = "spike", "突变"
    ROLLOVER = "rollover", "满量程翻转"
    UNIT = "unit", "单位"
    NEGATIVE = "negative", "倒走"
    STUCK = "stuck", "停走"
    PARENT = "parent", "分表大于总表"
    DUPLICATE = "duplicate", "重复"
    CLOCK = "clock", "时区和时刻"
    FUTURE = "future", "未来时间"
    TERM = "term", "不在使用期"
    UNREADABLE = "unreadable", "不能识别"
    ASIDE = "aside", "不是读数"
    CODE = "code", "编号写法"
