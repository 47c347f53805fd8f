"""Plots, key projects and municipal works of a district as of the snapshot day, with the shares of 八（一） and 八（三）."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.plot_changes.models import PlotChange
from districts.plot_changes.selectors import plots_on
from districts.plots.selectors.as_of_day import PlotOnDay, totals_on
from districts.projects.selectors import (
    ProjectOnDay,
    ProjectTotals,
    Slip,
    WorkOnDay,
    WorkTotals,
    late_works,
    projects_on,
    slips_of,
    totals_of_projects,
    totals_of_works,
    works_on,
)
from greendistrict.core.rounding import percent
from greendistrict.policy.engine import DISTRICT_TYPE
from greendistrict.policy.facts import FactValue
from greendistrict.policy.selectors import not_asked

GATES = {
    "plots_acquired_ratio": "已出让或划拨地块",
    "plots_built_ratio": "建成且符合地块",
    "main_works_built_ratio": "建成的主要市政设施",
    "key_projects_in_use_ratio": "投用的近期重点项目",
}
NOT_ASKED = "不适用"


@dataclass(frozen=True)
class Gate:
    """A share required by the policy over the frozen baseline; ``share`` is empty if unknown, and ``note`` says why.

    Of a type of district that the rule leaves out it is 不适用.
    """

    title: str
    done: int | None
    of: int | None
    share: str
    note: str


@dataclass(frozen=True)
class LandFigures:
    """The three lists with their totals on the snapshot day.

    ``changes`` are those after the day of which the list has the effect: only in editions closed before plots were read as of the day.
    """

    plots: tuple[PlotOnDay, ...]
    totals: Mapping[str, Any]
    projects: tuple[ProjectOnDay, ...]
    project_totals: ProjectTotals
    slips: tuple[Slip, ...]
    works: tuple[WorkOnDay, ...]
    work_totals: WorkTotals
    late_works: tuple[WorkOnDay, ...]
    gates: tuple[Gate, ...]
    changes: tuple[PlotChange, ...] = ()

    @property
    def areas(self) -> tuple[Decimal, Decimal | None]:
        """Land area in hectares and floor area of all plots; the latter None if no plot states one."""
        known = [plot.floor_area for plot in self.plots if plot.floor_area is not None]
        return self.totals["area"], sum(known, Decimal(0)) if known else None


def land_of(keys: Collection[int], day: dt.date, facts: Mapping[int, Mapping[str, FactValue]]) -> dict[int, LandFigures]:
    """By district: lists, totals and shares on ``day``, the shares from its policy facts of that day; four queries."""
    plots, projects, works, land = plots_on(keys, day), projects_on(keys, day), works_on(keys, day), {}
    for key in keys:
        own_projects, own_works = projects.get(key, []), works.get(key, [])
        land[key] = LandFigures(
            plots=tuple(plots.get(key, ())),
            totals=totals_on(plots.get(key, ())),
            projects=tuple(own_projects),
            project_totals=totals_of_projects(own_projects),
            slips=tuple(slip for project in own_projects for slip in slips_of(project, day)),
            works=tuple(own_works),
            work_totals=totals_of_works(own_works),
            late_works=tuple(late_works(own_works, day)),
            gates=tuple(_gate(name, facts[key]) for name in GATES),
        )
    return land


def _gate(name: str, facts: Mapping[str, FactValue]) -> Gate:
    if kind := not_asked(name, str(facts.get(DISTRICT_TYPE, FactValue()).value or "")):
        return Gate(GATES[name], None, None, NOT_ASKED, kind)
    fact = facts.get(name, FactValue())
    note = "；".join(part for part in (fact.note, fact.provisional) if part)
    if fact.number is None:
        return Gate(GATES[name], None, None, "", note)
    done, of = int(fact.numerator or 0), int(fact.denominator or 0)
    return Gate(GATES[name], done, of, percent(done, of), note)
