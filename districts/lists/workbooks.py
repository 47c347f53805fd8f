"""Workbooks of key projects and works, and imports of lists too large for a request.

Reading only stores the preview; writing is one transaction with the state. A killed worker leaves both unchanged, and the import is queued
again: by Celery, which redelivers unfinished tasks, or by the sweep if the queue was lost too.

Also here: Key projects and municipal works as workbooks: export and import.
"""

import datetime as dt
import hashlib
import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from districts.common.enums import ImportKind, ProjectState, QueuedState
from districts.file.models.district import District, ListImport, QueuedImport
from districts.file.services import hold_editor
from districts.file.workbook_marks import DistrictReader, Values, list_book
from districts.lists.kept_previews import as_kept, kept_choices
from districts.lists.services import apply_import, progress_problems, settled_days
from districts.plausibility.comparisons import PlausibilityFinding
from districts.plots.workbook import PlotReader
from districts.projects.checks import asked_of_key_project, asked_of_listed_work
from districts.projects.columns import PROJECT, PROJECT_ENTERED, WORK_ENTERED
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why
from greendistrict.core import clock, leases
from greendistrict.core.columns import fitted
from greendistrict.core.constraints import out_of_order
from greendistrict.core.errors import Refused
from greendistrict.core.folded_keys import folded
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.workbooks.asked_texts import Answers, answers_of, signable
from greendistrict.documents.workbooks.book import Book, Returned
from greendistrict.documents.workbooks.columns import CellValue, Column, cell_of
from greendistrict.documents.workbooks.grids import BookCell, with_results
from greendistrict.documents.workbooks.lines import by_fold
from greendistrict.documents.workbooks.remembered import newly_chosen
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

KEY_WORDS = "{}是识别依据：平台上已有的{}修改原来的一条，没有的新增一条；工作簿里没有的不变，不会删除。更名请在页面上办理。"
DAY_WORDS = "日期填 2026-03-01 的样子；{}"
PROJECTS = Book(
    ImportKind.PROJECTS,
    "近期重点项目",
    "个项目",
    PROJECT_ENTERED.book_columns(),
    (
        KEY_WORDS.format("项目名称", "名称"),
        DAY_WORDS.format("状态填未开工、在建、竣工、投用，投用的填投用日期。"),
        "对应条文填评价标准的条文号，涉及地块填地块编号，都用顿号隔开。",
    ),
)
WORKS = Book(
    ImportKind.WORKS,
    "市政设施",
    "项设施",
    WORK_ENTERED.book_columns(),
    (KEY_WORDS.format("设施名称", "名称"), DAY_WORDS.format("主要设施填“是”或“否”，留空为是；状态由日期得出。")),
)


def projects_book(district: District, returned: Sequence[Returned] | None = None) -> bytes:
    """Workbook of the key projects, or of rows returned from an import."""
    rows = district.key_projects.prefetch_related("plots").order_by("planned_start", "name") if returned is None else ()
    cells = [[cell_of(column, PROJECT[column.field].of(row)) for column in PROJECTS.columns] for row in rows]
    return list_book(district, PROJECTS, cells, returned=returned or ())


def works_book(district: District, returned: Sequence[Returned] | None = None) -> bytes:
    """Workbook of the municipal works, or of rows returned from an import."""
    rows = district.works.order_by("name") if returned is None else ()
    cells = [[cell_of(column, getattr(row, column.field)) for column in WORKS.columns] for row in rows]
    return list_book(district, WORKS, cells, returned=returned or ())


class ProjectReader(DistrictReader[KeyProject]):
    """Reader of key projects by name with their plots: three queries."""

    book = PROJECTS
    foreign_heads = {
        "name": ("项目", "工程名称", "名称"),
        "category": ("类型", "项目类别", "项目类型"),
        "investment": ("总投资", "投资额", "投资估算", "投资规模", "计划总投资", "计划投资"),
        "plots": ("地块", "地块编号", "所在地块"),
        "state": ("进展", "建设状态", "进度"),
    }

    def rows(self) -> Mapping[str, KeyProject]:
        """Projects by name."""
        self.floors = dict(self.subject.plots.values_list("number", "floor_area"))
        self.numbers = {key: alike[0] for key, alike in by_fold(self.floors).items() if len(alike) == 1}
        return {row.name: row for row in self.subject.key_projects.prefetch_related("plots")}

    def current(self, row: KeyProject | None, name: str) -> Any:
        """A field of the project; ``plots`` as numbers."""
        return PROJECT[name].of(row) if row else super().current(row, name)

    def read_cell(self, column: Column, cell: BookCell, row: KeyProject | None) -> CellValue:
        """As of every list; plots are those whose numbers are written so, in any width and case, and clauses bare numbers."""
        found = super().read_cell(column, cell, row)
        if column.field not in {"plots", "clauses"}:
            return found
        names = [self.numbers.get(folded(one), one) if column.field == "plots" else _clause(one) for one in found.value]
        told = [f"“{one}”按“{name}”" for one, name in zip(found.value, names, strict=True) if name != one]
        return CellValue(list(dict.fromkeys(names)), "；".join(filter(None, (found.note, *told))))

    def completed(self, _row: KeyProject | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: a project without a state has not begun."""
        return {**typed, "state": typed["state"] or ProjectState.PLANNED.value, "plots": sorted(typed["plots"])}

    def against(self, _row: KeyProject | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: contradictions, and plots that the district does not have."""
        candidate = _project(typed)
        unknown = [number for number in typed["plots"] if number not in self.floors]
        return [*_problems(candidate), *([("plots", f"没有地块{'、'.join(unknown)}")] if unknown else [])]

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about investment and days, also beside the floor of the plots named."""
        floors = [floor for number in values["plots"] if (floor := self.floors.get(number)) is not None]
        return asked_of_key_project(
            _project(values), None, sum(floors, Decimal(0)) if floors else None, limits=self.limits, today=self.today
        )

    def parted(
        self, _row: KeyProject | None, _typed: Mapping[str, Any], changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Split the changes into fields of the project, and its plots."""
        own = {name: value for name, value in changed.items() if name != "plots"}
        return own, {"plots": changed["plots"]} if "plots" in changed else {}


def _clause(text: str) -> str:
    """Number of a clause as it is stored: 第７。２。７条 is 7.2.7."""
    bare = folded(text).replace("。", ".").removeprefix("第").removesuffix("条")
    return bare if re.fullmatch(r"[0-9]+(?:\.[0-9]+)+", bare) else text


def _project(values: Values) -> KeyProject:
    return KeyProject(**{name: value for name, value in values.items() if name != "plots"})


class WorkReader(DistrictReader[Work]):
    """Reader of municipal works by name."""

    book = WORKS
    foreign_heads = {
        "name": ("名称", "道路名称", "工程名称", "项目名称"),
        "kind": ("类型", "设施类型", "设施类别"),
        "length_m": ("长度", "道路长度", "管线长度", "里程"),
        "planned_finish": ("计划竣工", "计划完工", "计划竣工日期", "计划竣工时间"),
        "built_on": ("竣工日期", "完工日期"),
    }

    def rows(self) -> Mapping[str, Work]:
        """Works by name."""
        return {row.name: row for row in self.subject.works.all()}

    def completed(self, _row: Work | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: a work is a main one unless stated otherwise."""
        return {**typed, "main": True if typed["main"] is None else typed["main"]}

    def against(self, row: Work | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: contradictions, and dates fixed by an acceptance."""
        short = [("length_m", "长度应大于0")] if typed["length_m"] == 0 else []
        settled = settled_days(Work(pk=row.pk, conforms=row.conforms, **typed), changed) if row else []
        return [*_problems(Work(**typed)), *short, *settled]

    def questions(self, values: Values) -> Iterable[PlausibilityFinding]:
        """Questions about length and days."""
        return asked_of_listed_work(Work(**values), None, self.subject.area_km2, limits=self.limits, today=self.today)


def _problems(candidate: KeyProject | Work) -> list[tuple[str, str]]:
    """Dates in the future, a state without its date, dates in the wrong order."""
    return [*((refusal.field, refusal.text) for refusal in progress_problems(candidate)), *out_of_order(candidate)]


logger = logging.getLogger(__name__)
OUTBOX_KIND = "list_import"
RUN = "districts.tasks.import_list"  # by name: the task imports this module
READERS: Mapping[str, type[DistrictReader[Any]]] = {
    ImportKind.PLOTS: PlotReader,
    ImportKind.PROJECTS: ProjectReader,
    ImportKind.WORKS: WorkReader,
}
HELD, QUEUED = f"{OUTBOX_KIND}:", f"{OUTBOX_KIND}-queued:"  # leases
KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 3
BROKEN_OFF = "处理时多次中断，没有写入任何内容；请重新上传，仍不行时请与平台管理员联系"
READ_TO_THE_END = "这次导入已经按选定的办法重新核对过，上传的工作簿不再保留；请重新打开这次导入，核对新的预览后写入"
READ_SINCE = "预览之后重新核对过，这次没有写入；请重新打开这次导入，核对新的预览后写入"


def remembered_heads(district: District, kind: ImportKind) -> dict[str, str]:
    """Columns (labels) by head as they were chosen in imports of the districts of the same applicant; the last choice of a head counts."""
    of_body = {"district__applicant": district.applicant_id} if district.applicant_id else {"district": district}
    done = ListImport.objects.filter(**of_body, kind=kind, undone_at=None).exclude(heads={})
    return {head: label for heads in done.order_by("pk").values_list("heads", flat=True) for head, label in heads.items()}


def is_large(content: bytes) -> bool:
    """Whether a workbook is so large that it is left to the worker."""
    return len(content) > settings.IMPORT_AT_ONCE_BYTES


def open_imports(district: District, kind: ImportKind) -> QuerySet[QueuedImport]:
    """Imports of a list that wait for the worker or for the confirmation to write them."""
    open_states = (QueuedState.WAITING, QueuedState.READ, QueuedState.ORDERED)
    rows = QueuedImport.objects.filter(district=district, kind=kind, state__in=open_states)
    return rows.select_related("by").defer("content", "preview")


@transaction.atomic
def ask(*, kind: ImportKind, district: District, content: bytes, file_name: str, by: User) -> QueuedImport:
    """Store a workbook and queue it for reading. Raises ``NotAllowed``."""
    hold_editor(by, district)
    kept = {"content": content, "file_name": fitted(QueuedImport, "file_name", file_name), "by": by, "since": clock.now()}
    asked = QueuedImport.objects.create(district=district, kind=kind, **kept)
    _hand_over(asked)
    return asked


def works_digest(asked: QueuedImport) -> str:
    """Digest of what would be written of an import that has been read: the same after it was read again only if nothing else would be."""
    return hashlib.sha256(json.dumps(asked.preview["works"], sort_keys=True).encode()).hexdigest()


@transaction.atomic
def order(*, pk: int, district: District, by: User, seen: str) -> QueuedImport:
    """Queue a previewed import for writing; ``seen`` is the ``works_digest`` of the preview that is confirmed.

    Raises ``NotAllowed``, ``Refused`` if it was confirmed before, was read otherwise since, or is no longer stored.
    """
    hold_editor(by, district)
    asked = _previewed(pk, district)
    Refused.unless(works_digest(asked) == seen, READ_SINCE)
    asked.state, asked.by, asked.since, asked.attempts = QueuedState.ORDERED, by, clock.now(), 0
    asked.save(update_fields=["state", "by", "by_principal", "since", "attempts"])
    _hand_over(asked)
    return asked


@transaction.atomic
def read_again(
    *, pk: int, district: District, by: User, heads: Iterable[tuple[str, str]], answers: Answers, results: bool = False
) -> QueuedImport:
    """Queue a previewed import to be read with the columns chosen for ``heads``, the ``answers`` to its texts, or the results of formulas.

    Once the ``results`` were chosen they are read each time. Raises ``NotAllowed``, ``Refused`` as ``order``.
    """
    hold_editor(by, district)
    asked = _previewed(pk, district)
    Refused.when(QueuedImport.objects.filter(pk=pk, content=b"").exists(), READ_TO_THE_END)
    read = kept_choices(asked).read
    asked.heads |= newly_chosen(heads, read, {**remembered_heads(district, ImportKind(asked.kind)), **asked.heads})
    asked.answers = signable({**answers_of(asked.answers), **answers})
    asked.preview["results"] = results or asked.preview.get("results", False)
    asked.state, asked.by, asked.since, asked.attempts, asked.done, asked.total = QueuedState.WAITING, by, clock.now(), 0, 0, 0
    asked.save(update_fields=["heads", "answers", "preview", "state", "by", "by_principal", "since", "attempts", "done", "total"])
    _hand_over(asked)
    return asked


def _previewed(pk: int, district: District) -> QueuedImport:
    rows = QueuedImport.objects.select_for_update(no_key=True).defer("content")
    asked = rows.filter(pk=pk, district=district, state=QueuedState.READ).first()
    if asked is None:
        msg = "这次导入已经提交写入，或预览已失效"
        raise Refused(msg)
    return asked


def stop_ordered(person: User, _why: Why) -> int:
    """Let what a person whose rights have ended has ordered wait for somebody else's confirmation; returns how many files."""
    return QueuedImport.objects.filter(by=person, state=QueuedState.ORDERED).update(state=QueuedState.READ)


def _hand_over(asked: QueuedImport) -> None:
    leases.take(f"{QUEUED}{asked.pk}")  # the sweep leaves it alone for a while
    outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{asked.pk}:{clock.now().isoformat()}", {"import": asked.pk})


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: put the import on its queue; if the broker is unreachable, the sweep does it later."""
    leases.take(f"{QUEUED}{message.payload['import']}")
    current_app.send_task(RUN, args=(message.payload["import"],), retry=False, ignore_result=True)


def run(pk: int) -> bool:
    """Run the next step of an import; idempotent. Returns whether a step was run."""
    with leases.held(f"{HELD}{pk}") as mine:
        return mine and _run(pk)


def _run(pk: int) -> bool:
    QueuedImport.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
    asked = QueuedImport.objects.select_related("district").filter(pk=pk).first()
    if asked is not None and asked.state == QueuedState.WAITING:
        return _read(asked)
    return asked is not None and asked.state == QueuedState.ORDERED and _write(pk)


def _read(asked: QueuedImport) -> bool:
    still = QueuedImport.objects.filter(pk=asked.pk, state=QueuedState.WAITING)
    if asked.attempts > MOST_ATTEMPTS:
        return bool(still.update(state=QueuedState.REFUSED, error=BROKEN_OFF, content=b""))
    reader = READERS[asked.kind](asked.district, clock.today())
    reader.choose({**remembered_heads(asked.district, ImportKind(asked.kind)), **asked.heads})
    reader.answers = answers_of(asked.answers)
    reader.report = lambda done, total: still.update(done=done, total=total)
    try:
        content, results = bytes(asked.content), asked.preview.get("results", False)
        seen = reader.read(with_results(content) if results else content)
        choices = reader.choices(seen)
        kept = {**as_kept(seen), "choices": choices.as_kept(), "results": results}
        found: dict[str, Any] = {"state": QueuedState.READ, "preview": kept}
        found |= {} if choices.is_any or seen.formulas else {"content": b""}
    except Refused as refused:
        found = {"state": QueuedState.REFUSED, "error": fitted(QueuedImport, "error", str(refused)), "content": b""}
    return bool(still.update(**found, since=clock.now()))


def _write(pk: int) -> bool:
    with transaction.atomic():
        asked = QueuedImport.objects.select_for_update(no_key=True, of=("self",)).select_related("district", "by")
        held = asked.filter(pk=pk, state=QueuedState.ORDERED).first()
        if held is None:
            return False
        try:
            Refused.when(held.attempts > MOST_ATTEMPTS, BROKEN_OFF)
            more = {"file_name": held.file_name, "heads": held.heads}
            kind, works = ImportKind(held.kind), held.preview["works"]
            held.imported = apply_import(kind=kind, district=held.district, works=works, by=held.by, **more)
            held.state = QueuedState.WRITTEN
        except Refused as refused:
            held.state, held.error = QueuedState.REFUSED, fitted(held, "error", str(refused))
        held.since, held.content = clock.now(), b""
        held.save(update_fields=["state", "error", "imported", "since", "content"])
    return True


def sweep() -> int:
    """Queue lost imports again, and delete abandoned ones. Returns the number queued again."""
    now = clock.now()
    QueuedImport.objects.filter(since__lt=now - KEPT).exclude(state=QueuedState.ORDERED).delete()
    lost = leases.unheld(QueuedImport.objects.filter(state__in=(QueuedState.WAITING, QueuedState.ORDERED)), HELD, QUEUED)

    def hand_over(pk: int) -> bool:
        asked = lost.select_for_update(no_key=True, skip_locked=True).defer("content", "preview").filter(pk=pk).first()
        if asked is not None:  # a worker that writes it holds the row
            _hand_over(asked)
        return asked is not None

    return sum(one_by_one("sweep-imports", list(lost.values_list("pk", flat=True)), hand_over))
