"""The published datasets with their fields, formats and rows. Only facts that a public page shows.

Identifiers (URL of a dataset, code of a district, key of a title) are never reused.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, Q

from approvals.casework.selectors.known_on_day import name_on
from approvals.publicity.selectors import amended, announcements_public, undone_in_order
from approvals.titles.columns import TITLE
from approvals.titles.enums import PUBLIC_STATES
from approvals.titles.models.amendments import amended_words
from approvals.titles.models.publicity import Announcement, Title, TitleHolder
from approvals.titles.selectors import holders_public, with_undone
from assessments.score_releases.columns import SCORE
from assessments.score_releases.columns import TYPED as SCORE_RELEASE
from assessments.score_releases.selectors import scores_released
from assessments.tables.columns import SCORE_ROW
from beautiful.frame.programme import programme
from beautiful.plans.columns import PLAN, PLANNED_TOLD
from beautiful.releases.columns import RELEASE
from beautiful.releases.selectors import released
from carbon.inventories.columns import INVENTORY
from carbon.releases.selectors import figures_released
from carbon.verification.columns import VERIFICATION
from districts.boundaries.models import Boundary
from districts.boundaries.selectors import published_boundaries
from districts.common.enums import Certainty
from districts.file.columns import DISTRICT
from districts.file.selectors.visibility import public_districts
from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, NumberColumn, WholeColumn, YearColumn
from greendistrict.core import clock
from portal.public.selectors import public_rows, register_of
from portal.public.views import registered
from reports.city.published import MIXED, PUBLISHED, UNCLEAR

Value = str | int | Decimal | bool | dt.date | None
Conditions = Mapping[str, Any]
CSV, JSON, XLSX, GEOJSON = "csv", "json", "xlsx", "geojson"
TABLE = (CSV, XLSX, JSON)


@dataclass(frozen=True)
class Field:
    """One column: JSON key and CSV heading, heading in the workbook, type and meaning."""

    key: str
    label: str
    type: str
    meaning: str
    width: int = 14


def told(key: str, column: DeclaredColumn, meaning: str, width: int = 14) -> Field:
    """A declared column under its published name: a number with its unit, a whole number, a day, else text."""
    kinds = {DayColumn: "date", WholeColumn: "integer", YearColumn: "integer", NumberColumn: f"number, {column.unit}"}
    return Field(key, column.label, kinds.get(type(column), "string"), meaning, width)


def stored(model: type[Model], key: str, meaning: str, width: int = 14) -> Field:
    """The field of a model under its label."""
    return told(key, Columns.of(model, key)[key], meaning, width)


@dataclass(frozen=True)
class Dataset:
    """One dataset. ``rows`` yields tuples in the order of ``fields``, followed by the geometry if it has one.

    One that ``is_dated`` answers for any past day as well (condition ``on``).
    """

    key: str
    title: str
    about: str
    fields: tuple[Field, ...]
    rows: Callable[[Conditions], Iterator[tuple[Value, ...]]]
    formats: tuple[str, ...] = TABLE
    page: str = ""
    is_dated: bool = False


def _titles(asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for row in registered(asked) if asked else register_of(public_rows()):
        yield (
            row.code, row.name, row.area_name, _sure(row.area_name, row.area_guess), row.title, row.title_guess, row.state,
            row.star or row.unknown, _sure(row.star, row.star_guess), row.type or row.unknown, _sure(row.type, row.type_guess),
            _short(row.km2), row.km2_guess, _sure(row.km2, row.km2_guess), row.date, row.date_guess, _sure(row.date, row.date_guess),
            row.number, row.batch or row.unknown, row.is_demo,
        )  # fmt: skip


def _history(asked: Conditions) -> Iterator[tuple[Value, ...]]:
    on = asked.get("on") or dt.date.max
    rows = Title.objects.filter(district__in=public_districts()).select_related("district", "announcement", "end_announcement")
    rows = rows.filter(Q(granted_on=None) | Q(granted_on__lte=on))
    for title in with_undone(rows).order_by("district__is_demo", "district__code", "granted_on", "pk"):
        lost = title.ended_on if title.has_ended_by(on) else title.lost_on(on)
        ended = lost is not None or title.has_ended_by(on)
        yield (
            title.pk, title.district.code, name_on(title.district, on), title.get_kind_display(), title.certainty == Certainty.INFERRED,
            title.get_star_display() if title.star else Certainty.UNKNOWN.label,
            _sure(title.star, title.star_certainty == Certainty.INFERRED), title.number, title.granted_on,
            Certainty(title.date_certainty).label if title.granted_on else Certainty.UNKNOWN.label,
            _published(title.announcement) or title.reported_time or Certainty.UNKNOWN.label, title.state_on(on),
            lost, _published(title.end_announcement if ended else None), title.district.is_demo,
        )  # fmt: skip


def _holders(asked: Conditions) -> Iterator[tuple[Value, ...]]:
    on = asked.get("on") or dt.date.max
    rows = [row for row in holders_public().filter(district__in=public_districts()) if row.since is None or row.since <= on]
    passed = {(row.district_id, row.side) for row in rows if row.case_id}
    for row in rows:
        if (row.district_id, row.side) not in passed:
            continue  # passed on only after the day
        yield (
            row.pk, row.district.code, name_on(row.district, on), row.get_side_display(), row.body_name, row.since,
            row.until if row.until and row.until < on else None,
            row.get_ground_display() if row.ground else "", row.paper, row.case.decision_number if row.case else "", row.district.is_demo,
        )  # fmt: skip


def _sure(value: object, guess: bool) -> str:  # noqa: FBT001 -- what a row says of its value
    """How certain a value is, in words; one that is missing is unknown."""
    return str((Certainty.INFERRED if guess else Certainty.SOURCED).label if value else Certainty.UNKNOWN.label)


def _short(value: Decimal | None) -> Decimal | None:
    return value.normalize() if value is not None else None


def _published(batch: Announcement | None) -> str:
    return str(batch) if batch and batch.status in PUBLIC_STATES else ""


def _announcements(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for batch in announcements_public().prefetch_related(amended(), undone_in_order()):
        titles = (*batch.titles.all(), *batch.ended_titles.all(), *(row.title for row in batch.undone_ends.all()))
        codes = dict.fromkeys(title.district.code for title in titles)
        changes = list(batch.amendments.all())
        yield (
            batch.pk, str(batch), batch.number, batch.title, batch.announced_on, " ".join(codes), "；".join(map(amended_words, changes)),
            next((row.published_on for row in changes if row.is_withdrawal), None), batch.is_demo,
        )  # fmt: skip


def _boundaries(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for boundary in published_boundaries(public_districts()):
        district = boundary.district
        yield district.code, district.name, boundary.map_number, _short(boundary.stated_km2), district.is_demo, boundary.geometry


def _counts(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for one in PUBLISHED:
        yield one.year, one.count, one.km2, one.about, one.covers, one.gap, one.source


def _carbon(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for release, figure in figures_released(public_districts()):
        district = release.district
        yield (
            district.code, district.name, figure.year, figure.total, figure.per_m2_kg, figure.boundary, "；".join(figure.factors),
            figure.verified, figure.conclusion, release.released_at.astimezone(clock.SHANGHAI).date(), district.is_demo,
        )  # fmt: skip


def _scores(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for release, score in scores_released(public_districts()):
        district = release.district
        yield (
            release.pk, district.code, district.name, score.year, score.procedure, score.nature, score.stage, score.total,
            score.chapter_words, score.edition_code, score.edition_title, score.reference, release.note,
            release.released_at.astimezone(clock.SHANGHAI).date(), district.is_demo,
        )  # fmt: skip


def _beautiful(_asked: Conditions) -> Iterator[tuple[Value, ...]]:
    for release in released():
        for area in release.frozen["areas"]:
            for task in area["tasks"]:
                yield (
                    release.pk, release.year, release.quarter, str(release.plan), area["name"], task["number"], task["title"],
                    task["owner"], task["target"], task["due_on"], task["reported"], task["value"], task["parts"], task["light"],
                    release.released_at.astimezone(clock.SHANGHAI).date(), programme().mark, release.is_demo,
                )  # fmt: skip


CERTAINTY = "、".join(str(one.label) for one in Certainty)
STAR_CERTAINTY = f"{CERTAINTY}；推定的按标准的参考版评定"
NAME = Field("name", "城区", "string", "城区名称", 26)
PLACE = (Field("district", "城区编号", "string", "同“称号名录”的城区编号", 22), NAME)
IS_DEMO = Field("is_demo", "演示数据", "boolean", "虚构城区的演示数据为真，使用时应剔除", 9)
TITLES = Dataset(
    "titles",
    "称号名录",
    "现有绿色生态城区试点、示范称号。没有出处的写未查明（数字和日期留空），由出处推得的另有一列标明。",
    (
        Field("district", "城区编号", "string", "城区在本平台的编号，不变", 22),
        NAME,
        Field("areas", "行政区", "string", "所在区，两个以上以顿号分开", 12),
        Field("areas_certainty", "行政区确定程度", "string", CERTAINTY, 12),
        told("title", TITLE["kind"], "试点或示范", 8),
        Field("title_inferred", "称号为推定", "boolean", "称号由出处推得", 10),
        told("state", TITLE["state"], "有效（撤销决定停止执行的写明），或者没有出处说明现状的，现状未查明", 12),
        told("star", DISTRICT["star"], "一星、二星、三星或未查明", 8),
        Field("star_certainty", "星级确定程度", "string", STAR_CERTAINTY, 12),
        told("type", DISTRICT["type"], "新建、更新或未查明", 8),
        Field("type_certainty", "类型确定程度", "string", CERTAINTY, 12),
        told("km2", DISTRICT["area_km2"], "未查明的留空，见面积确定程度", 9),
        Field("km2_inferred", "面积为推定", "boolean", "面积由出处推得", 10),
        Field("km2_certainty", "面积确定程度", "string", CERTAINTY, 12),
        told("announced_on", DISTRICT["titled_on"], "未查明的留空，见日期确定程度", 12),
        Field("date_inferred", "日期为推定", "boolean", "日期由出处推得", 10),
        Field("date_certainty", "日期确定程度", "string", CERTAINTY, 12),
        told("number", DISTRICT["title_number"], "没有编号或者没有查明的留空", 16),
        told("batch", DISTRICT["title_batch"], "年份和批次，或未查明", 16),
        IS_DEMO,
    ),
    _titles,
    page="portal:register",
    is_dated=True,
)
HISTORY = Dataset(
    "title-history",
    "称号变化",
    "每一个授予过的称号，包括已终止的：授予、终止的日期和方式、公告。",
    (
        Field("id", "称号标识", "integer", "称号在本平台的标识，不变", 9),
        *PLACE,
        told("title", TITLE["kind"], "试点或示范", 8),
        Field("title_inferred", "称号为推定", "boolean", "称号由出处推得", 10),
        stored(Title, "star", "授予时的星级，或未查明", 8),
        Field("star_certainty", "星级确定程度", "string", STAR_CERTAINTY, 12),
        stored(Title, "number", "称号编号；没有编号或者没有查明的留空", 16),
        stored(Title, "granted_on", "未查明的留空", 12),
        stored(Title, "date_certainty", "有出处、推定或未查明", 12),
        told("announcement", TITLE["batch"], "授予称号的公告；没有公告的为公开资料所说的时间，或未查明", 16),
        told("state", TITLE["state"], "有效、现状未查明或终止方式", 12),
        stored(Title, "ended_on", "仍有效的留空", 12),
        Field("end_announcement", "终止公告", "string", "终止称号的公告", 16),
        IS_DEMO,
    ),
    _history,
    page="portal:register",
    is_dated=True,
)
HOLDERS = Dataset(
    "title-holders",
    "责任单位沿革",
    "合并、撤销、改制等机构调整前后，为已有称号的城区承担责任的单位；没有变动过的城区不在其中。",
    (
        Field("id", "记录标识", "integer", "记录在本平台的标识，不变", 9),
        *PLACE,
        stored(TitleHolder, "side", "实施主体或者申报主体", 10),
        Field("body", "单位", "string", "当时的单位名称", 26),
        stored(TitleHolder, "since", "最初的单位为持有称号的起始日，没有查明的留空", 12),
        stored(TitleHolder, "until", "现任的留空", 12),
        stored(TitleHolder, "ground", "承继的事由；最初的单位留空", 10),
        stored(TitleHolder, "paper", "文件的名称和文号；最初的单位留空", 30),
        Field("decision", "决定文号", "string", "同意转移的文号；最初的单位留空", 22),
        IS_DEMO,
    ),
    _holders,
    page="portal:register",
    is_dated=True,
)
ANNOUNCEMENTS = Dataset(
    "announcements",
    "公告",
    "已发布的公告批次和其中的城区。",
    (
        Field("id", "公告标识", "integer", "公告在本平台的标识，不变", 9),
        Field("batch", "批次", "string", "年份和批次", 18),
        stored(Announcement, "number", "没有文号的留空", 22),
        stored(Announcement, "title", "公告标题", 40),
        stored(Announcement, "announced_on", "公告的日期", 12),
        Field("districts", "城区编号", "string", "公告授予或终止称号的城区，以空格分开", 40),
        Field("changes", "更正和撤回", "string", "公告后的更正和撤回，两项以上以分号分开；没有的留空", 40),
        Field("withdrawn_on", "撤回日期", "date", "没有撤回的留空", 12),
        IS_DEMO,
    ),
    _announcements,
    page="portal:publicity",
)
COUNTS = Dataset(
    "published-counts",
    "历年公布数",
    f"市里公布的年底城区个数和面积。{MIXED}；{UNCLEAR}。",
    (
        Field("year", "年份", "integer", "年底", 8),
        Field("count", "个数", "integer", "公布的城区个数", 8),
        Field("km2", "面积", "number, km²", "公布的面积", 9),
        Field("about", "约数", "boolean", "出处写“约”", 8),
        Field("covers", "计的是什么", "string", "出处所说的范围", 40),
        Field("gap", "断点", "string", "与此前公布数的断点", 50),
        Field("source", "出处", "string", "公布的文件或报道", 50),
    ),
    _counts,
    page="portal:published_counts",
)
BOUNDARIES = Dataset(
    "boundaries",
    "规划范围",
    "有审图号的城区规划范围，坐标为 WGS 84（RFC 7946）。没有审图号的范围不公布。",
    (
        *PLACE,
        stored(Boundary, "map_number", "范围图的审图号", 20),
        Field("stated_km2", "批准面积", "number, km²", "随范围批准的面积；没有填写的留空", 9),
        IS_DEMO,
    ),
    _boundaries,
    formats=(GEOJSON,),
    page="portal:register",
)
CARBON = Dataset(
    "carbon-figures",
    "碳排放数字",
    "城区主管部门公开的年度碳排放数字，取自已报送的清单；没有公开的年度不在其中，撤回的不再列出。",
    (
        *PLACE,
        told("year", INVENTORY["year"], "清单的年度", 8),
        told("total", INVENTORY["total"], "年碳排放总量，已扣减绿地碳汇和可再生能源抵扣", 12),
        told("per_m2_kg", INVENTORY["per_m2"], "总量除以核算建筑面积（核算范围内建筑面积之和）", 12),
        Field("boundary", "核算范围", "string", "范围的名称和版次；未选的写明", 22),
        Field("factors", "排放因子", "string", "所用因子和版本，以分号分开；自填的只列项数", 40),
        Field("verified", "已核查", "boolean", "这一版清单的核查报告已签发", 9),
        told("conclusion", VERIFICATION["conclusion"], "未核查的留空", 12),
        Field("released_on", "公开日期", "date", "公开这一数字的日期", 12),
        IS_DEMO,
    ),
    _carbon,
    page="portal:register",
)
SCORES = Dataset(
    "scores",
    "得分",
    "市里公开的城区得分，取自办结的年度自查、阶段评估、试点申报和终期验收；没有公开的不在其中，撤回的不再列出。",
    (
        Field("id", "公开标识", "integer", "这一次公开在本平台的标识，不变", 9),
        *PLACE,
        Field("year", "年度", "integer", "自查的年度、阶段评估的目标年度；申报和验收为公告的年份", 8),
        Field("procedure", "程序", "string", "年度自查、阶段评估、试点申报或者终期验收", 12),
        told("nature", SCORE["nature"], "自评或者专家评定；按建设期填报的写明", 14),
        told("stage", SCORE_ROW["stage"], "规划设计或者实施运管", 12),
        told("total", SCORE["total"], "办结时冻结的总分", 9),
        Field("chapters", "各章得分", "string", "章名和按百分计的得分，以分号分开；加分章写明加分", 60),
        Field("edition", "评价标准", "string", "得分所用标准的编号", 18),
        Field("edition_title", "标准名称", "string", "得分所用标准的名称", 30),
        Field("reference", "参考版", "boolean", "为真的，所用标准是参考版，不是官方标准条文", 9),
        told("note", SCORE_RELEASE["note"], "公开时的说明；没有的留空", 30),
        Field("released_on", "公开日期", "date", "公开这一得分的日期", 12),
        IS_DEMO,
    ),
    _scores,
    page="portal:register",
)
BEAUTIFUL = Dataset(
    "beautiful-progress",
    "美丽上海行动计划进展",
    f"市里公开的季度进展，按任务列出公开时的数字；撤回的不再列出。重点领域取自{programme().mark}，不作任何决定的依据。",
    (
        Field("release", "公开标识", "integer", "公开的季度在本平台的标识，不变", 9),
        told("year", RELEASE["year"], "季度所在的年度", 8),
        told("quarter", RELEASE["quarter"], "1至4", 8),
        told("plan", PLAN["name"], "行动计划和起止年", 30),
        told("area", PLANNED_TOLD["area"], "十个重点领域之一", 12),
        told("number", PLANNED_TOLD["number"], "任务的编号，各轮计划不变", 16),
        told("title", PLANNED_TOLD["title"], "任务名称", 34),
        told("owner", PLANNED_TOLD["owner"], "公开时的责任单位", 26),
        told("target", PLANNED_TOLD["target"], "由“美丽上海统筹”的岗位登记，不是原文的内容", 34),
        Field("due_on", "完成日期", "string", "如公开页所写", 14),
        Field("reported", "已报", "boolean", "公开时这一季度已经报送", 8),
        Field("value", "累计完成值", "string", "数值和单位；没有数量目标和未报的留空", 16),
        Field("parts", "区任务合计", "string", "由区任务合计的，几项已报；其他留空", 20),
        Field("light", "红绿灯", "string", "公开时红绿灯的说明；未报的留空", 24),
        Field("released_on", "公开日期", "date", "公开这一季度的日期", 12),
        Field("mark", "文件状态", "string", "重点领域所依据文件的状态", 12),
        IS_DEMO,
    ),
    _beautiful,
    page="beautiful:public_progress",
)
DATASETS = {one.key: one for one in (TITLES, HISTORY, HOLDERS, ANNOUNCEMENTS, COUNTS, BOUNDARIES, CARBON, SCORES, BEAUTIFUL)}
