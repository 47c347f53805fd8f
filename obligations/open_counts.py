"""Open obligations counted in SQL, for the work desk and the city's figures.

Duties of all titled districts are counted in one statement. Waived or extended ones and record-based ones are few and read one by
one (``single``).
"""

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse

from districts.file.selectors.lists import LEADING_ROWS, TITLED_ROWS
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.policy.parameters import first_day_in_use
from obligations.collectors import YEARLY, of_records
from obligations.decisions import decided, decisions
from obligations.duties import Obligation, Yearly, yearly_key
from obligations.selectors import (
    acts,
    in_sight,
    is_listed,
    obligations_visible_to,
    of_all_bodies,
    opened,
    read_by,
    readable_links,
    sees_all,
    yearly_owed,
    years_since_use,
)
from obligations.titled_districts import former_holders
from obligations.way import Day

# Districts with an unmet obligation of ``duty``, without those of ``beside`` (listed one by one). Names in Python's order.
# The subqueries ``record`` and ``titled`` come from the apps that own these tables.
UNMET = """
    WITH duty (place, records, year, due) AS (SELECT * FROM unnest(%s::int[], %s::text[], %s::int[], %s::date[])),
    record AS ({record}),
    titled AS ({titled})
    SELECT {columns}
    FROM duty
    JOIN titled d ON COALESCE(d.since <= duty.year, true) AND d.joined <= duty.due
    LEFT JOIN record ON record.kind = duty.records AND record.year = duty.year AND record.district_id = d.id
    {joined}
    WHERE record.met IS NOT TRUE AND (duty.place, d.id) NOT IN (SELECT * FROM unnest(%s::int[], %s::bigint[]))
    GROUP BY 1, 2 ORDER BY 1, 2
"""
COUNTED = {"columns": 'duty.place, d.is_demo, count(*), min(d.name COLLATE "C"), min(record.id), min(d.id)', "joined": ""}
LATE = {"columns": "d.is_demo, body.organisation_id, count(*)", "joined": f"JOIN ({LEADING_ROWS}) body ON body.district_id = d.id"}


class OpenCount(NamedTuple):
    """Number of open obligations that differ only in their district, and the first of them by district name.

    ``link`` is that of a single obligation, or of the list of several. ``is_of_body``: they belong to no district, ``district`` names the
    debtor. ``others`` names the debtor if the reader need not act.
    """

    due: dt.date
    title: str
    cite: str
    number: int
    district: str
    link: str
    is_default_date: bool
    is_demo: bool
    kind: str = ""
    year: int = 0
    is_of_body: bool = False
    others: str = ""


def open_count_of(row: Obligation, *, is_others: bool = False) -> OpenCount:
    """Count of a single obligation."""
    return OpenCount(
        due=row.due,
        title=row.title,
        cite=row.cite,
        number=1,
        district=row.district or row.organisation,
        link=row.link,
        is_default_date=row.is_default_date,
        is_demo=row.is_demo,
        kind=row.kind,
        year=row.year,
        is_of_body=row.district_id is None,
        others=row.organisation if is_others else "",
    )


def open_counts_of(rows: Iterable[Obligation], others: Container[str] = ()) -> list[OpenCount]:
    """Counts of open obligations; ``others`` are keys that the reader need not act on."""
    return [open_count_of(row, is_others=row.key in others) for row in rows if row.is_open]


@dataclass(frozen=True)
class Owed:
    """Visible obligations, counted or listed one by one. ``others``: keys of those that the reader need not act on."""

    today: dt.date
    yearly: Mapping[int, Yearly] = field(default_factory=dict)
    counted: Sequence[OpenCount] = ()
    single: Sequence[Obligation] = ()
    beside: Sequence[tuple[int, int]] = ()
    others: frozenset[str] = frozenset()

    @property
    def open_counts(self) -> list[OpenCount]:
        """All open obligations."""
        return [*self.counted, *open_counts_of(self.single, self.others)]

    def overdue(self) -> int:
        """Number of overdue obligations."""
        return sum(entry.number for entry in self.open_counts if self.today > entry.due)

    def overdue_of(self, *, demo: bool) -> int:
        """Number of overdue obligations of fictional or real districts."""
        return sum(entry.number for entry in self.open_counts if self.today > entry.due and entry.is_demo == demo)

    def late_of_city(self, *, demo: bool) -> int:
        """Overdue obligations without a responsible leading body: those of the city and others."""
        return sum(row.is_demo == demo and not row.authority_ids and row.is_overdue(self.today) for row in self.single)

    def late_by_body(self, *, demo: bool) -> Counter[int]:
        """Overdue obligations by leading body; one query if any have to be counted."""
        single = (row for row in self.single if row.is_demo == demo and row.is_overdue(self.today))
        found = Counter(body for row in single for body in row.authority_ids)
        if not any(entry.is_demo == demo and self.today > entry.due for entry in self.counted):
            return found
        late = {place: duty for place, duty in self.yearly.items() if self.today > duty.due}
        return found + Counter({body: count for fiction, body, count in _read(LATE, late, self.beside) if fiction == demo})

    def day_of(self, kind: str, year: int) -> dt.date | None:
        """Due date of the duty for a year; None if it is not due."""
        return next((duty.due for duty in self.yearly.values() if (duty.key, duty.year) == (kind, year)), None)

    def of_ended(self, kind: str, year: int, *, demo: bool) -> list[Obligation]:
        """Duties for the year of fictional or real districts that have lost their title since, met or not."""
        return [row for row in self.single if row.ended_on and not row.waived and (row.kind, row.year, row.is_demo) == (kind, year, demo)]

    def waived(self, kind: str, year: int) -> set[int]:
        """Districts with a waiver for the year."""
        return {row.district_id for row in self.single if row.district_id and (row.kind, row.year) == (kind, year) and row.waived}


def owed_in_sight(viewer: Viewer) -> Owed:
    """Visible obligations for a work desk: see ``obligations_visible_to``."""
    if viewer.held.is_keeper or not sees_all(viewer.held):
        rows = obligations_visible_to(viewer)
        return Owed(viewer.as_of, single=rows, others=frozenset(row.key for row in rows if not acts(viewer.held, row)))
    found = _owed_by_all(viewer)
    readable = readable_links(viewer, {entry.link for entry in found.counted})
    counted = [entry if readable is None or entry.link in readable else entry._replace(link="") for entry in found.counted]
    others = frozenset(row.key for row in found.single if not acts(viewer.held, row))
    return replace(found, counted=counted, single=opened(viewer, found.single), others=others)


def overdue_count(viewer: Viewer) -> int:
    """Number of visible overdue obligations."""
    if sees_all(viewer.held) and not viewer.held.is_keeper:
        return _owed_by_all(viewer).overdue()
    return sum(row.is_overdue(viewer.as_of) for row in in_sight(viewer))


def _owed_by_all(viewer: Viewer) -> Owed:
    with held_reads():
        exempted = decisions()
        since = first_day_in_use()
        dues = (due for duty in YEARLY.values() for due in duty.dues(years_since_use(duty, viewer.as_of)) if due.due >= since)
        yearly = dict(enumerate(dues))
        # the exempted yearly obligations as (index of the duty, district)
        places = {(duty.key, duty.year): place for place, duty in yearly.items()}
        parts = [part for key in exempted if (part := yearly_key(key)) is not None]
        beside = [(places[part.kind, part.year], part.district) for part in parts if (part.kind, part.year) in places]
        single = of_records(Day.of(viewer), None, held=viewer.held) + of_all_bodies(Day.of(viewer))
        if districts := {*(district for _, district in beside), *(row.pk for row in former_holders())}:
            single += [row for row in yearly_owed(Day.of(viewer), districts) if row.key in exempted or row.ended_on]
        single = [row for row in single if is_listed(row, viewer.as_of)]
    counted = []
    for place, is_demo, count, district, record, pk in _read(COUNTED, yearly, beside):
        duty = yearly[place]
        link = duty.listed if count > 1 else reverse(duty.page, args=[record]) if record else duty.begun_at(pk)
        row = OpenCount(duty.due, duty.title, duty.cite, count, district, link, duty.is_default, is_demo, duty.key, duty.year)
        counted.append(row._replace(others=district))  # all of them are owed by districts, and who reads all of them is of none
    return Owed(viewer.as_of, yearly, counted, decided(read_by(viewer.held, single), exempted), beside)


def _read(what: Mapping[str, str], yearly: Mapping[int, Yearly], beside: Sequence[tuple[int, int]]) -> list[tuple[Any, ...]]:
    """Rows of ``COUNTED`` or ``LATE`` for duties by index."""
    if not yearly:
        return []
    places = yearly.values()
    duties: list[list[Any]] = [
        list(yearly),
        [duty.records for duty in places],
        [duty.year for duty in places],
        [duty.due for duty in places],
    ]
    without = [[place for place, _ in beside], [district for _, district in beside]]
    titled, stages = TITLED_ROWS
    records = dict(duty.rows for duty in YEARLY.values())  # kinds with one table share one statement
    statement = UNMET.format(record=" UNION ALL ".join(records), titled=titled, **what)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*duties, *chain.from_iterable(records.values()), *stages, *without])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
