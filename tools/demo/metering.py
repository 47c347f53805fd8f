"""Meters of a fictional district with daily readings: a main meter above two others, 光伏, water with a gap; the last days from a file."""

import datetime as dt
from decimal import Decimal
from math import cos, pi
from random import Random

from carbon.metering.checks import NewReading
from carbon.metering.enums import MeteredCarrier, MeterInterval
from carbon.metering.models import Meter
from carbon.metering.reading_file import HEADS
from carbon.metering.services import imports
from carbon.metering.services.meters import save_meter
from carbon.metering.services.readings import take
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock

DAYS = 400
SOLSTICE, YEAR, SWING = 200, 365, 0.3  # use peaks in July
GAP = range(30, 34)  # days ago on which the water meter was not read
SOURCE = "演示读数"
# Code, name, medium, unit, daily use, code of the parent meter.
METERS = (
    ("YS-E-01", "社区中心配电总表（演示）", MeteredCarrier.ELECTRICITY, "kWh", 2600, ""),
    ("YS-E-02", "社区中心空调分表（演示）", MeteredCarrier.ELECTRICITY, "kWh", 1150, "YS-E-01"),
    ("YS-E-03", "社区中心照明分表（演示）", MeteredCarrier.ELECTRICITY, "kWh", 620, "YS-E-01"),
    ("YS-P-01", "社区中心屋顶光伏（演示）", MeteredCarrier.GENERATION, "kWh", 480, ""),
    ("YS-W-01", "社区中心用水（演示）", MeteredCarrier.WATER, "m3", 36, ""),
)


def read_meters(district: District, by: User, today: dt.date) -> None:
    """Enter the meters and their readings of the last ``DAYS`` days; those of the last ten are imported from a file."""
    first = today - dt.timedelta(days=DAYS)
    known: dict[str, Meter] = {}
    for code, name, carrier, unit, _use, above in METERS:
        values = {"code": code, "name": name, "carrier": carrier, "unit": unit, "interval": MeterInterval.DAY, "digits": 8}
        values |= {
            "multiplier": Decimal(1),
            "cumulative": True,
            "begins": first,
            "parent": known.get(above),
            "building": "社区中心（演示）",
        }
        known[code] = save_meter(district=district, values=values, by=by)
    series = {code: _series(code, use, first, today) for code, _name, _carrier, _unit, use, _above in METERS}
    cut = dt.datetime.combine(today - dt.timedelta(days=10), dt.time(), tzinfo=clock.SHANGHAI)
    early = {code: [one for one in readings if one.at < cut] for code, readings in series.items()}
    take(district=district, readings=early, by=by, source=SOURCE)
    lines = [",".join(HEADS)]
    for code, _name, _carrier, unit, _use, _above in METERS:
        lines += [f"{code},{one.at:%Y-%m-%d %H:%M},{one.value},{unit}," for one in series[code] if one.at >= cut]
    asked = imports.ask(district=district, content="\n".join(lines).encode(), file_name="近十日读数（演示）.csv", by=by)
    imports.order(pk=asked.pk, district=district, by=by, reason="", seen=asked.seen["digest"])


def _series(code: str, use: int, first: dt.date, today: dt.date) -> list[NewReading]:
    rng, stood, found = Random(code), Decimal(1000), []
    for number in range(DAYS):
        day = first + dt.timedelta(days=number)
        if not (code == "YS-W-01" and (today - day).days in GAP):
            moment = dt.datetime.combine(day, dt.time(), tzinfo=clock.SHANGHAI)
            found.append(NewReading(number + 1, moment, stood))
        season = 1 + SWING * cos(2 * pi * (day.timetuple().tm_yday - SOLSTICE) / YEAR)
        stood += Decimal(round(use * season * rng.uniform(0.9, 1.1)))
    return found
