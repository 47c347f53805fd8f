"""Errors planted outside the score table: 美丽上海, inventories, ledger, base data of a district, plots, works, projects, plans.

Each kind is drawn with a seed into a clean world whose figures share no constant with the rules; a finding counts where it is new.
"""

import datetime as dt
import math
import random
import sys
from collections import Counter
from decimal import Decimal

import pytest

from beautiful.area_indicators.questions import RecordedFigure, asked_of_figure
from beautiful.plans.content import TaskContent
from beautiful.plans.questions import Statement, asked_of_quarter
from carbon.inventories.content import asked_of_inventory
from districts.plausibility.comparisons import Figure, Scale
from operation.ledger.services import asked_of_entry
from tests.districts.plausibility.files import LIMITS, TODAY, BaseData, PlanItems, Plots, Projects, Reserves, SpecialPlans, Works, number

AREA = pytest.mark.area("districts", "beautiful", "carbon", "operation")
SEEDS, WORLDS, PLANTED = (21, 22, 23), 60, 60
QUARTERS = [(year, quarter) for year in (2026, 2027, 2028) for quarter in (1, 2, 3, 4)]


def growth(rng):
    """A usual year: a little more or less."""
    return math.exp(rng.gauss(0.03, 0.08))


class Quarters:
    """Running sums of a task: about even steps, now and then a quarter without progress that says why."""

    kinds = ("factor", "thousandth", "swapped", "sign", "previous", "unit")

    def __init__(self, rng):
        start, target = rng.choice([(0, 60), (0, 4.2), (35, 28), (120, 900)])
        self.content = TaskContent("", "", "公里", number(start), number(target), dt.date(2026, 1, 1), dt.date(2028, 12, 31), "")
        step, at, self.values, self.problems = (target - start) / 12, start, {}, {}
        for quarter in QUARTERS[: rng.randint(3, 11)]:
            moved = 0 if rng.random() < 0.08 else step * math.exp(rng.gauss(0, 0.35))
            self.problems[quarter] = "" if moved else "用地未落实（虚构）"
            at += moved
            self.values[quarter] = number(at, 4)
        self.quarter = rng.choice(list(self.values)[1:])

    def asked(self, values=None):
        values = values or self.values
        others = {key: value for key, value in values.items() if key < self.quarter}
        return asked_of_quarter(self.content, Statement(self.quarter, values[self.quarter], self.problems[self.quarter]), others, LIMITS)

    def plant(self, kind, rng):
        value, before = self.values[self.quarter], list(self.values)[list(self.values).index(self.quarter) - 1]
        self.problems[self.quarter] = ""
        if kind == "swapped":
            return self.asked({**self.values, self.quarter: self.values[before], before: value})
        changed = {
            "factor": value * 10 ** rng.choice((1, 2)), "thousandth": value / 1000, "sign": -value, "previous": self.values[before],
            "unit": value * 1000,
        }  # fmt: skip
        return self.asked({**self.values, self.quarter: changed[kind]})


class CityFigures:
    """A figure of the city and that of the year before."""

    kinds = ("factor", "thousandth", "sign", "previous", "unit", "unfinished")

    def __init__(self, rng):
        self.unit = rng.choice(("%", "公顷", "万吨", "微克/立方米"))
        value = rng.uniform(20, 80) if self.unit == "%" else math.exp(rng.uniform(1, 9))
        self.before = RecordedFigure("演示（虚构）", self.unit, 2025, number(value))
        now = value + rng.gauss(1, 2) if self.unit == "%" else value * growth(rng)
        self.now = self.before._replace(year=2026, value=number(now, 3))

    def asked(self, now=None):
        return asked_of_figure(now or self.now, self.before, LIMITS, TODAY)

    def plant(self, kind, rng):
        value = self.now.value
        if kind == "unfinished":
            return self.asked(self.now._replace(year=2027))
        changed = {
            "factor": value * 10 ** rng.choice((1, 2, 3)), "thousandth": value / 1000, "sign": -value, "previous": self.before.value,
            "unit": value / 100 if self.unit == "%" else value * 10_000,
        }  # fmt: skip
        return self.asked(self.now._replace(value=changed[kind]))


def content(sizes, rows):
    """Content of an inventory as it is filed: sizes, and rows of (name, amount, unit, tonnes)."""
    told = [{"sector": "building", "name": name, "amount": str(amount), "unit": unit, "tco2e": str(t)} for name, amount, unit, t in rows]
    return {"boundary": {name: str(value) for name, value in sizes.items()}, "rows": told}


class Inventories:
    """An inventory and last year's."""

    kinds = ("factor", "thousandth", "swapped", "previous", "carried", "unit", "broken")

    def __init__(self, rng):
        people = rng.uniform(3_000, 90_000)
        self.before = {
            "area_m2": number(people * rng.uniform(30, 60), 0),
            "population": number(people, 0),
            "gdp_wan": number(people * 14, 0),
        }
        self.sizes = {name: number(float(value) * growth(rng), 0) for name, value in self.before.items()}
        amounts = [
            (name, rng.uniform(20, 4000), factor) for name, factor in (("用电", 5.8), ("燃气", 21.6), ("汽油", 3.1), ("自来水", 1.7))
        ]
        self.was = [(name, number(amount), "万单位", number(amount * factor)) for name, amount, factor in amounts]
        grown = [(name, amount * growth(rng), factor) for name, amount, factor in amounts]
        self.rows = [(name, number(amount), "万单位", number(amount * factor)) for name, amount, factor in grown]

    def asked(self, sizes=None, rows=None):
        return asked_of_inventory(content(sizes or self.sizes, rows or self.rows), content(self.before, self.was), LIMITS)

    def plant(self, kind, rng):
        at = rng.randrange(len(self.rows))
        name, amount, unit, tonnes = self.rows[at]

        def with_row(row):
            return self.asked(rows=[*self.rows[:at], row, *self.rows[at + 1 :]])

        if kind == "previous":
            return self.asked(self.before, self.was)
        if kind == "carried":  # the rows of last year under this year's sizes, one of them measured
            return self.asked(rows=[self.rows[at] if row == at else self.was[row] for row in range(len(self.was))])
        if kind == "swapped":
            return self.asked({**self.sizes, "population": self.sizes["gdp_wan"], "gdp_wan": self.sizes["population"]})
        times = {"factor": 10 ** rng.choice((1, 2, 3)), "thousandth": Decimal("0.001")}.get(kind)
        if times:
            return with_row((name, amount * times, unit, tonnes * times))
        if kind == "unit":  # 万 lost: the amount reads alike, its tonnes do not
            return with_row((name, amount, "单位", tonnes / 10_000))
        return with_row((name, amount, unit, tonnes * 1000))  # a factor of another unit


class Entries:
    """Funds, bodies and energy audits of a year beside last year's of the same name."""

    kinds = ("factor", "thousandth", "swapped", "previous", "unit")

    def __init__(self, rng):
        consumed = rng.uniform(60, 4000)
        fields = {
            "area": ("建筑面积", "m²", consumed * rng.uniform(20, 60)), "consumed": ("年用能", "tce", consumed),
            "saving": ("年节能潜力", "tce", consumed * rng.uniform(0.05, 0.2)),
        }  # fmt: skip
        self.before = {name: Figure(label, unit, number(value), Scale.AMOUNT) for name, (label, unit, value) in fields.items()}
        self.now = {name: one._replace(number=number(float(one.number) * growth(rng), 2)) for name, one in self.before.items()}

    def asked(self, now=None):
        return list(asked_of_entry(now or self.now, self.before, LIMITS))

    def plant(self, kind, rng):
        name = rng.choice(list(self.now))
        value = self.now[name].number
        if kind == "previous":
            return self.asked(self.before)
        if kind == "swapped":
            one, other = self.now["consumed"], self.now["saving"]
            return self.asked({**self.now, "consumed": one._replace(number=other.number), "saving": other._replace(number=one.number)})
        times = {"factor": Decimal(10) ** rng.choice((1, 2, 3)), "thousandth": Decimal("0.001"), "unit": Decimal(10_000)}[kind]
        return self.asked({**self.now, name: self.now[name]._replace(number=value * times)})


KINDS = (Quarters, CityFigures, Inventories, Entries, BaseData, Plots, Works, Projects, Reserves, PlanItems, SpecialPlans)


@AREA
@pytest.mark.parametrize("world", KINDS)
def test_clean_papers_raise_few_alarms(world):
    flagged, rules = 0, Counter()
    for seed in SEEDS:
        rng = random.Random(f"{seed} clean {world.__name__}")  # noqa: S311 -- a seeded draw must repeat
        for _ in range(WORLDS):
            found = world(rng).asked()
            flagged += bool(found)
            rules.update(one.rule for one in found)
    share = flagged / (WORLDS * len(SEEDS))
    sys.stdout.write(f"{world.__name__}: {flagged} of {WORLDS * len(SEEDS)} clean papers asked ({share:.1%}) {dict(rules)}\n")
    assert share <= 0.03


@AREA
@pytest.mark.parametrize(("world", "kind"), [(world, kind) for world in KINDS for kind in world.kinds])
def test_planted_errors_are_asked(world, kind):
    asked = planted = 0
    for seed in SEEDS:
        rng = random.Random(f"{seed} {kind} {world.__name__}")  # noqa: S311 -- a seeded draw must repeat
        for _ in range(PLANTED):
            clean = world(rng)
            while clean.asked():
                clean = world(rng)
            planted += 1
            asked += bool(clean.plant(kind, rng))
    sys.stdout.write(f"{world.__name__} {kind}: {asked} of {planted} asked ({asked / planted:.1%})\n")
    assert asked / planted >= 0.95
