"""Columns of a title and of an announcement, with the list of titles, and of a reconsideration, suit or appeal."""

import datetime as dt

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.models.remedies import WORDS, RemedyRecord
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, TextColumn, WholeColumn, YearColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn

UNKNOWN = "未查明"


def places_of(title: Title, _today: dt.date) -> str:
    """The 行政区 of its district."""
    return "、".join(area.name for area in title.district.areas.all())


TITLE = Columns(
    Title,
    district=TextColumn(source="district__name", label="城区", width=34),
    areas=ComputedColumn("所在区", places_of, width=20, empty=UNKNOWN, guess="district__place_is_inferred"),
    type=ChoiceColumn(source="district__type", empty=UNKNOWN, guess="district__type_certainty", css="gd-nowrap"),
    kind=ChoiceColumn(tones={one.value: one.tone for one in TitleKind}, guess="certainty", css="gd-nowrap", width=10),
    star=ChoiceColumn(empty=UNKNOWN, css="gd-nowrap", width=10, guess="star_certainty"),
    number=TextColumn(empty=UNKNOWN, css="gd-nowrap", width=18),
    granted_on=DayColumn(empty=UNKNOWN, guess="date_certainty", width=14),
    batch=ComputedColumn(
        "公告批次", lambda title, _today: title.told_by, css="", width=18, empty=UNKNOWN, link=("approvals:announcement", "announcement_id")
    ),
    edition_text=TextColumn(empty=UNKNOWN, guess="edition_certainty", width=26),
    policy=TextColumn(guess="policy_certainty", width=28),
    state=ComputedColumn("状态", lambda title, _today: title.marks, css="gd-state"),
    ended_on=DayColumn(width=14),
    ended=ComputedColumn("终止", lambda title, _today: title.ended_words, link=("approvals:announcement", "end_announcement_id")),
    end=ChoiceColumn(),
    historic=FlagColumn(),
    reported_time=TextColumn(),
    honours=ComputedColumn(
        "外部称号", lambda title, _today: "；".join(honour.title for honour in title.district.honours.all()), css="", width=40
    ),
)
TITLE_LIST = ListTable(
    TITLE, "district", "type", "kind", "star", "number", "granted_on", "batch", "edition_text", "state", "honours",
    caption="称号，新授予的在前", demo="district__is_demo",
    exported=tuple(TITLE.without("ended", "end", "historic", "reported_time")),
)  # fmt: skip
TITLE_FACTS = ListTable(TITLE, "kind", "star", "number", "granted_on", "batch", "edition_text", "policy", caption="称号")
TITLES_OF_DISTRICT = ListTable(
    TITLE, "kind", "star", "number", "granted_on", "batch", "edition_text", "policy", "state/ended", caption="称号"
)
TITLES_IN_PUBLIC = ListTable(TITLE, "kind", "star", "number", "granted_on", "batch", "state", caption="称号")
TITLE_TOLD = TITLE.part("number", "granted_on", "ended_on", "end", "historic", "policy", "reported_time", "edition_text")  # by the API
RECORDED = Columns(  # what is recorded of a title from before the portal, with the announcement that it names
    Title,
    star=TITLE["star"],
    **Columns.of(Title, "star_certainty", "number", "granted_on", "date_certainty"),
    batch=TextColumn(
        source="batch_words", label=TITLE["batch"].label, most=40,
        help="知道批次的写作2024年第五批，并填授予日期、公告标题，已经登记的批次不填公告标题；只知道大致时间的写原文，如2022年（批次未查明）",
    ),
    notice_title=TextColumn(source="announcement__title", label="公告标题", help="同一批次的各称号共用标题、文号、日期和原文，一起改"),
    notice_number=TextColumn(source="announcement__number", label="公告文号", help="没有查明的不填"),
    notice_text=TextColumn(source="announcement__text", label="公告原文", rows=6, most=20_000, help="照原文录入，不录名单；没有的不填"),
    **Columns.of(Title, "edition_text", "edition_certainty", "policy", "policy_certainty", "source"),
    certainty=ChoiceColumn(label="称号确定程度"),
    **Columns.of(Title, "standing_certainty"),
).needed("source")  # fmt: skip
BATCH = Columns(
    Announcement,
    number=TextColumn(),
    title=TextColumn(example="演示公告（虚构）"),
    announced_on=DayColumn(),
)
BATCH_TOLD = Columns(  # by the API
    Announcement,
    year=YearColumn(example=2024),
    batch=WholeColumn(least=1, most=1000),
    **BATCH,
    historic=FlagColumn(),
    source=TextColumn(),
    is_demo=FlagColumn(),
)

REMEDY = Columns.of(
    RemedyRecord,
    "kind", "filer", "body", "number", "filed_on", "served_on", "simplified", "ordinary_on",
    "reply_number", "replied_on", "judgment", "late_ground", "outcome", "outcome_number", "outcome_on", "outcome_words", "redo_by",
    **dict.fromkeys(("kind", "filer", "judgment"), ChoiceColumn(radio=True)), outcome_words=TextColumn(rows=3, most=WORDS),
    simplified=FlagColumn(tick=True),
)  # fmt: skip
