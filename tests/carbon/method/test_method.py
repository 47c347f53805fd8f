"""Method page: its example equals the output of the command for the same file, its factors those of the library."""

import json
from io import StringIO

from django.core.management import call_command

from carbon.enums import Sector
from carbon.method.selectors import COVERAGE, EXAMPLE, example

# Worked by hand:
# power  1200 万kWh × 4.2 = 5040;  gas  35.5 万m³ × 38.931 MJ/m³ × 56.1 kg/GJ = 775.3303305;  buses  86.4 × 4.2 = 362.88
# coal   26.6 (outside);  trees 12.345 and sun 80000 kWh × 0.5849 kg = 46.792 (subtracted)
# total  5040 + 775.3303305 + 362.88 − 12.345 − 46.792 = 6119.0733305
BY_HAND = {"total": "6119.07", "per_m2_kg": "50.992", "per_person_t": "1.748", "per_wan_gdp_t": "0.146"}


def computed():
    out = StringIO()
    call_command("carbon_inventory", EXAMPLE, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_example_is_worked_by_hand():
    assert {name: computed()[name] for name in BY_HAND} == BY_HAND


def test_the_page_is_the_command_to_the_last_digit():
    found, page = computed(), example()
    assert page["result"] == found
    assert [line.tco2e for line in page["lines"]] == [row["tco2e"] for row in found["activities"]]
    assert page["sectors"] == [(sector.label, found["sectors"][sector.value]) for sector in Sector]


def test_each_sector_says_what_it_counts_and_leaves_out():
    assert [one.sector for one in COVERAGE] == list(Sector)
    assert all(one.counted and one.left_out for one in COVERAGE)
