"""District list with a constant number of queries and rows as plain tuples; titled districts as SQL for statements of higher apps.

Also whether the lists of one district are fixed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from districts.common.certainty import is_inferred, is_unknown, stage_word
from districts.common.enums import TITLED, Certainty, DistrictType, Stage, Star
from districts.file.columns import DISTRICT
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import districts_visible_to, register_only
from greendistrict.accounts.selectors import JOINED_ROWS
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.django_internals import as_sql
from greendistrict.core.memoisation import Kept
from greendistrict.core.templatetags.gd import num
from greendistrict.core.toned_words import TonedWord

UNKNOWN = "未查明"
# Words by stored value, read once, because fifty rows look each up two or three times.
TYPE_WORDS, STAR_WORDS = ({one.value: str(one.label) for one in kind} for kind in (DistrictType, Star))
KEPT_CONDITIONS = 256
AREA = DISTRICT["area_km2"].key()  # as shown to the reader: what is withheld is neither sorted nor summed up by
FIELDS = (
    "code", "name", "type", "type_certainty", "star", "star_certainty", "stage", "status_certainty", "area_km2", "title_number",
    "titled_on", "titled_on_certainty", "title_batch", "edition_text", "edition__code", "edition_certainty", "sources", "guideline_area",
    "is_demo", "fact_certainty",
)  # fmt: skip


class DistrictRow(NamedTuple):
    """A stored row; ``areas`` are names in the order of GB/T 2260. Of a ``hidden`` one only the register is disclosed."""

    code: str
    name: str
    type: str
    type_certainty: str
    star: int | None
    star_certainty: str
    stage: str
    status_certainty: str
    area_km2: Decimal | None
    title_number: str
    titled_on: dt.date | None
    titled_on_certainty: str
    title_batch: str
    edition_text: str
    edition_code: str | None
    edition_certainty: str
    sources: Sequence[str]
    guideline_area: bool
    is_demo: bool
    fact_certainty: str
    areas: Sequence[str]
    hidden: bool

    @property
    def missing(self) -> str:
        """What stands for a fact that has no value: not investigated, or not filled in."""
        return "未填" if self.is_demo else UNKNOWN

    @property
    def untitled(self) -> str:
        """The same for a fact of a title, which a fictional district need not have."""
        return "—" if self.is_demo else UNKNOWN

    @property
    def sourced_code(self) -> str | None:
        """Its code if there are sources to show."""
        return self.code if self.sources else None

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
        return bool(self.edition) and self.edition_certainty == Certainty.INFERRED

    @property
    def edition(self) -> str:
        """Name of the edition that applies, if known."""
        return self.edition_code or self.edition_text


@dataclass
class Tally:
    """Counts of a group without guideline areas: districts by stage, their total area, and how many areas are known."""

    total: int = 0
    pilot: int = 0
    demonstration: int = 0
    unknown: int = 0
    km2: Decimal | None = None
    km2_known: int = 0
    guideline: int = 0

    @property
    def titled(self) -> int:
        """Number of 试点 and 示范 together, called 创建 in official reports."""
        return self.pilot + self.demonstration

    @property
    def km2_missing(self) -> int:
        """Number of areas that are unknown or withheld."""
        return self.total - self.km2_known


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
    return districts.annotate(hidden=_HIDDEN.get((viewer.today, *posts), lambda: as_sql(register_only(viewer), District)))


def summary_of(districts: QuerySet[Any, Any]) -> Summary:
    """Count a filtered list (``disclosed_to``) in one query; areas that are withheld count as unknown."""
    counted = Q(guideline_area=False)
    groups = (
        districts.order_by()
        .values("is_demo")
        .annotate(
            total=Count("pk", filter=counted),
            pilot=Count("pk", filter=counted & Q(stage=Stage.PILOT)),
            demonstration=Count("pk", filter=counted & Q(stage=Stage.DEMONSTRATION)),
            unknown=Count("pk", filter=counted & Q(stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN)),
            km2=Sum(AREA, filter=counted),
            km2_known=Count(AREA, filter=counted),
            guideline=Count("pk", filter=~counted),
        )
    )
    return Summary(**{"demo" if group.pop("is_demo") else "real": Tally(**group) for group in groups})


def sums_of(words: str, tally: Tally) -> dict[str, str]:
    """Last row of ``DISTRICT_LIST``: counts of the districts that ``words`` name."""
    unknown = f"；阶段未查明{num(tally.unknown)}" if tally.unknown else ""
    return {
        "name": f"{words}{num(tally.total)}个",
        "areas": f"试点{num(tally.pilot)}，示范{num(tally.demonstration)}，合计{num(tally.titled)}{unknown}",
        "area_km2": num(tally.km2, 2) or "—",
        "titled_on": f"缺{num(tally.km2_missing)}个" if tally.km2_missing else "面积齐全",
    }


def row_values(districts: QuerySet[District]) -> QuerySet[District, Any]:
    """Tuples of ``DistrictRow`` from annotated districts, in one query."""
    areas = AdministrativeArea.objects.filter(districts=OuterRef("pk")).order_by("is_demo", "code").values("name")
    return districts.annotate(_areas=ArraySubquery(areas)).values_list(*FIELDS, "_areas", "hidden")


def district_rows(districts: QuerySet[District]) -> list[DistrictRow]:
    """Rows of a sorted, sliced or filtered list with all figures; only for public districts."""
    return [DistrictRow(*values) for values in row_values(districts.annotate(hidden=Value(value=False)))]


def district_rows_for_api(viewer: Viewer) -> QuerySet[District, Any]:
    """Rows for the API as mappings, one query; filter and slice as any queryset. ``area_list`` is a list of {code, name}.

    Each must be passed through ``DISTRICT_TOLD.disclosed``.
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
            "code", "name", "aliases", "type", "type_certainty", "stage", "status_certainty", "star", "star_certainty", "title_number",
            "titled_on", "titled_on_certainty", "title_batch", "area_km2", "key_areas", "edition_text", "edition_certainty",
            "guideline_area", "sources", "is_demo", "area_list", "fact_certainty", "hidden",
        )
    )  # fmt: skip


def is_fixed(district: District) -> bool:
    """Whether a pilot baseline fixes rows of the lists; decided by the stage, to avoid reading a large baseline."""
    return district.stage != Stage.CANDIDATE


# Statement and parameters. ``since`` is the year from which the title is held, null where that is not known; ``joined`` the first day on
# which somebody of the applicant worked in the portal.
TITLED_ROWS = (
    f"""
    SELECT id, name, is_demo, extract(year FROM COALESCE(titled_since, titled_on)) AS since, body.joined
    FROM districts_district
    JOIN ({JOINED_ROWS}) body ON body.organisation_id = applicant_id WHERE stage = ANY(%s) AND NOT guideline_area
    """,  # noqa: S608 -- a constant of the app of these tables
    (list(TITLED),),
)
LEADING_ROWS = "SELECT district_id, organisation_id FROM districts_district_authorities"
