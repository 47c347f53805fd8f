"""Names and bodies of districts as they were on a given day, read from what was recorded of their changes.

A district's name comes from its renamings, its bodies from transfers of the title, its applicant also from changes of the applicant. The
name of a body itself has no dated history: only a transfer stores it as it was then.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Q

from approvals.changes.models import Change
from approvals.titles.enums import HolderSide
from approvals.titles.models.publicity import TitleHolder
from districts.acts.models import DistrictAct
from districts.common.enums import ActKind
from districts.file.models.district import District
from greendistrict.core import clock, memoisation

FormerApplicant = tuple[dt.date, int, str]  # day of the change, district, name before
NOT_RECORDED = "未登记"  # the applicant before the first one


class LeadingChange(NamedTuple):
    """Leading bodies that became responsible for a district after a day, and those that were responsible on it but no longer are."""

    came: frozenset[int]
    went: frozenset[int]


NOTHING_PASSED = LeadingChange(frozenset(), frozenset())


def names_changed_since(day: dt.date) -> Mapping[int, str]:
    """Name on ``day`` of each district that was renamed later; one query, cached for a page or report."""
    return memoisation.once(_names_changed_since, day)


def _names_changed_since(day: dt.date) -> dict[int, str]:
    return {district: before for on, district, before in memoisation.once(_renamings) if on > day}


def _renamings() -> list[tuple[dt.date, int, str]]:
    """Day, district and name before of every renaming, latest first."""
    rows = DistrictAct.objects.filter(kind=ActKind.RENAME).order_by("-on", "-entered_at", "-pk")
    return list(rows.values_list("on", "district_id", "before"))


def name_on(district: District, day: dt.date) -> str:
    """Name of the district on ``day``."""
    return names_changed_since(day).get(district.pk, district.name)


def as_named_on(day: dt.date, districts: Iterable[District]) -> None:
    """Give these districts, which are only read, the names that they had on ``day``."""
    for district in districts:
        district.name = name_on(district, day)


def passed_since(day: dt.date) -> Mapping[int, LeadingChange]:
    """By district, how its leading bodies changed after ``day``; one query, cached for a page or report."""
    return memoisation.once(_passed_since, day)


def _passed_since(day: dt.date) -> dict[int, LeadingChange]:
    came: dict[int, set[int]] = defaultdict(set)
    went: dict[int, set[int]] = defaultdict(set)
    for district, body, since, until, case in memoisation.once(_leading_bodies):
        if case and since and since > day:
            came[district].add(body)
        elif until and until >= day:
            went[district].add(body)
    return {key: LeadingChange(frozenset(came[key]), frozenset(went[key])) for key in {*came, *went}}


def _leading_bodies() -> list[tuple[int, int, dt.date | None, dt.date | None, int | None]]:
    """District, body, first and last day, and case of each body that a transfer made or ended as a leading one."""
    passed = TitleHolder.objects.filter(Q(case__isnull=False) | Q(until__isnull=False), side=HolderSide.AUTHORITY)
    return list(passed.values_list("district_id", "body_id", "since", "until", "case_id"))


def leading_on(day: dt.date, district: int, leading: Collection[int]) -> tuple[int, ...]:
    """Keys of the bodies that led the district on ``day``, given those that lead it now."""
    passed = passed_since(day).get(district)
    return tuple(leading) if passed is None else tuple(sorted({*leading} - passed.came | passed.went))


def applicants_changed_since(day: dt.date) -> Mapping[int, str]:
    """Applicant on ``day``, by name, of each district whose applicant was replaced later; three queries, cached for a page or report."""
    return memoisation.once(_applicants_changed_since, day)


def _applicants_changed_since(day: dt.date) -> dict[int, str]:
    holders, acts, changes = memoisation.once(_former_applicants)
    later = [*(one for one in holders if one[0] >= day), *(one for one in (*acts, *changes) if one[0] > day)]
    return {district: "" if name == NOT_RECORDED else name for _, district, name in sorted(later, reverse=True)}


def _former_applicants() -> tuple[list[FormerApplicant], ...]:
    """Applicants that were replaced, with last day and district, by transfers of titles, acts, and approved changes."""
    holders = TitleHolder.objects.filter(side=HolderSide.APPLICANT, until__isnull=False).values_list("until", "district_id", "body_name")
    acts = DistrictAct.objects.filter(kind=ActKind.APPLICANT).values_list("on", "district_id", "before")
    changes = Change.objects.filter(kind="applicant", applied_at__isnull=False)
    replaced = [
        (moment.astimezone(clock.SHANGHAI).date(), district, next((line["before"] for line in lines if line["what"] == "申报主体"), ""))
        for moment, district, lines in changes.values_list("applied_at", "case__district_id", "lines")
        if moment is not None
    ]
    return [(until, district, name) for until, district, name in holders if until], list(acts), replaced
