"""What the checks catch and how often they are wrong, on tables from a generator that shares no constants with them."""

import datetime as dt
import random
import sys
from collections import Counter

import pytest

from assessments.findings.selectors.check import limits_of
from assessments.findings.selectors.row_status import standing_of
from assessments.plausibility.registry import check
from greendistrict.core import clock
from tests.factories.plausible import DRAWN, KINDS, TODAY, Planter, World, second_year

pytestmark = pytest.mark.slow
SEEDS = (11, 12, 13)


@pytest.fixture(scope="module")
def worlds():
    return {seed: [world.sheet(index) for index in range(DRAWN["districts"])] for seed, world in ((one, World(one)) for one in SEEDS)}


def keys(findings):
    return {(one.item_id, one.rule) for one in findings}


def test_clean_tables_raise_few_alarms(worlds):
    limits, rows, alarms, by_rule = limits_of(), 0, 0, Counter()
    for seed, sheets in worlds.items():
        seed_rows = seed_alarms = 0
        for sheet in sheets:
            found = check(sheet, limits)
            by_rule.update(one.rule for one in found)
            seed_rows += len(sheet.entries)
            seed_alarms += len({one.item_id for one in found})
        sys.stdout.write(f"seed {seed}: {seed_alarms} of {seed_rows} clean rows flagged ({seed_alarms / seed_rows:.2%})\n")
        rows, alarms = rows + seed_rows, alarms + seed_alarms
    sys.stdout.write(f"all: {alarms / rows:.2%}, by rule {dict(by_rule)}\n")
    assert alarms / rows <= 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_planted_errors_are_caught(worlds, kind):
    limits, planted, caught = limits_of(), 0, 0
    for seed, sheets in worlds.items():
        rng = random.Random(f"{seed} {kind}")  # noqa: S311 -- a seeded draw must repeat
        for _ in range(DRAWN["planted"]["per_kind"]):
            changed = None
            while changed is None:
                clean = rng.choice(sheets)
                changed = getattr(Planter(rng), kind)(clean)
            sheet, item_id, names = changed
            new = keys(check(sheet, limits)) - keys(check(clean, limits))
            planted += 1
            caught += any((item_id, name) in new for name in names)
    sys.stdout.write(f"{kind}: {caught} of {planted} caught ({caught / planted:.1%})\n")
    assert caught / planted >= 0.95


def opened_rows(world):
    """Rows, rows opened, and why, over the districts of a seed."""
    rows, opened, why = 0, 0, Counter()
    for index in range(DRAWN["districts"]):
        for item, row, entry, offers in second_year(world, index):
            one = standing_of(item, row, entry, offers, returned=False)
            rows, opened = rows + 1, opened + one.opens
            why.update(list(one.why))
            assert one.holds != one.opens
    return rows, opened, why


def test_a_second_year_opens_few_rows():
    rows = opened = 0
    with clock.at(dt.datetime.combine(TODAY, dt.time(9), tzinfo=clock.SHANGHAI)):
        told = [(seed, *opened_rows(World(seed))) for seed in SEEDS]
    for seed, seed_rows, seed_opened, why in told:
        sys.stdout.write(f"seed {seed}: {seed_opened} of {seed_rows} rows opened ({seed_opened / seed_rows:.1%}), {dict(why)}\n")
        rows, opened = rows + seed_rows, opened + seed_opened
    sys.stdout.write(f"all: {opened / rows:.1%}\n")
    assert opened / rows <= 0.30
