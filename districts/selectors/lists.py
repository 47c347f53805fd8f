"""The list of districts: few queries whatever its length, rows as plain tuples, permission decided once."""

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import JSONObject
from django.urls import reverse

from districts.certainty import is_inferred
from districts.enums import Certainty, DistrictType, Stage, Star
from districts.models import AdministrativeArea, District
from districts.selectors.visibility import districts_visible_to
from greendistrict.accounts.models import User

UNKNOWN = "未查明"
# Words by stored value, read once: fifty rows ask for them two or three times each.
TYPE_WORDS, STAR_WORDS, STAGE_WORDS = ({one.value: str(one.label) for one in kind} for kind in (DistrictType, Star, Stage))
KEPT_ADDRESSES = 4_096
# Sortable columns; real and fictional districts stay apart whatever the order.
ORDERS = {
    "name": "name_pinyin",
    "area": "area_code",
    "type": "type",
    "star": "star",
    "stage": "stage",
    "km2": "area_km2",
    "titled": "titled_on",
}
FIELDS = (
    "code", "name", "type", "type_certainty", "star", "stage", "status_certainty", "area_km2", "title_number", "titled_on",
    "titled_on_certainty", "title_batch", "edition_text", "edition__code", "sources", "guideline_area", "is_demo", "fact_certainty",
)  # fmt: skip


@functools.lru_cache(KEPT_ADDRESSES)
def _address(code: str) -> str:
    return reverse("districts:district_detail", kwargs={"code": code})


class DistrictRow(NamedTuple):
    """One row as stored; ``areas`` are names in the order of GB/T 2260."""

    code: str
    name: str
    type: str
    type_certainty: str
    star: int | None
    stage: str
    status_certainty: str
    area_km2: Decimal | None
    title_number: str
    titled_on: dt.date | None
    titled_on_certainty: str
    title_batch: str
    edition_text: str
    edition_code: str | None
    sources: Sequence[str]
    guideline_area: bool
    is_demo: bool
    fact_certainty: str
    areas: Sequence[str]

    @property
    def href(self) -> str:
        """Page of the district; kept, because finding an address takes longer than the rest of its cell."""
        return _address(self.code)

    @property
    def type_label(self) -> str:
        """Type in words; nothing when it is not known."""
        return TYPE_WORDS[self.type] if self.type else ""

    @property
    def star_label(self) -> str:
        """Star of the title in words."""
        return STAR_WORDS[self.star] if self.star else ""

    @property
    def stage_label(self) -> str:
        """Stage in words: 未查明 where the public record leaves it open, 导则覆盖区 for what is no district."""
        if self.guideline_area:
            return "导则覆盖区"
        unknown = self.stage == Stage.CANDIDATE and self.status_certainty == Certainty.UNKNOWN
        return UNKNOWN if unknown else STAGE_WORDS[self.stage]

    @property
    def stage_is_inferred(self) -> bool:
        """Whether the stage is concluded from a source, not read in it."""
        return self.status_certainty == Certainty.INFERRED

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is concluded or of another scope than the district's own."""
        return self.area_km2 is not None and is_inferred(self.fact_certainty, "面积")

    @property
    def place_is_inferred(self) -> bool:
        """Whether where it lies is general knowledge, not read in a source."""
        return is_inferred(self.fact_certainty, "所在区")

    @property
    def edition_is_inferred(self) -> bool:
        """Whether the edition is concluded from a source."""
        return bool(self.edition) and is_inferred(self.fact_certainty, "适用标准")

    @property
    def edition(self) -> str:
        """Edition that applies, as far as known."""
        return self.edition_code or self.edition_text


@dataclass
class Tally:
    """Counts of one group: districts by stage, their area and how many areas are not known. Guideline areas are never counted."""

    total: int = 0
    pilot: int = 0
    demonstration: int = 0
    unknown: int = 0
    km2: Decimal | None = None
    km2_missing: int = 0
    guideline: int = 0

    @property
    def titled(self) -> int:
        """试点 and 示范 together, the figure that official reports call 创建."""
        return self.pilot + self.demonstration


@dataclass
class Summary:
    """Counts of a filtered list, real and fictional apart."""

    real: Tally = field(default_factory=Tally)
    demo: Tally = field(default_factory=Tally)

    @property
    def rows(self) -> int:
        """Rows of the list, guideline areas included."""
        return self.real.total + self.demo.total + self.real.guideline + self.demo.guideline


def summary_of(districts: QuerySet[District]) -> Summary:
    """Count a filtered list in one query."""
    counted = Q(guideline_area=False)
    groups = (
        districts.order_by()
        .values("is_demo")
        .annotate(
            total=Count("pk", filter=counted),
            pilot=Count("pk", filter=counted & Q(stage=Stage.PILOT)),
            demonstration=Count("pk", filter=counted & Q(stage=Stage.DEMONSTRATION)),
            unknown=Count("pk", filter=counted & Q(stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN)),
            km2=Sum("area_km2", filter=counted),
            km2_missing=Count("pk", filter=counted & Q(area_km2=None)),
            guideline=Count("pk", filter=~counted),
        )
    )
    found = {group["is_demo"]: _tally(dict(group)) for group in groups}
    return Summary(found.get(False, Tally()), found.get(True, Tally()))


def _tally(group: dict[str, Any]) -> Tally:
    return Tally(**{name: value for name, value in group.items() if name != "is_demo"})


def ordered(districts: QuerySet[District], order: str) -> QuerySet[District]:
    """Sort by a column of ``ORDERS`` (``-name`` downwards), unknown values last; else by area code, then name."""
    column = ORDERS.get(order.removeprefix("-"), "")
    tail = ["name_pinyin", "pk"]
    if not column:
        return districts.order_by("is_demo", "area_code", *tail)
    key = F(column).desc(nulls_last=True) if order.startswith("-") else F(column).asc(nulls_last=True)
    return districts.order_by("is_demo", key, *tail)


def row_values(districts: QuerySet[District]) -> QuerySet[District, Any]:
    """Tuples in the order of ``DistrictRow`` in one query."""
    areas = AdministrativeArea.objects.filter(districts=OuterRef("pk")).order_by("special", "code").values("name")
    return districts.annotate(_areas=ArraySubquery(areas)).values_list(*FIELDS, "_areas")


def district_rows(districts: QuerySet[District]) -> list[DistrictRow]:
    """Rows of a sorted, sliced or filtered list."""
    return [DistrictRow(*values) for values in row_values(districts)]


def district_rows_for_api(user: User) -> QuerySet[District, Any]:
    """Rows for the API as mappings, one query; filter and slice it as any queryset. ``areas`` is a list of {code, name}."""
    areas = (
        AdministrativeArea.objects.filter(districts=OuterRef("pk"))
        .order_by("special", "code")
        .values(json=JSONObject(code="code", name="name"))
    )
    return (
        districts_visible_to(user)
        .annotate(area_list=ArraySubquery(areas))
        .values(
            "code", "name", "aliases", "type", "type_certainty", "stage", "status_certainty", "star", "title_number", "titled_on",
            "titled_on_certainty", "title_batch", "area_km2", "key_areas", "edition_text", "guideline_area", "sources", "is_demo",
            "area_list",
        )
    )  # fmt: skip
