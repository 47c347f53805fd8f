"""Fictional carbon reduction measures of a district, and a scenario with them."""

from decimal import Decimal

from carbon.enums import Sector
from carbon.measures.services import save_measure, save_scenario
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.workflow import second_person

# Name, sector, tCO₂e per year, 万元 once, 万元 per year, first and last year relative to the given one.
MEASURES = (
    ("公共建筑屋顶光伏（演示）", Sector.RENEWABLE, "620", "540", "-38", 1, 20),
    ("路灯节能改造（演示）", Sector.MUNICIPAL, "85", "96", "-14", 0, 9),
    ("既有办公楼外墙和空调改造（演示）", Sector.BUILDING, "410", "1250", "-22", 2, 21),
    ("公交充电场站（演示）", Sector.TRANSPORT, "150", "320", "6", 1, 12),
)
SOURCE = "演示测算，数值为虚构"


def enter_measures(district: District, by: User, checker: User, *, year: int) -> None:
    """Enter the measures, of which the last one waits to be checked, and a scenario with the first one and half of the third."""
    rows = []
    for name, sector, tonnes, once, yearly, first, last in MEASURES:
        values = {"name": name, "sector": sector.value, "tco2e": Decimal(tonnes), "investment": Decimal(once), "yearly": Decimal(yearly)}
        values |= {"first": year + first, "last": year + last, "source": SOURCE}
        rows.append(save_measure(district=district, values=values, by=by))
    for row in rows[:-1]:
        second_person.check(row=row, by=checker)
    shares = {rows[0].pk: Decimal(100), rows[2].pk: Decimal(50)}
    save_scenario(district=district, name="光伏先行（演示）", note="演示试算", shares=shares, by=by)
