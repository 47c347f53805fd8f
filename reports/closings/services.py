"""Close a year: freeze the figures of each registered kind and compare them with the previous edition."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from approvals.casework.selectors.titles_on_day import snapshot_day
from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.core.row_faults import one_by_one
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.workflow.procedure import BEGUN, Taken, notify_event
from reports.closings.models import ClosingEdition, StockRecord, YearClosing
from reports.closings.plain import JSON, digest_of
from reports.closings.registry import (
    FigureChange,
    FrozenKind,
    NamedFigure,
    closes_day,
    differences,
    frozen_kinds,
    is_stock_kept,
    receipts_day,
)
from reports.closings.stocks import STOCK_KINDS

OTHER = "文字、附表等其他内容"
COUNTED, NOT_COUNTED = "计入", "未计入"


class FrozenPart(NamedTuple):
    """A part of a kind, as it is frozen."""

    kind: FrozenKind
    part: str
    data: JSON
    digest: str


def computed(year: int, today: dt.date) -> Iterator[FrozenPart]:
    """Every part of every kind as it would be frozen now, generated one by one."""
    for kind in frozen_kinds:
        for part, data in kind.freeze(year, today):
            yield FrozenPart(kind, part, data, digest_of(data))


def on_close(taken: Taken) -> None:
    """Freeze the figures as a new edition, with the changes from the previous one."""
    closing, now = taken.obj, clock.now()
    before = closing.editions.filter(number=closing.edition - 1).first()
    edition = ClosingEdition.objects.create(
        closing=closing,
        number=closing.edition,
        closed_at=now,
        closed_by=taken.person,
        snapshot_day=snapshot_day(closing.year, taken.today),
        closes_on=receipts_day(closing.year),
        reason=closing.reason if before else "",
        digest="",
    )
    digests, changes = [], list[FigureChange]()
    for order, one in enumerate(computed(closing.year, taken.today)):
        edition.figures.create(key=one.kind.key, part=one.part, order=order, data=one.data, digest=one.digest)
        digests.append([one.kind.key, one.part, one.digest])
        changes += changes_of(one, before)
    edition.digest, edition.changes = digest_of(digests), [*changes, *_gone(before, digests)]
    edition.save(update_fields=["digest", "changes"])


def changes_since(year: int, before: ClosingEdition) -> list[FigureChange]:
    """What would differ from an edition if the year were closed now."""
    digests, changes = [], list[FigureChange]()
    for one in computed(year, clock.today()):
        digests.append([one.kind.key, one.part, one.digest])
        changes += changes_of(one, before)
    return [*changes, *_gone(before, digests)]


def changes_of(one: FrozenPart, before: ClosingEdition | None) -> list[FigureChange]:
    """Differences of a part from the previous edition; none for the first edition. A new part is a single change."""
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
    """One change for each part that only the previous edition has."""
    there = {(key, part) for key, part, _ in digests}
    for old in before.figures.order_by("order").iterator(chunk_size=50) if before else ():
        kind = frozen_kinds.by_key.get(old.key)
        if (old.key, old.part) not in there and kind is not None:
            yield FigureChange(_subject(list(kind.figures(old.data))), kind.title, COUNTED, NOT_COUNTED)


def open_due(today: dt.date) -> list[YearClosing]:
    """Open the closing of each year with self-checks whose last day of receipt is over; idempotent."""
    known = set(YearClosing.objects.values_list("year", flat=True))
    years = SelfCheck.objects.filter(year__gte=first_day_in_use().year - 1).order_by("year").values_list("year", flat=True).distinct()
    return one_by_one("prepare-closings:years", [year for year in years if year not in known and today > closes_day(year)], _open_one)


@transaction.atomic
def _open_one(year: int) -> YearClosing:
    made, new = YearClosing.objects.get_or_create(year=year, defaults={"opened_at": clock.now()})
    if new:
        notify_event(made, BEGUN)
    return made


def keep_stock(today: dt.date) -> list[StockRecord]:
    """Store stock that cannot be determined later, once the latest snapshot day is over; idempotent."""
    year = next(year for year in (today.year, today.year - 1, today.year - 2) if snapshot_day(year, dt.date.max) < today)
    day = snapshot_day(year, dt.date.max)
    if clock.now() < clock.end_of(day) or not is_stock_kept(year, today):
        return []
    known = set(StockRecord.objects.filter(year=year).values_list("key", flat=True))
    missing = [key for key in STOCK_KINDS if key not in known]
    return one_by_one("prepare-closings", missing, lambda key: _keep(year, day, key, STOCK_KINDS[key].take(day)))


def _keep(year: int, day: dt.date, key: str, data: JSON) -> StockRecord:
    kept = {"day": day, "data": data, "digest": digest_of(data), "kept_at": clock.now()}
    return StockRecord.objects.get_or_create(year=year, key=key, defaults=kept)[0]
