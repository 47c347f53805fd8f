"""Titled districts with the data needed by their duties, read once."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import starmap
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from approvals.casework.selectors.titles_on_day import titles_held_on
from approvals.common.enums import TitleEnd
from approvals.titles.models.publicity import EarlierLoss, Title
from assessments.common.owed_papers import owes
from districts.common.enums import TITLED, Stage
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, Post
from greendistrict.core import clock, memoisation
from greendistrict.core.addresses import reverse
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.duty_table import CITY
from greendistrict.policy.parameters import first_day_in_use
from obligations.duties import Actors, Obligation, Record, Yearly

NO_AUTHORITY, NO_APPLICANT = "实施主体未登记", "申报主体未登记"


class TitledDistrict(NamedTuple):
    """A pilot or demonstration, or a district that was one until a day.

    ``leading`` are the keys of its leading bodies; ``joined`` is the first day on which the applicant had users in the portal.
    ``held_since`` reaches back to a pilot title that the title followed without a gap; ``granted_on`` is the day of the title itself.
    """

    pk: int
    name: str
    stage: str
    held_since: dt.date | None
    is_demo: bool
    applicant_id: int | None
    applicant: str | None
    leading: Sequence[int]
    joined: dt.date | None
    granted_on: dt.date | None
    until: dt.date | None = None

    def has_joined(self, day: dt.date) -> bool:
        """Whether the applicant had users in the portal by this day."""
        return self.joined is not None and day >= self.joined

    def is_recorded(self, due: dt.date) -> bool:
        """Whether the portal has records for what fell due on this day: it was in use, and the applicant had users."""
        return self.has_joined(due) and due >= first_day_in_use()


def titled_districts(only: Collection[int] | None = None, on: dt.date | None = None) -> list[TitledDistrict]:
    """Pilots and demonstrations by pinyin, including those without users; read once for all duties of a page.

    As of today, or as of the day ``on`` by the title decisions.
    """
    kept = memoisation.as_key(only)
    return memoisation.once(_read, kept) if on is None else memoisation.once(_read_on, kept, on)


def _read(only: Collection[int] | None) -> list[TitledDistrict]:
    return list(starmap(TitledDistrict, TODAY.read(only)))


def _titled_today() -> QuerySet[District]:
    return District.objects.filter(stage__in=TITLED)


def _read_on(only: Collection[int] | None, on: dt.date) -> list[TitledDistrict]:
    """By the title decisions; a title without a decision on file counts from the day in the district's file."""
    held = titles_held_on(on, only)
    copied = Q(stage__in=TITLED) & (Q(titled_on=None) | Q(titled_on__lte=on)) & ~Exists(Title.objects.filter(district_id=OuterRef("pk")))
    districts = District.objects.filter(Q(pk__in=held) | (copied if only is None else copied & Q(pk__in=only)))
    return [
        row._replace(stage=held[row.pk].kind, held_since=held[row.pk].since, granted_on=held[row.pk].granted_on) if row.pk in held else row
        for row in starmap(TitledDistrict, _columns(districts))
    ]


def owing(year: int, only: Collection[int] | None = None, on: dt.date | None = None) -> list[TitledDistrict]:
    """Districts that owe papers on ``year``, as told today or ``on`` a day: who held a title at the end of the year.

    A title that has ended since still leaves what was owed for the years before; ``until`` says that it is asked for no more.
    """
    standing = [row for row in titled_districts(only, on) if owes(row.stage, row.held_since, year)]
    there = {row.pk for row in standing}
    ended = {
        row.pk: row for row in former_holders(only, on) if row.until and row.until.year > year and owes(row.stage, row.held_since, year)
    }
    return [*standing, *(row for key, row in ended.items() if key not in there)]


def former_holders(only: Collection[int] | None = None, on: dt.date | None = None) -> list[TitledDistrict]:
    """Districts with a title that had ended by today or by the end of a day, once for each such title; one query.

    Between the loss of a title and the stay of the decision on it the title had ended.
    """
    return memoisation.once(_read_former, memoisation.as_key(only), on)


def _read_former(only: Collection[int] | None, on: dt.date | None) -> list[TitledDistrict]:
    return list(starmap(TitledDistrict, FORMER.read(only, on or dt.date.max)))


def _former(only: Collection[int] | None, day: dt.date) -> QuerySet[Title, Any]:
    ended, lapsed = Q(ended_on__lte=day) & ~Q(end__in=("", TitleEnd.SUPERSEDED)), Q(lapsed_on__lte=day, stood_again_on__gt=day)
    earlier = EarlierLoss(day)
    titles = Title.objects.filter(ended | lapsed | Q(IsNull(earlier, False)), district__guideline_area=False)
    before = Title.objects.filter(district=OuterRef("district"), end=TitleEnd.SUPERSEDED, ended_on=OuterRef("granted_on"))
    chosen = (titles if only is None else titles.filter(district__in=only)).annotate(
        since=Coalesce(Subquery(before.order_by("pk").values("granted_on")[:1]), "granted_on"),
        leading=leading_of("district_id"),
        joined=joined_of("district__applicant"),
        until=Case(When(ended, then=F("ended_on")), When(lapsed, then=F("lapsed_on")), default=earlier),
    )
    of_district = ("district__is_demo", "district__applicant_id", "district__applicant__name")
    names = ("district_id", "district__name", "kind", "since", *of_district, "leading", "joined", "granted_on", "until")
    return chosen.order_by("district__name_pinyin", "district_id", "until").values_list(*names)


FORMER = CompiledFor(_former, dt.date.min)


def titled_since(day: dt.date, only: Collection[int] | None = None) -> list[TitledDistrict]:
    """Districts of today that have held their title since this day at the latest."""
    if memoisation.is_held(_read, memoisation.as_key(only)):
        return [row for row in titled_districts(only) if row.held_since is not None and row.held_since <= day]
    return list(starmap(TitledDistrict, SINCE.read(only, day)))


def joined_of(organisation: str, *roles: str) -> Subquery:
    """Expression: first day on which somebody held a post in the body of the field ``organisation``."""
    posts = Post.objects.filter(organisation=OuterRef(organisation), **({"role__in": roles} if roles else {})).order_by()
    return Subquery(posts.values("organisation").annotate(first=Min("valid_from")).values("first"))


def _columns(found: QuerySet[District]) -> QuerySet[District, Any]:
    chosen = found.filter(guideline_area=False).annotate(
        leading=leading_of("pk"), since=Coalesce("titled_since", "titled_on"), joined=joined_of("applicant")
    )
    names = ("pk", "name", "stage", "since", "is_demo", "applicant_id", "applicant__name", "leading", "joined", "titled_on")
    return chosen.order_by("name_pinyin", "pk").values_list(*names)


def _of_today(only: Collection[int] | None) -> QuerySet[District, Any]:
    return _columns(_titled_today() if only is None else _titled_today().filter(pk__in=only))


TODAY = CompiledFor(_of_today)
SINCE = CompiledFor(
    lambda only, day: _of_today(only).filter(Q(titled_since__lte=day) | Q(titled_since=None, titled_on__lte=day)), dt.date.min
)


def bodies_named(districts: Iterable[TitledDistrict]) -> Mapping[int, str]:
    """Names of the leading bodies of these districts; read once for a page."""
    return names_of({body for district in districts for body in district.leading})


def names_of(bodies: Collection[int]) -> dict[int, str]:
    """Names of these bodies in GB/T 2260 order; each is read once for a page."""
    known = memoisation.once(_known_bodies)
    if missing := {pk for pk in bodies if pk not in known}:
        found = Organisation.objects.filter(pk__in=missing).order_by()
        known |= {pk: (code, pinyin, pk, name) for pk, code, pinyin, name in found.values_list("pk", "admin_code", "name_pinyin", "name")}
    return {pk: name for _, _, pk, name in sorted(known[pk] for pk in set(bodies) & known.keys())}


def _known_bodies() -> dict[int, tuple[str, str, int, str]]:
    """Code, pinyin, key and name of bodies read so far, by key."""
    return {}


def owed_by_all(
    districts: Iterable[TitledDistrict], duty: Yearly, records: Mapping[tuple[int, int], Record], names: Mapping[int, str]
) -> list[Obligation]:
    """Obligations of each district for a yearly duty; ``records`` is what they have begun, ``names`` those of leading bodies.

    Whose title ended by the due day never owed it, unless it was handed in all the same.
    """
    in_use = duty.due >= first_day_in_use()
    actors = cache(lambda applicant: Actors((Role.PREPARER, Role.REVIEWER), () if applicant is None else (applicant,)))
    named = cache(lambda leading: "、".join(names[body] for body in leading) or NO_AUTHORITY)
    rows = (
        _owed_by(district, duty, records.get((district.pk, duty.year)), actors(district.applicant_id), named, in_use=in_use)
        for district in districts
    )
    return [row for row in rows if row.was_owed]


def _owed_by(
    district: TitledDistrict,
    duty: Yearly,
    record: Record | None,
    actors: Actors,
    named: Callable[[tuple[int, ...]], str],
    *,
    in_use: bool,
) -> Obligation:
    leading, own = tuple(district.leading), actors.bodies or ()
    applicant = district.applicant or NO_APPLICANT
    handed_in = record.handed_in if record else None
    as_demonstration = district.stage == Stage.DEMONSTRATION and not (district.granted_on and district.granted_on.year > duty.year)
    ground = (as_demonstration and duty.of_demonstrations) or duty
    return Obligation(
        key=duty.key_of(district.pk),
        kind=duty.key,
        rule=ground.rule,
        cite=ground.cite,
        title=duty.title,
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=named(leading) if duty.by_authorities else applicant,
        to=CITY,
        due=duty.due,
        link=reverse(duty.page, args=[record.pk]) if record else duty.begun_at(district.pk),
        met_on=handed_in.astimezone(clock.SHANGHAI).date() if handed_in else None,
        authority_ids=leading,
        is_default_date=duty.is_default,
        is_demo=district.is_demo,
        debtor_ids=leading if duty.by_authorities else own,
        carried_by=applicant if duty.by_authorities else "",
        year=duty.year,
        record=record.pk if record else None,
        status=record.status if record else "",
        opens=duty.opens,
        how=duty.how,
        is_recorded=in_use and district.has_joined(duty.due),
        actors=actors,
        ended_on=district.until,
    )


def leading_of(district: str) -> ArraySubquery:
    """Expression: primary keys of the leading bodies of the district in the field ``district``."""
    through = District.authorities.through.objects.filter(district_id=OuterRef(district)).order_by("organisation_id")
    return ArraySubquery(through.values("organisation_id"))
