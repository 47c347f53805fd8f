"""The expert pool as a workbook: export that can be edited, import with changes and errors cell by cell. Reading writes nothing."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assessments.common.enums import PoolState
from assessments.experts.columns import ACCOUNT, GROUP, PERSON
from assessments.experts.models import ExpertEmployment, ExpertProfile
from assessments.experts.services import BAD_USERNAME, USERNAME, unfit
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.new_accounts import KnownMails, as_stored
from greendistrict.core.folded_keys import folded
from greendistrict.core.widgets import OLDEST_YEAR
from greendistrict.documents.workbooks.book import Book, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import CHOICES, DAY, Column, words_of
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import MISSING, Reader

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
        Column("employed_from", "任职起", DAY, 14, first=OLDEST_YEAR),
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


ACCOUNT_FIELDS = ("username", "name", "email")  # of an account that exists they are the account's own


class PoolReader(Reader[Mapping[str, str], ExpertProfile]):
    """Reader of the expert workbook. A row is matched by account and carries the employer; specialties are given in words."""

    foreign_heads = {
        "username": ("用户名", "登录名", "登录账号", "账户", "帐号"),
        "name": ("专家姓名", "专家", "名字"),
        "email": ("邮箱", "电子邮件", "邮件地址", "E-mail", "email"),
        "rank": ("职务职称", "技术职称", "专业技术职务"),
        "specialties": ("专业领域", "专业方向", "从事专业", "评审专业", "擅长专业"),
        "employer": ("单位", "所在单位", "单位名称", "任职单位", "现工作单位"),
        "employed_from": ("入职时间", "入职日期", "到岗日期"),
        "valid_from": ("聘任起", "聘用开始", "聘期开始", "入库日期", "聘任日期"),
        "valid_to": ("聘任止", "聘用结束", "聘期结束", "到期日期", "有效期至"),
        "available": ("是否可参加", "能否参加", "可参加评审"),
    }

    def __init__(self, subject: Mapping[str, str], today: dt.date) -> None:
        super().__init__(subject, today)
        self.book = pool_list(subject)

    def rows(self) -> Mapping[str, ExpertProfile]:
        """Experts by account. Also loads all accounts, employers with their groups, and today's employments."""
        self.users = {row.username.lower(): row for row in User.objects.all()}
        self.mails = KnownMails(self.users.values())
        self.groups = dict(Organisation.objects.values_list("name", "group"))
        self.employers = {folded(name): (name, group) for name, group in self.groups.items()}
        self.jobs: dict[int, ExpertEmployment] = {}
        for job in ExpertEmployment.objects.filter(valid_to__isnull=True).select_related("organisation").order_by("valid_from", "pk"):
            self.jobs[job.expert_id] = job
        return {row.user.username.lower(): row for row in ExpertProfile.objects.select_related("user")}

    @staticmethod
    def key_of(text: str) -> str:
        """Normalised form of an account name, so that spelling variants match."""
        return text.lower()

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Title of a row in the preview: the person's name."""
        return shown(cells[1].value)

    def current(self, row: ExpertProfile | None, name: str) -> Any:
        """Stored value of a column, from the expert, the account or the employment."""
        return MISSING if row is None else value_of(row, self.jobs.get(row.pk), name)

    def completed(self, row: ExpertProfile | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: an expert is available unless the row says otherwise; names and addresses as they are stored."""
        employer, group = self.employers.get(folded(typed["employer"]), (typed["employer"], None))
        written = typed["group"] if group is None or folded(typed["group"]) != folded(group) else group
        typed |= {"email": as_stored(typed["email"], row.user if row else None), "employer": employer, "group": written}
        return {**typed, "available": typed["available"] is not False}

    def ignored(self, typed: Mapping[str, Any]) -> tuple[str, ...]:
        """Columns that the import ignores: account data, the employer's group, and an empty first day of the employment."""
        return (*ACCOUNT_FIELDS, "group", *(() if typed["employed_from"] else ("employed_from",)))

    def parted(
        self, _row: ExpertProfile | None, typed: Mapping[str, Any], _changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """All fields of the row, because an employment can only be checked as a whole."""
        return dict(typed), {}

    def against(self, row: ExpertProfile | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors as (column, text): contradictions with the account, with the employer or within the row."""
        found = [("valid_to", "聘期止不能早于聘期起")] if typed["valid_to"] and typed["valid_to"] < typed["valid_from"] else []
        if typed["employed_from"] and typed["employed_from"] > self.today:
            found.append(("employed_from", "任职起不能晚于今天"))
        group = self.groups.get(typed["employer"])
        if group is not None and typed["group"] and typed["group"] != group:
            found.append(("group", f"这个单位登记的集团是“{group or '无'}”，更正请联系系统管理员"))
        return found + (self._against_new(typed) if row is None else self._against_known(typed, row))

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
        if wrong := self.mails.objection(typed["email"], typed["username"]):
            found.append(("email", wrong))
        return found

    def _against_known(self, typed: Mapping[str, Any], expert: ExpertProfile) -> list[tuple[str, str]]:
        found = [("name", f"这个账号是{expert.user.name}的，姓名不符")] if typed["name"] != expert.user.name else []
        if expert.status == PoolState.REMOVED:
            found.append(("username", "已移出专家库，先在专家页再次邀请"))
        if typed["email"] and typed["email"] != expert.user.email:
            found.append(("email", "已有账号的邮箱由本人或系统管理员修改"))
        job = self.jobs.get(expert.pk)
        moved = job is not None and job.organisation.name != typed["employer"]
        if moved and (typed["employed_from"] is None or (job and typed["employed_from"] <= job.valid_from)):
            found.append(("employed_from", "更换单位须填新单位的任职起，晚于原单位的任职起"))
        return found
