"""Names and bodies in obligations of a past day: those of that day."""

import datetime as dt
from collections.abc import Iterable, Iterator

from approvals.casework.selectors.known_on_day import applicants_changed_since, leading_on, names_changed_since, passed_since
from districts.file.models.district import District
from obligations.duties import Obligation
from obligations.titled_districts import NO_APPLICANT, names_of


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
