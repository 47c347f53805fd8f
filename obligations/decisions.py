"""Obligations by what was decided about them by the end of a day, and as they were known on a past one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from approvals.casework.selectors.known_on_day import applicants_changed_since, leading_on, names_changed_since, passed_since
from districts.file.models.district import District
from greendistrict.core import clock, memoisation
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import Compiled
from obligations.duties import Obligation
from obligations.models import Exemption
from obligations.titled_districts import NO_APPLICANT, names_of


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


def as_known_on(day: dt.date, rows: Iterable[Obligation]) -> Iterator[Obligation]:
    """Obligations with the district's name, its leading bodies and its applicant on a day; who acts and reads stays as it is now."""
    names, passed, applicants = names_changed_since(day), passed_since(day), applicants_changed_since(day)
    now = dict(District.objects.filter(pk__in=applicants).values_list("pk", "applicant_id")) if applicants else {}
    for row in rows:
        known, key = row, row.district_id
        if key is None:
            yield row
            continue
        if key in names:
            known = known._replace(district=names[key])
        if key in passed and row.authority_ids:
            known = _led(known, leading_on(day, key, row.authority_ids))
        if key in applicants and row.organisation_id == now[key]:
            then = applicants[key] or NO_APPLICANT
            known = known._replace(carried_by=then) if row.carried_by else known._replace(organisation=then)
        yield known


def _led(row: Obligation, leading: tuple[int, ...]) -> Obligation:
    """The obligation with other leading bodies, named where they owe it."""
    if row.debtor_ids != row.authority_ids:
        return row._replace(authority_ids=leading)
    named = names_of({*leading, *row.authority_ids})
    words = "、".join(named[body] for body in row.authority_ids)
    organisation = "、".join(named[body] for body in leading) if row.organisation == words else row.organisation
    return row._replace(authority_ids=leading, debtor_ids=leading, organisation=organisation)


def decisions(on: dt.date | None = None) -> dict[str, Exemption]:
    """Latest waiver or extension by obligation key that counts by the end of a day."""
    return {exemption.obligation: exemption for exemption in _exemptions() if on is None or exemption.counts_from < clock.end_of(on)}


def _exemptions() -> list[Exemption]:
    """All waivers and extensions that count, in the order in which they came to count; read once for a page."""
    return memoisation.once(_read_exemptions)


def _read_exemptions() -> list[Exemption]:
    return sorted(COUNTED.read(), key=attrgetter("counts_from", "pk"))


COUNTED = Compiled(Exemption.objects.counted)


def decisions_about(keys: Iterable[str]) -> dict[str, int]:
    """Primary key of the latest waiver or extension of each given obligation key."""
    rows = Exemption.objects.counted().filter(obligation__in=list(keys), outage__isnull=True).order_by("decided_at", "pk")
    return dict(rows.values_list("obligation", "pk"))


def _apply(obligation: Obligation, exemption: Exemption) -> Obligation:
    if exemption.extended_to is None:
        return obligation._replace(waived=True)
    day = exemption.decided_at.astimezone(clock.SHANGHAI).date()
    until = exemption.extended_to if exemption.was is None else obligation.due
    before, rolled = exemption.was or obligation.due, "顺" if exemption.outage_id else ""
    moved = f"由{day_in_words(before)}{rolled}延至{day_in_words(exemption.extended_to)}"
    words = f"{exemption.reason}，{moved}" if exemption.outage_id else f"{day_in_words(day)}{exemption.get_decided_as_display()}，{moved}"
    return obligation._replace(due=until, is_default_date=False, how=obligation.how._replace(extended=words), asked_on=None)
