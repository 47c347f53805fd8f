"""Matters with duties as they were at the end of a day; their tables are read in one statement, once for all days needed by a page."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from greendistrict.core import clock, memoisation
from greendistrict.core.django_internals import CompiledFor
from greendistrict.workflow.history import Passed, Stay, changed_since, passed, stays, steps_column
from obligations.matters import Matter
from obligations.titled_districts import leading_of
from obligations.way import Day

Row = Mapping[str, Any]


class Since(NamedTuple):
    """The day since which matters were open or moved, with its first moment."""

    day: dt.date
    moment: dt.datetime


class MatterRows(NamedTuple):
    """One table of matters: what is read of those that were open or moved since a day.

    ``found(since)`` are these matters with all ``columns`` as fields or annotations. ``is_live(row, since)`` says the same of a row that
    is read already, so that rows read for one day serve a later one. ``days`` and ``moments`` are the columns that hold such. ``place``
    names the district; empty where the matter belongs to none, which is read for the whole city alone.
    """

    key: str
    found: Callable[[Since], QuerySet[Any]]
    columns: tuple[str, ...]
    is_live: Callable[[Row, Since], bool]
    days: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    place: str = "district"
    order: tuple[str, ...] = ("pk",)


_together: ContextVar[tuple[MatterRows, ...]] = ContextVar("tables read together", default=())
MARKS = (dt.date.min, dt.datetime.min.replace(tzinfo=dt.UTC))


@contextmanager
def together(tables: Iterable[MatterRows]) -> Iterator[None]:
    """Within the block, the first of these tables to be requested is read together with all others; only inside ``held_reads``."""
    token = _together.set(tuple(dict.fromkeys(tables)))
    try:
        yield
    finally:
        _together.reset(token)


def since_day(day: dt.date) -> Since:
    """The day with its first moment in Shanghai time."""
    return Since(day, dt.datetime.combine(day, dt.time.min, clock.SHANGHAI))


def rows_of(table: MatterRows, day: dt.date, only: Collection[int] | None) -> list[dict[str, Any]]:
    """Rows of matters open or moved since a day, of all districts or ``only`` some, in table order."""
    if only is not None and not (only and table.place):
        return []
    held = memoisation.once(_read_of, memoisation.as_key(only))
    if table.key not in held or held[table.key][0] > day:
        beside = _together.get()
        wanted = beside if table in beside else (table,)
        # one statement, compiled once per set of tables
        tables = [one for one in wanted if only is None or one.place]
        found = _compiled(tuple(tables)).read(only, *since_day(day))
        rows = json.loads(f"[{','.join(row for _, row in found)}]")  # all at once: one by one takes fourteen calls a row
        by_key = {read.key: [row for (key, _), row in zip(found, rows, strict=True) if key == read.key] for read in tables}
        held |= {read.key: (day, _in_order(read, by_key[read.key])) for read in tables}
    read_since, known = held[table.key]
    since = since_day(day)
    return known if read_since == day else [row for row in known if table.is_live(row, since)]


def _read_of(_only: Collection[int] | None) -> dict[str, tuple[dt.date, list[dict[str, Any]]]]:
    """Tables read for some districts so far: by their keys, since which day, and the rows."""
    return {}


@cache
def _compiled(tables: tuple[MatterRows, ...]) -> CompiledFor:

    def united(only: Collection[int] | None, day: dt.date, moment: dt.datetime) -> QuerySet[Any, Any]:
        first, *others = (_part(table, Since(day, moment), only) for table in tables)
        return first.union(*others, all=True) if others else first

    return CompiledFor(united, *MARKS)


def _part(table: MatterRows, since: Since, only: Collection[int] | None) -> QuerySet[Any, Any]:
    """Rows of one table as (key, JSON), so that tables can be united."""
    found = table.found(since) if only is None else table.found(since).filter(**{f"{table.place}__in": only})
    told = Cast(JSONObject(**{name: F(name) for name in table.columns}), TextField())
    rows: QuerySet[Any, Any] = found.order_by().annotate(told_key=Value(table.key, CharField()), told_row=told)
    return rows.values_list("told_key", "told_row")


def _in_order(table: MatterRows, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [(name, dt.date.fromisoformat) for name in table.days], [(name, dt.datetime.fromisoformat) for name in table.moments]
    for name, read in chain(*told):
        for row in rows:
            if row[name]:
                row[name] = read(row[name])
    return sorted(rows, key=itemgetter(*table.order))


def moved_since(steps: Sequence[Mapping[str, str]], since: Since) -> bool:
    """Condition: a column of steps (``workflow.history``) has a step since a moment."""
    return bool(steps) and dt.datetime.fromisoformat(steps[-1]["at"]) >= since.moment


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
