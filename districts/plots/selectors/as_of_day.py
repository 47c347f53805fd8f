"""A plot as it was on a day: later acquisitions, beginnings and completions are removed. Lists: ``districts/plot_changes``."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from districts.common.enums import Acquisition, PlotState
from districts.plots.models import Plot
from districts.plots.standing import late_dates
from greendistrict.accounts.selectors import has_people_by

# Only bodies with users in the portal; questions to others read 无记录, never 逾期.
OWED = has_people_by("organisation", "due_on")
SUPPLIED = (Acquisition.GRANT, Acquisition.ALLOCATION)
NOT_BEGUN, ACQUIRED = "未启动", "已取得"  # the report tells these apart; maps call both 未开工
KEPT, BUILDING, BUILT, UNFIT, UNCHECKED = (
    str(state.label) for state in (PlotState.KEPT, PlotState.BUILDING, PlotState.BUILT, PlotState.UNFIT, PlotState.UNCHECKED)
)


@dataclass(frozen=True)
class PlotOnDay:
    """A plot as it was on a day; ``late`` are the kinds overdue then."""

    number: str
    land_use: str
    area_ha: Decimal
    floor_area: Decimal | None
    buildable: bool
    acquisition: str
    planned_acquisition: dt.date | None
    planned_start: dt.date | None
    planned_finish: dt.date | None
    acquired_on: dt.date | None
    started_on: dt.date | None
    built_on: dt.date | None
    conforms: bool | None
    late: tuple[str, ...] = ()

    @property
    def is_supplied(self) -> bool:
        """Whether it was granted or allocated (八（三）)."""
        return self.acquired_on is not None and self.acquisition in SUPPLIED

    @property
    def state(self) -> str:
        """State of the plot as text."""
        if not self.buildable:
            return KEPT
        if self.built_on is not None:
            return {True: BUILT, False: UNFIT, None: UNCHECKED}[self.conforms]
        if self.started_on is not None:
            return BUILDING
        return ACQUIRED if self.acquired_on is not None else NOT_BEGUN


def plot_on(plot: Plot, day: dt.date) -> PlotOnDay:
    """A plot as it was on the day; late against its plan, not by an answer that others owe."""
    acquired, started, built = (until(getattr(plot, name), day) for name in ("acquired_on", "started_on", "built_on"))
    found = PlotOnDay(
        number=plot.number,
        land_use=plot.land_use,
        area_ha=plot.area_ha,
        floor_area=plot.floor_area,
        buildable=plot.buildable,
        acquisition=plot.acquisition,
        planned_acquisition=plot.planned_acquisition,
        planned_start=plot.planned_start,
        planned_finish=plot.planned_finish,
        acquired_on=acquired,
        started_on=started,
        built_on=built,
        conforms=plot.conforms if built else None,
    )
    return replace(found, late=late_dates(found, day))


def totals_on(plots: Collection[PlotOnDay]) -> dict[str, Any]:
    """Totals of plots as they were on a day, counted as ``totals_of`` counts those of today."""
    buildable = [plot for plot in plots if plot.buildable]
    return {
        "plots": len(plots),
        "area": sum((plot.area_ha for plot in plots), Decimal(0)),
        "floor": sum((plot.floor_area or Decimal(0) for plot in plots), Decimal(0)),
        "buildable": len(buildable),
        "acquired": sum(plot.is_supplied for plot in buildable),
        "built": sum(plot.conforms is True for plot in buildable),
        "failing": sum(plot.conforms is False for plot in buildable),
    }


def until(reached: dt.date | None, day: dt.date) -> dt.date | None:
    """The date of an event if it is not after ``day``, else None."""
    return reached if reached is not None and reached <= day else None
