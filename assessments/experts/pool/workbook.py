"""Workbook export of the expert pool that can be edited and imported again, and the list of panel hours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assessments.experts.columns import ACCOUNT, GROUP, PERSON
from assessments.experts.models.experts import ExpertEmployment, ExpertProfile
from greendistrict.documents.workbooks.book import Book, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import CHOICES, DAY, Column, words_of

POOL = "绿色生态城区专家库"
WORDS = (
    "账号是识别依据：已在专家库的账号修改原信息，没有的新登记一名专家并发出邀请；工作簿里没有的专家不变。",
    "专业填章的名称，几个之间用顿号隔开，可填的名称列在下面。",
    "工作单位填全称。更换单位时填新单位和任职起，原单位的任职到前一天为止，记录保留，用来核对应回避情形。",
    "日期填 2026-03-01 的样子；可参加填“是”或“否”；没有期限的聘期止留空。",
    "姓名、电子邮箱只在新建账号时采用；已有账号的姓名须相符。",
)


def pool_list(chapters: Mapping[str, str]) -> Book:
    """Column description of the pool's workbook; ``chapters`` maps the key of a specialty to its words."""
    columns = (
        *ACCOUNT.book_columns(),
        PERSON["rank"].book_column(),
        Column("specialties", "专业", CHOICES, 36, most=400, needed=True, choices=chapters),
        Column("employer", "工作单位", width=30, needed=True),
        GROUP.book_column(),
        Column("employed_from", "任职起", DAY, 14),
        *PERSON.part("valid_from", "valid_to").book_columns(),
        replace(PERSON["available"].book_column(), label="可参加"),
    )
    return Book("experts", "专家", "人", columns, WORDS, how="请先下载模板再填写", fixed=2)


def expert_book(experts: Iterable[ExpertProfile], chapters: Mapping[str, str], returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of experts (with ``employed_now`` prefetched) or of returned rows; with neither it is the empty template."""
    rows, book = list(experts), pool_list(chapters)
    title = SheetTitle(f"{POOL}{'　含演示数据' if any(row.is_demo for row in rows) else ''}", POOL)
    return write_book(book, title, (_cells(book, row) for row in rows), guide=["专业：", *chapters.values()], returned=returned)


def _cells(book: Book, expert: ExpertProfile) -> Iterator[str]:
    """Cells of an expert; of several current employers the one joined last is written."""
    job: ExpertEmployment | None = max(vars(expert)["employed_now"], key=lambda one: (one.valid_from, one.pk), default=None)
    return (words_of(column, value_of(expert, job, column.field)) for column in book.columns)


def value_of(expert: ExpertProfile, job: ExpertEmployment | None, name: str) -> Any:
    """Value of a column, read from the expert, the account or the employment."""
    if name in {"username", "name", "email"}:
        return getattr(expert.user, name)
    employed = {"employer": "name", "group": "group"}
    if name in employed:
        return getattr(job.organisation, employed[name]) if job else ""
    if name == "employed_from":
        return job.valid_from if job else None
    return sorted(expert.specialties) if name == "specialties" else getattr(expert, name)
