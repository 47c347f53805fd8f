"""An inventory calculated by hand, as typed; the same figures are in ``tests/carbon/test_inventory_file.py``."""

import datetime as dt
from dataclasses import asdict

from carbon.inventories import services
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.content import HeadTexts
from carbon.inventories.selectors import open_questions
from districts.common.enums import Stage
from greendistrict.core import clock
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.steps import step

NOW = at(2026, 2, 2)
HEAD = HeadTexts("120000", "3500", "42000", note="平稳（虚构）")
OWN = "核算说明（虚构）"
ROWS = (
    RowTexts("power", "building", "用电", "1200", "万kWh", "electricity-shanghai-guideline@2022", uncertainty="5", source="电表"),
    RowTexts("gas", "building", "燃气", "35.5", "万m3", "natural-gas-ipcc@2006", heating_value="38.931", heating_unit="MJ/m3"),
    RowTexts("coal", "industry", "煤", "10", "tce", "", "2.66", "tCO2e/tce", OWN),
    RowTexts("trees", "sink", "林地", "12.345", "t", "", "1", "tCO2e/t", OWN),
    RowTexts("sun", "renewable", "光伏", "80", "MWh", "", "0.5849", "kgCO2e/kWh", OWN),
)


def make_inventory(people, *, filled=True, year=2022, **more):
    """An inventory of a titled district, with the rows worked by hand unless ``filled=False``."""
    named = {"name": "演示碳排放城区（虚构）", "stage": Stage.PILOT, "titled_on": dt.date(2021, 5, 6)} | more
    with clock.at(NOW):
        found = services.open_inventory(district=make_district(people, **named), year=year, by=people.preparer)
        if filled:
            services.save(inventory=found, head=HEAD, boundary=None, rows=ROWS, version=0, by=people.preparer)
    found.refresh_from_db()
    return found


def to_filed(found, people, on=NOW):
    """What is asked explained, handed up by one person and signed by another."""
    with clock.at(on):
        if open_questions(found):
            services.explain(inventory=found, text="已核对（虚构）", version=found.version, by=people.preparer)
        step(found, "hand_up", people.preparer)
        return step(found, "sign", people.reviewer)


def filed_years(people, district, years, rows=ROWS):
    """Filed inventories of several years of a district, all with the same rows (those worked by hand: 47.968 kgCO₂e/m²)."""
    for year in years:
        found = services.open_inventory(district=district, year=year, by=people.preparer)
        services.save(inventory=found, head=HEAD, boundary=None, rows=rows, version=0, by=people.preparer)
        found.refresh_from_db()
        to_filed(found, people, max(clock.now(), at(year + 1, 1, 2)))


def posted(head=HEAD, rows=ROWS, version=0, **more):
    """What the page posts."""
    data = {"version": version, "rows": len(rows), "note": head.note, **head.sizes}
    for number, row in enumerate(rows):
        data |= {f"rows-{number}-{name}": text for name, text in asdict(row).items()}
    return data | more
