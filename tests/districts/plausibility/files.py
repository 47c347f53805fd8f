"""Clean worlds of what a district files, and errors planted in them: base data, plots, works, projects, plans (pure, seeded)."""

import datetime as dt
import math
from decimal import Decimal

from districts.plausibility.comparisons import limits_of
from districts.plausibility.expectations import (
    CarbonBeside,
    IntensityPath,
    Sizes,
    SizesOfParts,
    asked_of_design,
    asked_of_path,
    asked_of_sizes,
)
from districts.plausibility.plot_sizes import OtherPlots, PlotSizes, PlotSurroundings, asked_of_plot, asked_of_plot_days
from districts.plausibility.undertakings import Funds, ProjectFigures, asked_of_plan_item, asked_of_project, asked_of_reserve, asked_of_work

LIMITS = limits_of()
TODAY = dt.date(2027, 2, 20)


def number(value, digits=2):
    return Decimal(repr(round(value, digits)))


def around(rng, value, spread):
    """A figure of its usual size."""
    return value * math.exp(rng.gauss(0, spread))


def times(rng):
    """A slip of the decimal point to either side."""
    return Decimal(10) ** rng.choice((-2, -1, 1, 2))


def swapped_years(days, rng):
    """The days with the years of two of them exchanged, or one of them with two digits of the year exchanged or mistyped."""
    first, *_, last = days
    if days[first].year != days[last].year and rng.random() < 0.5:
        years = {first: days[last].year, last: days[first].year}
        return {**days, **{name: days[name].replace(year=year, day=1) for name, year in years.items()}}
    year = rng.choice((2062, 2206, 1926, 2002))
    return {**days, last: days[last].replace(year=year, day=1)}


def row_of_days(rng, *names, first=dt.date(2025, 3, 1), step=(60, 700)):
    """Days that follow each other."""
    found, at = {}, first + dt.timedelta(days=rng.randint(0, 500))
    for name in names:
        found[name] = at
        at += dt.timedelta(days=rng.randint(*step))
    return found


class BaseData:
    """Sizes of a district with a drawn boundary, plots and, of every second, sub-areas; as filled in first."""

    kinds = ("factor", "thousandth", "swapped", "unit", "digits", "developable", "edited")

    def __init__(self, rng):
        area, dense = rng.uniform(1.1, 14), around(rng, 11_500, 0.45)
        people = area * dense
        floors = people * around(rng, 88, 0.35) / 10_000
        land = area * rng.uniform(0.4, 0.8)
        self.sizes = Sizes(number(area, 4), number(land, 4), round(people), number(floors))
        drawn = number(area * rng.uniform(0.95, 1.05), 4)
        plots = land * rng.uniform(0.6, 0.97) * 100
        apart = self.sizes.area_km2 if rng.random() < 0.5 else None
        self.parts = SizesOfParts(drawn, apart, number(plots * 1.2), number(plots), number(floors * 9000))

    def asked(self, sizes=None, stored=Sizes()):  # noqa: B008 -- a tuple
        return asked_of_sizes(sizes or self.sizes, stored, self.parts, LIMITS)

    def plant(self, kind, rng):
        sizes, free = self.sizes, rng.choice(("area_km2", "population", "floor_area_forecast"))
        if kind == "swapped":
            return self.asked(sizes._replace(population=round(sizes.floor_area_forecast), floor_area_forecast=Decimal(sizes.population)))
        if kind == "unit":  # 万人, 公顷, m²
            slips = {
                "population": sizes.population // 10_000,
                "area_km2": sizes.area_km2 * 100,
                "floor_area_forecast": sizes.floor_area_forecast * 10_000,
            }
            return self.asked(sizes._replace(**{free: slips[free]}))
        if kind == "digits":
            return self.asked(sizes._replace(area_km2=sizes.area_km2 * Decimal(rng.choice(("0.6", "1.5", "2.7")))))
        if kind == "developable":
            return self.asked(sizes._replace(developable_km2=sizes.developable_km2 / 10))
        if kind == "edited":
            return self.asked(sizes._replace(population=sizes.population * 10), stored=sizes)
        by = Decimal("0.001") if kind == "thousandth" else times(rng)
        return self.asked(sizes._replace(**{free: getattr(sizes, free) * by}))


class Plots:
    """A plot among those of its district, with the days planned for it; every second is drawn."""

    kinds = ("factor", "unit", "swapped", "digits", "years", "edited")
    usual = (("0701", 1.9), ("0801", 1.0), ("0901", 3.0), ("1001", 1.6))

    def __init__(self, rng):
        def plot(land_use, floors):
            area = around(rng, 2.4, 0.5)
            return PlotSizes(land_use, number(area, 4), number(area * 10_000 * around(rng, floors, 0.35)))

        others = [plot(*rng.choice(self.usual)) for _ in range(rng.randint(8, 60))]
        self.sizes = plot(*rng.choice(self.usual))
        total = sum((one.area_ha for one in others), self.sizes.area_ha)
        self.drawn = number(float(self.sizes.area_ha) * rng.uniform(0.96, 1.04), 4)
        self.around = PlotSurroundings(
            OtherPlots(others), self.drawn if rng.random() < 0.5 else None, total * Decimal(rng.choice(("1.3", "2.1")))
        )
        self.days = row_of_days(rng, "planned_acquisition", "planned_start", "planned_finish")

    def asked(self, sizes=None, stored=PlotSizes(), around=None, days=None):  # noqa: B008 -- a tuple
        found = asked_of_plot(sizes or self.sizes, stored, around or self.around, LIMITS)
        return [*found, *asked_of_plot_days(days or self.days, TODAY)]

    def plant(self, kind, rng):
        sizes, name = self.sizes, rng.choice(("area_ha", "floor_area"))
        if kind == "years":
            return self.asked(days=swapped_years(self.days, rng))
        if kind == "edited":
            return self.asked(sizes._replace(floor_area=sizes.floor_area * 10), stored=sizes)
        if kind == "digits":
            return self.asked(
                sizes._replace(area_ha=sizes.area_ha * Decimal(rng.choice(("0.6", "1.5")))),
                around=self.around._replace(drawn_ha=self.drawn),
            )
        if kind == "swapped":
            return self.asked(PlotSizes(sizes.land_use, sizes.floor_area, sizes.area_ha))
        if kind == "unit":
            return self.asked(
                sizes._replace(
                    **{"area_ha": {"area_ha": sizes.area_ha * 10_000}, "floor_area": {"floor_area": sizes.floor_area / 10_000}}[name]
                )
            )
        return self.asked(sizes._replace(**{name: getattr(sizes, name) * times(rng)}))


class Works:
    """A work of a district; a first length has only the size of its district to be compared with."""

    kinds = ("kilometres", "thousandfold", "edited", "years")

    def __init__(self, rng):
        self.area = number(rng.uniform(1.5, 14), 4)
        self.length = number(around(rng, 1100, 0.6), 1)
        self.days = row_of_days(rng, "planned_start", "planned_finish", "started_on")
        self.days["started_on"] = self.days["planned_start"] + dt.timedelta(days=rng.randint(-60, 200))

    def asked(self, length=None, stored=None, days=None):
        return asked_of_work(length or self.length, stored, days or self.days, self.area, limits=LIMITS, today=TODAY)

    def plant(self, kind, rng):
        if kind == "years":
            planned = {name: self.days[name] for name in ("planned_start", "planned_finish")}
            return self.asked(days={**self.days, **swapped_years(planned, rng)})
        by = {"kilometres": Decimal("0.001"), "thousandfold": Decimal(1000), "edited": times(rng)}[kind]
        return self.asked(self.length * by, stored=self.length if kind == "edited" else None)


class Projects:
    """A key project: 万元, plots, state and days."""

    kinds = ("unit", "edited", "years", "state")

    def __init__(self, rng):
        self.days = row_of_days(rng, "planned_start", "planned_finish", "started_on", "finished_on", step=(60, 500))
        self.days["started_on"] = self.days["planned_start"] + dt.timedelta(days=rng.randint(-60, 100))
        self.days["finished_on"] = self.days["started_on"] + dt.timedelta(days=rng.randint(90, 900))
        self.state = rng.choice(("planned", "building", "completed", "in_use"))
        gone = {"planned": ("started_on", "finished_on"), "building": ("finished_on",)}.get(self.state, ())
        self.days = {name: day for name, day in self.days.items() if name not in gone}
        self.money = number(around(rng, 9000, 0.8), 0)
        self.floors = self.money / number(rng.uniform(0.3, 1.4)) if rng.random() < 0.5 else None

    def asked(self, money=None, stored=None, days=None, state=None):
        made = ProjectFigures(money or self.money, self.floors, state or self.state, days or self.days)
        return asked_of_project(made, stored, LIMITS, TODAY)

    def plant(self, kind, rng):
        if kind == "years":
            planned = {name: self.days[name] for name in ("planned_start", "planned_finish")}
            return self.asked(days={**self.days, **swapped_years(planned, rng)})
        if kind == "state":
            return self.asked(state="planned" if self.state != "planned" else "building")
        if kind == "edited":
            return self.asked(self.money * times(rng), stored=self.money)
        return self.asked(self.money * Decimal(rng.choice(("10000", "0.0001"))))  # 元, 亿元


class Reserves:
    """A project of the reserve libraries, whole or part of a key project."""

    kinds = ("unit", "linked", "edited", "years")

    def __init__(self, rng):
        self.funds = Funds(number(around(rng, 4000, 0.8)), number(around(rng, 3000, 0.8)), None)
        self.money = number(float(self.funds.total) * rng.uniform(1.02, 5))
        self.days = row_of_days(rng, "starts_on", "ends_on", step=(100, 1200))

    def asked(self, funds=None, stored=Funds(), days=None):  # noqa: B008 -- a tuple
        return asked_of_reserve(funds or self.funds, stored, list((days or self.days).values()), self.money, limits=LIMITS, today=TODAY)

    def plant(self, kind, rng):
        if kind == "years":
            return self.asked(days=swapped_years(self.days, rng))
        by = {"linked": Decimal(rng.choice((10, 100))), "edited": times(rng)}.get(kind, Decimal(rng.choice(("10000", "0.0001"))))
        wrong = Funds(*(one and one * by for one in self.funds))
        return self.asked(wrong, stored=self.funds if kind == "edited" else Funds())


class PlanItems:
    """A work of a yearly plan."""

    kinds = ("unit", "edited", "year")

    def __init__(self, rng):
        self.money = number(around(rng, 300, 0.8), 1)
        start = dt.date(2027, 1, 1) + dt.timedelta(days=rng.randint(-200, 330))
        self.days = [start, max(start, dt.date(2027, 1, 1)) + dt.timedelta(days=rng.randint(20, 500))]

    def asked(self, money=None, stored=None, days=None):
        return asked_of_plan_item(money or self.money, stored, days or self.days, 2027, LIMITS)

    def plant(self, kind, rng):
        if kind == "year":
            by = rng.choice((-10, 10))
            return self.asked(days=[day.replace(year=day.year + by, day=1) for day in self.days])
        return self.asked(self.money * (times(rng) if kind == "edited" else 100_000), stored=self.money if kind == "edited" else None)


class SpecialPlans:
    """Carbon targets of a specialised plan beside its indicator system and today's value, and the days of its design."""

    kinds = ("factor", "unit", "system", "swapped", "years", "design", "today")

    def __init__(self, rng):
        value = self.reached = number(rng.uniform(34, 62))
        stages = {}
        for year in (2028, 2030, 2035):
            value = stages[year] = number(float(value) * rng.uniform(0.78, 0.96))
        self.path = IntensityPath(number(float(value) * rng.uniform(1, 1.1)), stages)
        self.beside = CarbonBeside({2030: stages[2030]} if rng.random() < 0.5 else {}, (2026, self.reached))
        self.days = row_of_days(rng, "design_started_on", "scheme_started_on", "design_approved_on", step=(40, 300))

    def asked(self, path=None, beside=None, days=None):
        return [*asked_of_path(path or self.path, beside or self.beside, LIMITS, TODAY), *asked_of_design(days or self.days, TODAY)]

    def plant(self, kind, rng):
        path, year = self.path, rng.choice(list(self.path.stages))
        if kind == "design":
            return self.asked(days=swapped_years(self.days, rng))
        if kind in ("system", "today"):
            wrong = {"system": {2030: path.stages[2030] * Decimal("1.1")}, "today": (2026, path.stages[2028] * Decimal("0.9"))}
            return self.asked(beside=self.beside._replace(**{kind: wrong[kind]}))
        if kind == "years":
            return self.asked(path._replace(stages={2008 if one == 2028 else one: value for one, value in path.stages.items()}))
        by = {"factor": times(rng), "unit": Decimal(rng.choice(("0.001", "1000")))}.get(kind)
        if by and rng.random() < 0.3:
            return self.asked(path._replace(target=path.target * by))
        if by:
            return self.asked(path._replace(stages={**path.stages, year: path.stages[year] * by}))
        return self.asked(path._replace(stages={**path.stages, 2028: Decimal(2028), 2030: Decimal(2030)}))  # the columns swapped
