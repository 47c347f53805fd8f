"""Materials that the portal holds as a list (plots, key projects, works): the day's list as a workbook with a code, laid in its slot."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse

from approvals.cases.checklist import HELD_LISTS, PLOT_LIST, PROJECT_LIST, WORK_LIST, Slot, slot_of
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.services import editable, touch
from approvals.common.enums import CaseKind
from districts.file.models.district import District
from districts.plots.workbook import PLOT_COLUMNS, cells_of
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK_ENTERED
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, papers
from greendistrict.core.codes import new_code, written
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.list_workbook import Cell, list_book
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes
from greendistrict.documents.spreadsheets import XLSX, Head
from greendistrict.documents.workbooks.columns import Column, cell_of


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
OF_CASES = frozenset({CaseKind.APPLICATION, CaseKind.ACCEPTANCE})


def held_list(case: Case, slot: Slot) -> HeldList | None:
    """The list that the portal holds of what a slot asks for."""
    return LISTS.get(slot.key) if case.kind in OF_CASES and slot.origin == "file" else None


@transaction.atomic
def take_list(*, case: Case, slot: str, by: User) -> CaseDocument:
    """Lay the list of today in its slot, in place of the one of an earlier day. Raises ``NotAllowed``, ``Refused`` for an empty list."""
    case = editable(case, by, None)
    found = slot_of(case.kind, slot)
    held = held_list(case, found) if found else None
    if found is None or held is None:
        msg = "这一项材料没有平台上的清单可取"
        raise Refused(msg)
    rows = [[_shown(cell) for cell in row] for row in held.rows(case.district)]
    if not rows:
        where = reverse(f"districts:{held.page}", args=[case.district.code])
        raise Refused([Refusal(f"平台上的{held.title}没有内容", remedy="先在清单中登记", href=where)])
    laid = taken_before(case, slot)
    if laid and laid.document.sha256 == hashlib.sha256(_book(case, held, rows, papers.code_of(laid.document))).hexdigest():
        return laid
    code = new_code()
    content = _book(case, held, rows, written(code))
    name = f"{case.district.name}{held.title}（{day_in_words(clock.today())}）"
    made = store_bytes(
        owner=case, content=content, name=f"{name}.xlsx", content_type=XLSX, kind=held.title, title=name, by=by,
        demo=case.district.is_demo, replaces=laid.document if laid else None, own_paper=True,
    )  # fmt: skip
    papers.give(made, code)
    document = _laid(laid, case, slot, made)
    audit.record(action="application.take_list", by=by, obj=case, data={"slot": slot, "rows": len(rows), "sha256": made.sha256})
    touch(case)
    return document


def taken_before(case: Case, slot: str) -> CaseDocument | None:
    """The document of a slot that was made from the list."""
    return case.documents.filter(slot=slot, document__kind__in=HELD_LISTS).select_related("document").order_by("-pk").first()


def _book(case: Case, held: HeldList, rows: Sequence[Sequence[Cell]], code: str) -> bytes:
    """The workbook of a list, which bears the code (as printed)."""
    title = f"{case.district.name}{held.title}　查验码 {code}"
    return list_book(held.title, title, held.heads, rows, demo=case.district.is_demo)


def _laid(laid: CaseDocument | None, case: Case, slot: str, made: Evidence) -> CaseDocument:
    if laid is None:
        return CaseDocument.objects.create(case=case, slot=slot, document=made)
    laid.document = made
    laid.save(update_fields=["document"])
    return laid


def _shown(cell: Any) -> Cell:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return Decimal(str(cell)) if isinstance(cell, float) else cell
