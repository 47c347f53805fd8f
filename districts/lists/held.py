"""Lists that the portal holds of a district (plots, key projects, works), taken as a file: the day's list as a workbook with a code."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse

from districts.common.enums import PLOT_LIST, PROJECT_LIST, WORK_LIST
from districts.file.models.district import District
from districts.plots.workbook import PLOT_COLUMNS, cells_of
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK_ENTERED
from greendistrict.accounts.models import User
from greendistrict.core import clock, papers
from greendistrict.core.codes import new_code, written
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.list_workbook import Cell, list_book
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from greendistrict.documents.spreadsheets import XLSX, Head
from greendistrict.documents.workbooks.columns import Column, cell_of

TAKEN = "这份清单取自平台，带查验码，不能换成别的文件；清单改了的重新取，另有材料的在“上传”中加入，不用的移除"


class HeldList(NamedTuple):
    """A list of a district: its title, page, heads, and the cells of its rows."""

    title: str
    page: str
    heads: Sequence[Head]
    rows: Callable[[District], Iterable[Sequence[Any]]]


def _plots(district: District) -> Iterator[list[Any]]:
    for plot in district.plots.select_related("control").order_by("number"):
        control = getattr(plot, "control", None)
        paper = control.steps.get("contract", {}).get("number", "") if control else ""
        yield [*list(cells_of(plot, {}))[: len(PLOT_COLUMNS)], paper]


def _projects(district: District) -> Iterator[list[Any]]:
    for row in district.key_projects.prefetch_related("plots").order_by("planned_start", "name"):
        yield [cell_of(column, PROJECT[column.field].of(row)) for column in PROJECT_ENTERED.book_columns()]


def _works(district: District) -> Iterator[list[Any]]:
    for row in district.works.order_by("name"):
        yield [cell_of(column, getattr(row, column.field)) for column in WORK_ENTERED.book_columns()]


def _heads(columns: Iterable[Column]) -> list[Head]:
    return [(column.label, column.width) for column in columns]


LISTS = {
    "plots": HeldList(PLOT_LIST, "plot_list", (*_heads(PLOT_COLUMNS), ("合同或决定书文号", 24)), _plots),
    "key-projects": HeldList(PROJECT_LIST, "key_project_list", _heads(PROJECT_ENTERED.book_columns()), _projects),
    "works": HeldList(WORK_LIST, "work_list", _heads(WORK_ENTERED.book_columns()), _works),
}


class TakenList(NamedTuple):
    """A list that was taken as a file, and how many rows it has."""

    document: Evidence
    rows: int


def take(
    held: HeldList,
    *,
    district: District,
    owner: models.Model,
    before: Evidence | None,
    by: User,
    today: dt.date,
    level: Confidentiality = Confidentiality.INTERNAL,
) -> TakenList:
    """File of today's list, kept for ``owner``: ``before`` if it says the same, else the next version, no less confidential than ``level``.

    Raises ``Refused`` for an empty list. Runs in the transaction of the caller, who holds the owner and asks for the right to add.
    """
    rows = [[_shown(cell) for cell in row] for row in held.rows(district)]
    if not rows:
        where = reverse(f"districts:{held.page}", args=[district.code])
        raise Refused([Refusal(f"平台上的{held.title}没有内容", remedy="先在清单中登记", href=where)])
    if before and Confidentiality(before.confidentiality).rank >= level.rank:
        same = _book(district, held, rows, papers.code_of(before))
        if before.sha256 == hashlib.sha256(same).hexdigest():
            return TakenList(before, len(rows))
    code = new_code()
    content = _book(district, held, rows, written(code))
    name = f"{district.name}{held.title}（{day_in_words(today)}）"
    made = store_bytes(
        owner=owner, content=content, name=f"{name}.xlsx", content_type=XLSX, kind=held.title, title=name,
        by=by, demo=district.is_demo, confidentiality=level, replaces=before, own_paper=True,
    )  # fmt: skip
    papers.give(made, code)
    return TakenList(made, len(rows))


def standing(document: Evidence, *, in_use: bool) -> papers.PaperStanding:
    """Standing of the paper: superseded by the next version; one that its place no longer has is revoked."""
    if document.replaced_by.exists():
        return papers.PaperStanding.SUPERSEDED
    return papers.PaperStanding.VALID if in_use else papers.PaperStanding.REVOKED


def origin(document: Evidence) -> str:
    """Where the list comes from, in words, with its day."""
    return f"取自平台{day_in_words(document.uploaded_at.astimezone(clock.SHANGHAI).date())}登记的清单"


def _book(district: District, held: HeldList, rows: Sequence[Sequence[Cell]], code: str) -> bytes:
    """The workbook of a list, which bears the code (as printed)."""
    return list_book(held.title, f"{district.name}{held.title}　查验码 {code}", held.heads, rows, demo=district.is_demo)


def _shown(cell: Any) -> Cell:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return Decimal(str(cell)) if isinstance(cell, float) else cell
