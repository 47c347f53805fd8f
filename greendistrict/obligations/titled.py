"""Districts that owe what a title brings with it; read once for all duties that ask."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from districts.models import District
from greendistrict.core import memo

TITLED = ("pilot", "demonstration")


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


def titled_districts() -> list[Titled]:
    """Pilots and demonstrations whose applicant works in the portal, by pinyin; read once for all duties of a page."""
    return memo.once("obligations.titled", _read)


def _read() -> list[Titled]:
    found = District.objects.filter(stage__in=TITLED, applicant__isnull=False, guideline_area=False)
    rows = found.annotate(leading=leading_of("pk"), held_since=Coalesce("titled_since", "titled_on")).order_by("name_pinyin", "pk")
    names = ("pk", "name", "stage", "held_since", "is_demo", "applicant_id", "applicant__name", "leading")
    return list(map(Titled._make, rows.values_list(*names)))


def leading_of(district: str) -> ArraySubquery:
    """Primary keys of the leading bodies of the district that the field ``district`` names, as an expression."""
    through = District.authorities.through.objects.filter(district_id=OuterRef(district)).order_by("organisation_id")
    return ArraySubquery(through.values("organisation_id"))
