"""Columns of a district and of the lists of its file, declared once for lists, workbook, forms and API; the lists on pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from districts.file.models.district import ConsultantMandate, District, ExternalHonour
from districts.file.models.parties import DistrictPaper, Fund, RenewalProject, SubArea
from greendistrict.columns.base import MISSING
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NamesColumn, NumberColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from greendistrict.core.widgets import OLDEST_YEAR


def origin_words(row: Any, _today: dt.date) -> str:
    """How many sources state what is known of a district."""
    return f"出处{len(row.sources)}条" if row.sources else "本平台办理"


def source_words(row: Any, _today: dt.date) -> str:
    """Its sources."""
    return "；".join(row.sources)


DISTRICT = Columns(
    District,
    name=TextColumn(width=34, example="演示一城（虚构）"),
    code=TextColumn(width=22),
    areas=NamesColumn(width=20, most=200, longest=60, nothing="missing", guess="place_is_inferred"),
    type=ChoiceColumn(css="gd-nowrap", nothing="missing", guess="type_certainty"),
    star=ChoiceColumn(width=10, css="gd-nowrap", nothing="untitled", guess="star_certainty"),
    stage=StateColumn(source="stage_label", label="阶段", guess="stage_is_inferred"),
    renewal_share=NumberColumn("%", most=Decimal(100)),
    area_km2=NumberColumn("km²", positive=True, example="3.2000", withheld="hidden", nothing="missing", guess="area_is_inferred"),
    developable_km2=NumberColumn("km²"),
    population=WholeColumn("人", most=9_999_999),
    floor_area_forecast=NumberColumn("万m²"),
    boundary_matches=FlagColumn(),
    target_star=ChoiceColumn(),
    unit_plan_open=FlagColumn(),
    renewal_plan_open=FlagColumn(),
    titled_on=DayColumn(width=18, nothing="untitled", guess="titled_on_certainty", example="2024-06-11"),
    title_batch=TextColumn(width=16, example="2024年第1批"),
    title_number=TextColumn(width=18),
    aliases=NamesColumn(most=300, longest=100),
    key_areas=NamesColumn(most=300, longest=60, withheld="hidden"),
    guideline_area=FlagColumn(example=False),
    edition_text=TextColumn(withheld="hidden"),
    edition=TextColumn(width=20, label="评价标准", withheld="hidden", nothing="missing", guess="edition_is_inferred"),
    origin=ComputedColumn("出处", origin_words, ("sources",), link=("districts:district_detail#sources", "sourced_code")),
    sources=ComputedColumn("出处", source_words, ("sources",), width=60),
)
DISTRICT_LIST = ListTable(
    DISTRICT, "name", "areas", "type", "star", "stage", "area_km2", "titled_on/title_batch", "edition", "origin", caption="城区",
    sorts={
        "name": "name_pinyin", "areas": "area_code", "type": "type", "star": "star", "stage": "stage", "area_km2": "area_km2",
        "titled_on": "titled_on",
    },
    order=("area_code", "name_pinyin", "pk"), apart="is_demo", key="code", demo="is_demo",
    exported=(
        "name", "code", "areas", "type", "star", "stage", "area_km2", "titled_on", "title_batch", "title_number", "edition", "sources",
    ),
)  # fmt: skip
DISTRICT_TOLD = DISTRICT.part(  # by the API
    "name", "aliases", "title_number", "titled_on", "title_batch", "area_km2", "key_areas", "edition_text", "guideline_area"
)
PROFILE = DISTRICT.part(  # what its applicant fills in
    "type", "area_km2", "developable_km2", "population", "floor_area_forecast", "boundary_matches", "target_star", "unit_plan_open",
    "renewal_plan_open",
)  # fmt: skip
MANDATE = Columns.of(ConsultantMandate, "valid_from", "valid_to")

UNFILLED, NO_DAY, OLD_DAY = TextColumn(empty=MISSING), DayColumn(empty=MISSING), DayColumn(empty=MISSING, first=OLDEST_YEAR)
SUB_AREA = Columns.of(SubArea, "name", "area_km2", "note", area_km2=NumberColumn("km²", positive=True))
PAPER = Columns.of(
    DistrictPaper, "kind", "title", "number", "issuer", "issued_on", "source",
    number=UNFILLED, issuer=UNFILLED, issued_on=OLD_DAY, source=UNFILLED,
)  # fmt: skip
FUND = Columns.of(
    Fund, "kind", "document", "amount", "state", "decided_on", "source",
    amount=NumberColumn("万元", positive=True), decided_on=NO_DAY, source=UNFILLED,
)  # fmt: skip
RENEWAL_PROJECT = Columns.of(
    RenewalProject, "kind", "name", "place", "drive", "started_on", "finished_on", "source",
    place=UNFILLED, started_on=OLD_DAY, finished_on=OLD_DAY, source=UNFILLED,
)  # fmt: skip
HONOUR = Columns.of(
    ExternalHonour, "title", "granted_on", "detail", "source", "certainty",
    title=TextColumn(guess="certainty"), granted_on=DayColumn(empty="未查明", first=OLDEST_YEAR),
)  # fmt: skip
SUB_AREA_LIST = ListTable(SUB_AREA, "name", "area_km2", "note", caption="分区", order=("name",))
PAPER_LIST = ListTable(
    PAPER, "title", "kind", "number", "issuer", "issued_on", "source", caption="导则和政策", order=("kind", "-issued_on", "pk")
)
FUND_LIST = ListTable(
    FUND, "document", "kind", "amount", "state", "decided_on", "source", caption="资金", order=("kind", "-decided_on", "pk")
)
RENEWAL_LIST = ListTable(
    RENEWAL_PROJECT, "name", "kind", "drive", "place", "started_on", "finished_on", "source", caption="美丽街区、美丽家园项目",
    order=("kind", "started_on", "pk"),
)  # fmt: skip
HONOUR_LIST = ListTable(HONOUR, "title", "granted_on", "detail", "source", caption="外部称号", order=("-granted_on", "pk"))
