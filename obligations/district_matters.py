"""Matters of a district with their steps, one statement for all of a kind, as they stood at the end of a day."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import Exists, Model, Q

from greendistrict.core import clock
from greendistrict.workflow.history import Passed, Stay, changed_since, passed, stays, steps_column
from obligations.matters import Day, Matter
from obligations.titled_districts import leading_of

ABOUT = ("pk", "status", "district_id", "district__name", "district__is_demo", "district__applicant_id", "district__applicant__name")


def matter_rows(model: type[Model], day: Day, only: Collection[int] | None, ended: Collection[str], *more: str, **columns: Any) -> Any:
    """Columns of matters that are open, or took a step in the year before the day, in one statement."""
    recent = dt.datetime.combine(day.since, dt.time.min, clock.SHANGHAI)
    live = ~Q(status__in=ended) | Exists(changed_since(model, recent))
    found = model._default_manager.filter(live, **({} if only is None else {"district__in": only}))
    rows = found.annotate(leading=leading_of("district_id"), steps=steps_column(model), **columns)
    return rows.order_by("pk").values(*ABOUT, *more, "leading", "steps", *columns)


class DistrictMatter:
    """One matter as it stood at the end of a day."""

    def __init__(self, row: Mapping[str, Any], day: Day, of: str, name: str, link: str) -> None:
        """Take a row of ``matter_rows``; ``of`` names its kind, ``name`` what it is called, ``link`` its page."""
        self.row, self.day, self._of, self._name, self._link = row, day, of, name, link

    @cached_property
    def steps(self) -> list[Passed]:
        """Its steps."""
        return passed(self.row["steps"])

    def stays(self, *states: str) -> list[Stay]:
        """Times in one of these states until the day."""
        return stays(self.steps, states, self.day.on)

    @cached_property
    def matter(self) -> Matter:
        """What all its obligations say alike."""
        row = self.row
        about = (row["district_id"], row["district__name"], row["district__is_demo"])
        applicant = (row["district__applicant_id"], row["district__applicant__name"] or "")
        return Matter(self._of, row["pk"], *about, *applicant, tuple(row["leading"]), self._name, self._link, row["status"])


def given_up(stay: Stay, steps: Iterable[str] = ("recall",)) -> bool:
    """Whether the stay ended because the district took back what it had handed in."""
    return stay.until is not None and stay.left in steps
