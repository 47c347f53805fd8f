"""Matters of districts (filings, assessments …) with their steps, as they were at the end of a day."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, Q, QuerySet

from greendistrict.workflow.history import Passed, Stay, changed_since, passed, stays, steps_column
from obligations.matter_rows import MatterRows, Row, Since, moved_since
from obligations.matters import Matter
from obligations.titled_districts import leading_of
from obligations.way import Day

DISTRICT = ("district_id", "district__name", "district__is_demo", "district__applicant_id", "district__applicant__name")
ABOUT = ("pk", "status", *DISTRICT)


def matter_table(
    model: type[Model],
    ended: Collection[str],
    *more: str,
    days: tuple[str, ...] = (),
    moments: tuple[str, ...] = (),
    **columns: ArraySubquery,
) -> MatterRows:
    """Table of matters that are open or were moved recently.

    ``more``, ``days`` (dates) and ``moments`` (date-times) name further fields, ``columns`` are subqueries.
    """

    def found(since: Since) -> QuerySet[Any]:
        live = ~Q(status__in=ended) | Exists(changed_since(model, since.moment))
        rows: QuerySet[Any] = model._default_manager.filter(live)
        annotated: QuerySet[Any] = rows.annotate(leading=leading_of("district_id"), steps=steps_column(model), **columns)
        return annotated

    def is_live(row: Row, since: Since) -> bool:
        return row["status"] not in ended or moved_since(row["steps"], since)

    names = (*ABOUT, *more, *days, *moments, "leading", "steps", *columns)
    return MatterRows(model._meta.label_lower, found, names, is_live, days, moments)


class DistrictMatter:
    """One matter as it was at the end of a day."""

    def __init__(self, row: Mapping[str, Any], day: Day, of: str, name: str, link: str) -> None:
        """Build from a row of ``matter_rows``; ``of`` is its kind, ``name`` its label, ``link`` its URL."""
        self.row, self.day, self._of, self._name, self._link = row, day, of, name, link

    @cached_property
    def steps(self) -> list[Passed]:
        """Its steps."""
        return passed(self.row["steps"])

    def stays(self, *states: str) -> list[Stay]:
        """Periods in one of these states, up to the day."""
        return stays(self.steps, states, self.day.on)

    @cached_property
    def matter(self) -> Matter:
        """Properties shared by all its obligations."""
        row = self.row
        about = (row["district_id"], row["district__name"], row["district__is_demo"])
        applicant = (row["district__applicant_id"], row["district__applicant__name"] or "")
        return Matter(self._of, row["pk"], *about, *applicant, tuple(row["leading"]), self._name, self._link, row["status"])


def given_up(stay: Stay, steps: Iterable[str] = ("recall",)) -> bool:
    """Whether the period ended because the district withdrew its filing."""
    return stay.until is not None and stay.left in steps
