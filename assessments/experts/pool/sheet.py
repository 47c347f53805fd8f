"""Reading a workbook of experts back: who is new, what changes cell by cell, why a cell cannot be taken. Writes nothing."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assessments.experts.models.experts import ExpertEmployment, ExpertProfile
from assessments.experts.pool.book import (
    CHAPTERS,
    COLUMNS,
    DAY,
    FIRST_ROW,
    FLAG,
    FORMAT,
    HEAD_ROW,
    MARKS,
    SHEET,
    TEXT,
    Column,
    values_of,
    words_of,
)
from assessments.experts.services.experts import BAD_USERNAME, USERNAME, unfit
from greendistrict.accounts.models import Organisation, User
from greendistrict.documents.workbooks import BookCell, CellLine, address_of, grids, shown, unreadable

MOST_ROWS = 2000
BY_FIELD = {column.field: at for at, column in enumerate(COLUMNS)}
ACCOUNT_FIELDS = ("name", "email")  # of an account that exists they are the account's own


class WrongCellError(ValueError):
    """A cell that cannot be taken; the text says why."""


@dataclass(frozen=True)
class Work:
    """What to do with one person: ``pk`` is None for a new one; ``values`` by field as JSON."""

    pk: int | None
    version: int
    values: dict[str, Any]


@dataclass
class Preview:
    """What an import would do. ``problems`` concern the whole file; ``works`` is what ``services.expert_imports`` writes."""

    added: list[str] = field(default_factory=list)
    changed: list[CellLine] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)

    @property
    def applicable(self) -> bool:
        """Whether it can be written: something changes and nothing is refused."""
        return bool(self.works) and not self.refused and not self.problems


def preview_of(content: bytes, words: Mapping[str, str], today: dt.date) -> Preview:
    """Compare a workbook with the pool. Raises ``Refused`` for a file that is no workbook."""
    sheets = grids(content, (SHEET, MARKS), rows=MOST_ROWS + FIRST_ROW + 1, columns=len(COLUMNS))
    preview = Preview(problems=_wrong_book(sheets))
    if not preview.problems:
        _Reader(preview, words, today).read(sheets[SHEET])
    return preview


def _wrong_book(sheets: Mapping[str, list[list[BookCell]]]) -> list[str]:
    marks = [str(row[0].value or "") for row in sheets.get(MARKS, [])[:1] if row]
    if SHEET not in sheets or marks != [FORMAT]:
        return ["这不是专家库的工作簿，请先下载模板再填写"]
    heads = sheets[SHEET][HEAD_ROW] if len(sheets[SHEET]) > HEAD_ROW else []
    if [cell.value for cell in heads] != [column.label for column in COLUMNS]:
        return ["表头与模板不同，列可能被移动或删除，请重新下载模板后填写"]
    return [f"一次最多导入{MOST_ROWS}人"] if len(sheets[SHEET]) > MOST_ROWS + FIRST_ROW else []


class _Reader:
    """Goes through the rows of the sheet."""

    def __init__(self, preview: Preview, words: Mapping[str, str], today: dt.date) -> None:
        self.preview, self.words, self.today = preview, words, today
        self.experts = {row.user.username.lower(): row for row in ExpertProfile.objects.select_related("user")}
        self.users = {row.username.lower(): row for row in User.objects.all()}
        self.groups = dict(Organisation.objects.values_list("name", "group"))
        self.jobs: dict[int, ExpertEmployment] = {}
        for job in ExpertEmployment.objects.filter(valid_to__isnull=True).select_related("organisation").order_by("valid_from", "pk"):
            self.jobs[job.expert_id] = job
        self.seen = set[str]()
        self.who = ("", "")  # account and name of the row in hand

    def read(self, grid: Sequence[Sequence[BookCell]]) -> None:
        for at, row in enumerate(grid[FIRST_ROW:], start=FIRST_ROW):
            cells = [*row, *([BookCell(None)] * (len(COLUMNS) - len(row)))]
            if any(cell.value not in (None, "") for cell in cells):
                self._row(at, cells)

    def _row(self, at: int, cells: Sequence[BookCell]) -> None:
        self.who = (shown(cells[0].value) or "（无账号）", shown(cells[1].value))
        typed, ok = self._typed(at, cells)
        if not ok:
            return
        key = typed["username"].lower()
        if key in self.seen:
            self._refuse(at, "username", typed["username"], "工作簿里有两行是这个账号")
            return
        self.seen.add(key)
        expert = self.experts.get(key)
        found = self._against(typed, expert)
        for name, words in found:
            self._refuse(at, name, words_of(COLUMNS[BY_FIELD[name]], typed[name]), words)
        if not found:
            self._compare(at, expert, typed)

    def _typed(self, at: int, cells: Sequence[BookCell]) -> tuple[dict[str, Any], bool]:
        typed: dict[str, Any] = {}
        before = len(self.preview.refused)
        for column, cell in zip(COLUMNS, cells, strict=True):
            try:
                typed[column.field] = self._cell(column, cell)
            except WrongCellError as wrong:
                self._refuse(at, column.field, shown(cell.value), str(wrong))
        return typed, len(self.preview.refused) == before

    def _cell(self, column: Column, cell: BookCell) -> Any:
        value = cell.value
        if column.kind == DAY and isinstance(value, dt.datetime | dt.date):
            return value.date() if isinstance(value, dt.datetime) else value
        if wrong := unreadable(cell):
            raise WrongCellError(wrong)
        text = str(value if value is not None else "").strip()
        if not text and column.needed:
            msg = f"缺{column.label}"
            raise WrongCellError(msg)
        if len(text) > column.most:
            msg = f"最多{column.most}个字"
            raise WrongCellError(msg)
        return READERS[column.kind](text, self.words)

    def _against(self, typed: Mapping[str, Any], expert: ExpertProfile | None) -> list[tuple[str, str]]:
        """Field and words of everything that stands against a row."""
        found = [("valid_to", "聘期止不能早于聘期起")] if typed["valid_to"] and typed["valid_to"] < typed["valid_from"] else []
        if typed["employed_from"] and typed["employed_from"] > self.today:
            found.append(("employed_from", "任职起不能晚于今天"))
        group = self.groups.get(typed["employer"])
        if group is not None and typed["group"] and typed["group"] != group:
            found.append(("group", f"这个单位登记的集团是“{group or '无'}”，更正请联系系统管理员"))
        return found + (self._against_new(typed) if expert is None else self._against_known(typed, expert))

    def _against_new(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        user = self.users.get(typed["username"].lower())
        if user is not None:
            wrong = unfit(user, typed["name"])
            return [("username", wrong)] if wrong else []
        found = [] if USERNAME.fullmatch(typed["username"]) else [("username", BAD_USERNAME)]
        try:
            validate_email(typed["email"]) if typed["email"] else None
        except ValidationError:
            found.append(("email", "电子邮箱的格式不对"))
        return found

    def _against_known(self, typed: Mapping[str, Any], expert: ExpertProfile) -> list[tuple[str, str]]:
        found = [("name", f"这个账号是{expert.user.name}的，姓名不符")] if typed["name"] != expert.user.name else []
        if expert.status == "removed":
            found.append(("username", "已移出专家库，先在专家页再次邀请"))
        if typed["email"] and typed["email"] != expert.user.email:
            found.append(("email", "已有账号的邮箱由本人或系统管理员修改"))
        job = self.jobs.get(expert.pk)
        moved = job is not None and job.organisation.name != typed["employer"]
        if moved and (typed["employed_from"] is None or (job and typed["employed_from"] <= job.valid_from)):
            found.append(("employed_from", "更换单位须填新单位的任职起，晚于原单位的任职起"))
        return found

    def _compare(self, at: int, expert: ExpertProfile | None, typed: dict[str, Any]) -> None:
        if expert is None:
            self.preview.added.append(typed["name"])
            self.preview.works.append(Work(None, 0, plain(typed)))
            return
        job = self.jobs.get(expert.pk)
        held = dict(zip(BY_FIELD, values_of(expert, job, self.words), strict=True)) | {"specialties": sorted(expert.specialties)}
        skipped = {"username", *ACCOUNT_FIELDS, *(() if typed["employed_from"] else ("employed_from",)), "group"}
        changed = {name: typed[name] for name in BY_FIELD if name not in skipped and typed[name] != held[name]}
        if not changed:
            self.preview.unchanged += 1
            return
        for name in changed:
            column = COLUMNS[BY_FIELD[name]]
            before, after = (self._told(column, value) for value in (held[name], typed[name]))
            line = CellLine(address_of(at, BY_FIELD[name]), *self.who, column.label, before, after)
            self.preview.changed.append(line)
        self.preview.works.append(Work(expert.pk, expert.version, plain(typed)))

    def _told(self, column: Column, value: Any) -> str:
        return "、".join(self.words.get(key, key) for key in value) if column.kind == CHAPTERS else words_of(column, value)

    def _refuse(self, at: int, name: str, given: str, why: str) -> None:
        column = BY_FIELD[name]
        line = CellLine(address_of(at, column), *self.who, COLUMNS[column].label, "", given, why)
        self.preview.refused.append(line)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON: days as text."""
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _text(text: str, _words: Mapping[str, str]) -> str:
    return text


def _day(text: str, _words: Mapping[str, str]) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError as error:
        msg = "日期填 2026-03-01 的样子"
        raise WrongCellError(msg) from error


def _flag(text: str, _words: Mapping[str, str]) -> bool:
    if text not in {"", "是", "否"}:
        msg = "填“是”或“否”"
        raise WrongCellError(msg)
    return text != "否"


def _chapters(text: str, words: Mapping[str, str]) -> list[str]:
    keys = {title: key for key, title in words.items()}
    parts = [part.strip() for part in re.split(r"[、,，;；\n]", text) if part.strip()]
    if unknown := [part for part in parts if part not in keys and part not in words]:
        msg = f"没有“{unknown[0]}”这个专业，可填：{'、'.join(words.values())}"
        raise WrongCellError(msg)
    return sorted({keys.get(part, part) for part in parts})


READERS: dict[str, Callable[[str, Mapping[str, str]], Any]] = {TEXT: _text, DAY: _day, FLAG: _flag, CHAPTERS: _chapters}
