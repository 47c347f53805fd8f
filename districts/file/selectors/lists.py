"""District list with a constant number of queries and rows as plain tuples."""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.urls import reverse

from districts.common.certainty import is_inferred, is_unknown, stage_word
from districts.common.enums import Certainty, DistrictType, Stage, Star
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import districts_visible_to, register_only
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import Kept
from greendistrict.core.toned_words import TonedWord

UNKNOWN, WITHHELD = "未查明", "不公开"
# Words by stored value, read once, because fifty rows look each up two or three times.
TYPE_WORDS, STAR_WORDS = ({one.value: str(one.label) for one in kind} for kind in (DistrictType, Star))
# Facts that are not in the register, as the API gives them without a value.
INSIDE: dict[str, Any] = {"area_km2": None, "key_areas": [], "edition_text": ""}
KEPT_ADDRESSES, KEPT_CONDITIONS = 4_096, 256
AREA = "area_km2"
# Sortable columns; real and demo districts are always sorted apart.
ORDERS = {
    "name": "name_pinyin",
    "area": "area_code",
    "type": "type",
    "star": "star",
    "stage": "stage",
    "km2": AREA,
    "titled": "titled_on",
}
# The area as shown to the user: sorting by a hidden value would disclose it.
SHOWN_AREA = Case(When(hidden=True, then=None), default=F(AREA))
FIELDS = (
    "code", "name", "type", "type_certainty", "star", "stage", "status_certainty", "area_km2", "title_number", "titled_on",
    "titled_on_certainty", "title_batch", "edition_text", "edition__code", "sources", "guideline_area", "is_demo", "fact_certainty",
)  # fmt: skip


@functools.lru_cache(KEPT_ADDRESSES)
def _address(code: str) -> str:
    return reverse("districts:district_detail", kwargs={"code": code})


class DistrictRow(NamedTuple):
    """A stored row; ``areas`` are names in the order of GB/T 2260. Of a ``hidden`` one only the register fields have values."""

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
    hidden: bool

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Row from a tuple of ``row_values``; for a district hidden from the user only the register fields."""
        row = cls(*values)
        return row._replace(area_km2=None, edition_text="", edition_code=None) if row.hidden else row

    @property
    def missing(self) -> str:
        """What stands for a fact that has no value: not investigated, or not filled in."""
        return "未填" if self.is_demo else UNKNOWN

    @property
    def missing_inside(self) -> str:
        """The same for a fact that is not in the register: what is withheld is not called unknown."""
        return WITHHELD if self.hidden else self.missing

    @property
    def href(self) -> str:
        """URL of the district; cached, because reversing takes longer than rendering the cell."""
        return _address(self.code)

    @property
    def type_label(self) -> str:
        """Type in words; empty if unknown."""
        return TYPE_WORDS[self.type] if self.type else ""

    @property
    def star_label(self) -> str:
        """Star of the title in words."""
        return STAR_WORDS[self.star] if self.star else ""

    @property
    def stage_label(self) -> TonedWord:
        """Stage in words, as on the district's own page."""
        return stage_word(self.stage, self.status_certainty, guideline=self.guideline_area)

    @property
    def stage_is_open(self) -> bool:
        """Whether there is no stage to state: it is unknown, or the row is no district."""
        return self.guideline_area or is_unknown(self.stage, self.status_certainty)

    @property
    def stage_is_inferred(self) -> bool:
        """Whether the stage is inferred from a source that does not state it."""
        return self.status_certainty == Certainty.INFERRED and not self.guideline_area

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is inferred, or refers to another extent than the district's own."""
        return self.area_km2 is not None and is_inferred(self.fact_certainty, "面积")

    @property
    def place_is_inferred(self) -> bool:
        """Whether the location is general knowledge and not from a source."""
        return is_inferred(self.fact_certainty, "所在区")

    @property
    def edition_is_inferred(self) -> bool:
        """Whether the edition is inferred from a source."""
        return bool(self.edition) and is_inferred(self.fact_certainty, "适用标准")

    @property
    def edition(self) -> str:
        """Name of the edition that applies, if known."""
        return self.edition_code or self.edition_text


@dataclass
class Tally:
    """Counts of a group without guideline areas: districts by stage, their total area, and number of unknown areas."""

    total: int = 0
    pilot: int = 0
    demonstration: int = 0
    unknown: int = 0
    km2: Decimal | None = None
    km2_missing: int = 0
    guideline: int = 0

    def add(self, group: Mapping[str, Any]) -> None:
        """Add counted districts, which are either all hidden or all visible."""
        for name in ("total", "pilot", "demonstration", "unknown", "guideline"):
            setattr(self, name, getattr(self, name) + group[name])
        self.km2_missing += group["total"] if group["hidden"] else group["total"] - group["km2_known"]
        if group["km2"] is not None and not group["hidden"]:
            self.km2 = (self.km2 or 0) + group["km2"]

    @property
    def titled(self) -> int:
        """Number of 试点 and 示范 together, called 创建 in official reports."""
        return self.pilot + self.demonstration


@dataclass
class Summary:
    """Counts of a filtered list, for real and demo districts separately."""

    real: Tally = field(default_factory=Tally)
    demo: Tally = field(default_factory=Tally)

    @property
    def rows(self) -> int:
        """Number of rows including guideline areas."""
        return self.real.total + self.demo.total + self.real.guideline + self.demo.guideline


_HIDDEN: Kept[RawSQL] = Kept(KEPT_CONDITIONS)


def disclosed_to(viewer: Viewer, districts: QuerySet[District]) -> QuerySet[District, Any]:
    """Annotate districts with ``hidden``: the user may see only the register fields.

    One condition for all figures of a row. It is compiled once per set of posts and day, because it depends on nothing else.
    """
    posts = ((post.role, post.organisation_id, post.organisation.parent_id) for post in viewer.held.posts)
    return districts.annotate(hidden=_HIDDEN.get((viewer.today, *posts), lambda: _as_sql(register_only(viewer))))


def _as_sql(condition: Q) -> RawSQL:
    """Compile a condition on a district to SQL, so that it need not be built again."""
    query = District.objects.annotate(found=condition).query
    compiler = query.get_compiler(connection=connection)
    statement, parameters = compiler.compile(query.annotations["found"])
    return RawSQL(statement, parameters, BooleanField())  # noqa: S611 -- Django's own SQL


def summary_of(districts: QuerySet[Any, Any]) -> Summary:
    """Count a filtered list (``disclosed_to``) in one query; areas of hidden districts count as unknown."""
    counted = Q(guideline_area=False)
    groups = (
        districts.order_by()
        .values("is_demo", "hidden")
        .annotate(
            total=Count("pk", filter=counted),
            pilot=Count("pk", filter=counted & Q(stage=Stage.PILOT)),
            demonstration=Count("pk", filter=counted & Q(stage=Stage.DEMONSTRATION)),
            unknown=Count("pk", filter=counted & Q(stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN)),
            km2=Sum("area_km2", filter=counted),
            km2_known=Count("area_km2", filter=counted),
            guideline=Count("pk", filter=~counted),
        )
    )
    found = Summary()
    for group in groups:
        (found.demo if group["is_demo"] else found.real).add(group)
    return found


def ordered(districts: QuerySet[District], order: str) -> QuerySet[District]:
    """Sort annotated districts by a column of ``ORDERS``; by default by area code, then name.

    ``-name`` sorts in descending order; unknown values come last.
    """
    column = ORDERS.get(order.removeprefix("-"), "")
    tail = ["name_pinyin", "pk"]
    if not column:
        return districts.order_by("is_demo", "area_code", *tail)
    shown = SHOWN_AREA if column == AREA else F(column)
    key = shown.desc(nulls_last=True) if order.startswith("-") else shown.asc(nulls_last=True)
    return districts.order_by("is_demo", key, *tail)


def row_values(districts: QuerySet[District]) -> QuerySet[District, Any]:
    """Tuples for ``DistrictRow.of`` from annotated districts, in one query."""
    areas = AdministrativeArea.objects.filter(districts=OuterRef("pk")).order_by("is_demo", "code").values("name")
    return districts.annotate(_areas=ArraySubquery(areas)).values_list(*FIELDS, "_areas", "hidden")


def district_rows(districts: QuerySet[District]) -> list[DistrictRow]:
    """Rows of a sorted, sliced or filtered list with all figures; only for public districts."""
    return [DistrictRow.of(values) for values in row_values(districts.annotate(hidden=Value(value=False)))]


def district_rows_for_api(viewer: Viewer) -> QuerySet[District, Any]:
    """Rows for the API as mappings, one query; filter and slice as any queryset. ``area_list`` is a list of {code, name}.

    Each must be passed through ``disclosed``.
    """
    areas = (
        AdministrativeArea.objects.filter(districts=OuterRef("pk"))
        .order_by("is_demo", "code")
        .values(json=JSONObject(code="code", name="name"))
    )
    return (
        disclosed_to(viewer, districts_visible_to(viewer))
        .annotate(area_list=ArraySubquery(areas))
        .values(
            "code", "name", "aliases", "type", "type_certainty", "stage", "status_certainty", "star", "title_number", "titled_on",
            "titled_on_certainty", "title_batch", "area_km2", "key_areas", "edition_text", "guideline_area", "sources", "is_demo",
            "area_list", "fact_certainty", "hidden",
        )
    )  # fmt: skip


def disclosed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for the API; of a hidden district only the register fields, and the names of the ``withheld`` ones."""
    shown = {**row, "withheld": []}
    return shown | INSIDE | {"withheld": [*INSIDE]} if shown.pop("hidden") else shown
