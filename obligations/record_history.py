"""Yearly records as they were at the end of a past day, replayed from the transition log."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TypeVar

from greendistrict.core import clock
from greendistrict.workflow.models import TransitionRecord
from obligations.duties import Record

Key = TypeVar("Key")


def stood(records: Mapping[Key, Record], model: str, handed_in: Collection[str], on: dt.date) -> dict[Key, Record]:
    """Status and handing-in of these records as of ``on``; one query.

    ``model`` is their model's label, ``handed_in`` the states that count as handed in. Records without logged steps count by their own day.
    """
    until = clock.end_of(on)
    names = {f"{model}:{record.pk}": key for key, record in records.items()}
    steps = TransitionRecord.objects.filter(subject__in=list(names)).order_by("at", "pk")
    found: dict[Key, Record] = {}
    logged = set()
    for subject, source, target, at in steps.values_list("subject", "source", "target", "at"):
        key = names[subject]
        logged.add(key)
        if at >= until:
            earlier = records[key].handed_in
            found.setdefault(key, Record(records[key].pk, source, earlier if source in handed_in and earlier and earlier < until else None))
            continue
        before = found.get(key)
        since = before.handed_in if before and before.status in handed_in else at
        found[key] = Record(records[key].pk, target, since if target in handed_in else None)
    for key, record in records.items():
        if key not in logged:
            found[key] = record._replace(status="", handed_in=None) if record.handed_in and record.handed_in >= until else record
    return found
