"""Closing a year: the figures of each registered kind are frozen, and compared with those of the edition before."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from approvals.casework.selectors.titles_on_day import snapshot_day
from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.policy.in_use import first_day_in_use
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event
from reports.closings.days import closes_day, end_of, receipts_day
from reports.closings.differences import FigureChange, NamedFigure, differences
from reports.closings.models import ClosingEdition, StockRecord, YearClosing
from reports.closings.plain import JSON, digest_of
from reports.closings.registry import FrozenKind, frozen_kinds, stock_kinds

OTHER = "文字、附表等其他内容"
COUNTED, NOT_COUNTED = "计入", "未计入"


class FrozenPart(NamedTuple):
    """One part of a kind as it is frozen."""

    kind: FrozenKind
    part: str
    data: JSON
    digest: str


def computed(year: int) -> Iterator[FrozenPart]:
    """Every part of every kind as it would be frozen now, one at a time."""
    for kind in frozen_kinds:
        for part, data in kind.freeze(year):
            yield FrozenPart(kind, part, data, digest_of(data))


def on_close(taken: Taken) -> None:
    """Freeze the figures as the edition that the closing counts, with what changed since the edition before."""
    closing, now = taken.obj, clock.now()
    before = closing.editions.filter(number=closing.edition - 1).first()
    edition = ClosingEdition.objects.create(
        closing=closing,
        number=closing.edition,
        closed_at=now,
        closed_by=taken.person,
        snapshot_day=snapshot_day(closing.year),
        closes_on=receipts_day(closing.year),
        reason=closing.reason if before else "",
        digest="",
    )
    digests, changes = [], list[FigureChange]()
    for order, one in enumerate(computed(closing.year)):
        edition.figures.create(key=one.kind.key, part=one.part, order=order, data=one.data, digest=one.digest)
        digests.append([one.kind.key, one.part, one.digest])
        changes += changes_of(one, before)
    edition.digest, edition.changes = digest_of(digests), [*changes, *_gone(before, digests)]
    edition.save(update_fields=["digest", "changes"])


def changes_since(year: int, before: ClosingEdition) -> list[FigureChange]:
    """What would differ from an edition if the year were closed now."""
    digests, changes = [], list[FigureChange]()
    for one in computed(year):
        digests.append([one.kind.key, one.part, one.digest])
        changes += changes_of(one, before)
    return [*changes, *_gone(before, digests)]


def changes_of(one: FrozenPart, before: ClosingEdition | None) -> list[FigureChange]:
    """Differences of one part from the edition before; none for the first edition. A part that is new is one change."""
    if before is None:
        return []
    old = before.figures.filter(key=one.kind.key, part=one.part).first()
    if old is not None and old.digest == one.digest:
        return []
    named = list(one.kind.figures(one.data))
    if old is None:
        return [FigureChange(_subject(named), one.kind.title, NOT_COUNTED, COUNTED)]
    return differences(one.kind.figures(old.data), named) or [FigureChange(_subject(named), OTHER, old.digest[:8], one.digest[:8])]


def _subject(named: list[NamedFigure]) -> str:
    return named[0].subject if named else ""


def _gone(before: ClosingEdition | None, digests: list[list[str]]) -> Iterator[FigureChange]:
    """One change for each part that the edition before had and the new one has not."""
    there = {(key, part) for key, part, _ in digests}
    for old in before.figures.order_by("order").iterator(chunk_size=50) if before else ():
        kind = frozen_kinds.by_key.get(old.key)
        if (old.key, old.part) not in there and kind is not None:
            yield FigureChange(_subject(list(kind.figures(old.data))), kind.title, COUNTED, NOT_COUNTED)


def open_due(today: dt.date) -> list[YearClosing]:
    """Begin the closing of each year with self-checks whose last day of receipt is over; safe to repeat."""
    known = set(YearClosing.objects.values_list("year", flat=True))
    years = SelfCheck.objects.filter(year__gte=first_day_in_use().year - 1).order_by("year").values_list("year", flat=True).distinct()
    return [_open_one(year) for year in years if year not in known and today > closes_day(year)]


@transaction.atomic
def _open_one(year: int) -> YearClosing:
    made, new = YearClosing.objects.get_or_create(year=year, defaults={"opened_at": clock.now()})
    if new:
        notify_event(made, BEGUN)
    return made


def keep_stock(today: dt.date) -> list[StockRecord]:
    """Keep the stock that no past day can be asked for, once the latest snapshot day is over; safe to repeat."""
    year = next(year for year in (today.year, today.year - 1, today.year - 2) if snapshot_day(year, dt.date.max) < today)
    day = snapshot_day(year, dt.date.max)
    if clock.now() < end_of(day) or day < first_day_in_use():
        return []
    known = set(StockRecord.objects.filter(year=year).values_list("key", flat=True))
    return [_keep(year, day, key, kind.take(day)) for key, kind in stock_kinds.by_key.items() if key not in known]


def _keep(year: int, day: dt.date, key: str, data: JSON) -> StockRecord:
    kept = {"day": day, "data": data, "digest": digest_of(data), "kept_at": clock.now()}
    return StockRecord.objects.get_or_create(year=year, key=key, defaults=kept)[0]
