"""Waivers and extensions of obligations decided by the end of a day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from greendistrict.core import clock, memoisation
from greendistrict.core.days import day_in_words
from obligations.duties import Obligation
from obligations.models import Exemption


def decided(obligations: Iterable[Obligation], latest: Mapping[str, Exemption]) -> list[Obligation]:
    """Obligations with these waivers and extensions applied."""
    if not latest:
        return list(obligations)
    return [_apply(obligation, latest[obligation.key]) if obligation.key in latest else obligation for obligation in obligations]


def as_stored_on(day: dt.date, rows: Iterable[Obligation]) -> Iterator[Obligation]:
    """Obligations with the day their matter had at the end of a past day, before later decisions moved it."""
    later = (one for one in reversed(_exemptions()) if one.counts_from >= clock.end_of(day))
    was = {moved.obligation: moved.was for moved in later if moved.was}
    return (row._replace(due=was[row.key]) if row.key in was else row for row in rows)


def decisions(on: dt.date | None = None) -> dict[str, Exemption]:
    """Latest waiver or extension by obligation key that counts by the end of a day."""
    return {exemption.obligation: exemption for exemption in _exemptions() if on is None or exemption.counts_from < clock.end_of(on)}


def _exemptions() -> list[Exemption]:
    """All waivers and extensions that count, in the order in which they came to count; read once for a page."""
    return memoisation.once(_read_exemptions)


def _read_exemptions() -> list[Exemption]:
    return sorted(Exemption.objects.counted(), key=attrgetter("counts_from", "pk"))


def decisions_about(keys: Iterable[str]) -> dict[str, int]:
    """Primary key of the latest waiver or extension of each given obligation key."""
    rows = Exemption.objects.counted().filter(obligation__in=list(keys), outage__isnull=True).order_by("decided_at", "pk")
    return dict(rows.values_list("obligation", "pk"))


def waivers_waiting(keys: Iterable[str]) -> dict[str, Exemption]:
    """Waiver that nobody has checked yet, of each given obligation key that has one."""
    return {row.obligation: row for row in Exemption.objects.waiting().filter(obligation__in=list(keys))}


def _apply(obligation: Obligation, exemption: Exemption) -> Obligation:
    if exemption.extended_to is None:
        return obligation._replace(waived=True)
    day = exemption.decided_at.astimezone(clock.SHANGHAI).date()
    until = exemption.extended_to if exemption.was is None else obligation.due
    before, rolled = exemption.was or obligation.due, "顺" if exemption.outage_id else ""
    moved = f"由{day_in_words(before)}{rolled}延至{day_in_words(exemption.extended_to)}"
    words = f"{exemption.reason}，{moved}" if exemption.outage_id else f"{day_in_words(day)}{exemption.get_decided_as_display()}，{moved}"
    return obligation._replace(due=until, is_default_date=False, how=obligation.how._replace(extended=words), asked_on=None)
