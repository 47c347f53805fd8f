"""Districts that owe what a title brings with it; read once for all duties that ask."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse

from districts.models import District
from greendistrict.core import clock, memo
from greendistrict.obligations.duties import Obligation, Yearly

TITLED = ("pilot", "demonstration")
CITY = "市住房城乡建设管理委"


class Titled(NamedTuple):
    """A pilot or demonstration as duties ask for it; ``leading`` are the keys of its leading bodies."""

    pk: int
    name: str
    stage: str
    held_since: dt.date | None
    is_demo: bool
    applicant_id: int
    applicant: str
    leading: Sequence[int]


def titled_districts(only: Collection[int] | None = None) -> list[Titled]:
    """Pilots and demonstrations whose applicant works in the portal, by pinyin; read once for all duties of a page."""
    key = "obligations.titled" if only is None else f"obligations.titled:{sorted(only)}"
    return memo.once(key, lambda: _read(only))


def _read(only: Collection[int] | None) -> list[Titled]:
    found = District.objects.filter(stage__in=TITLED, applicant__isnull=False, guideline_area=False)
    chosen = found if only is None else found.filter(pk__in=only)
    rows = chosen.annotate(leading=leading_of("pk"), since=Coalesce("titled_since", "titled_on")).order_by("name_pinyin", "pk")
    names = ("pk", "name", "stage", "since", "is_demo", "applicant_id", "applicant__name", "leading")
    return list(map(Titled._make, rows.values_list(*names)))


def owed_by(district: Titled, duty: Yearly, record: int | None, filed_at: dt.datetime | None) -> Obligation:
    """What one district owes of a yearly duty; ``record`` is the key of what it has begun, ``filed_at`` when it was handed in."""
    return Obligation(
        key=duty.key_of(district.pk),
        rule=duty.rule,
        cite=duty.cite,
        title=duty.title,
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=district.applicant,
        to=CITY,
        due=duty.due,
        link=reverse(duty.page, args=[record]) if record else duty.unopened,
        met_on=filed_at.astimezone(clock.SHANGHAI).date() if filed_at else None,
        authority_ids=tuple(district.leading),
        is_demo=district.is_demo,
    )


def leading_of(district: str) -> ArraySubquery:
    """Primary keys of the leading bodies of the district that the field ``district`` names, as an expression."""
    through = District.authorities.through.objects.filter(district_id=OuterRef(district)).order_by("organisation_id")
    return ArraySubquery(through.values("organisation_id"))
