"""Workbooks of organisations, accounts and posts: columns, exports and empty templates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from greendistrict.accounts.credit_codes import normalised, wrong_with
from greendistrict.accounts.enums import Department, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, TextColumn
from greendistrict.documents.workbooks.book import Book, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import CHOICES, DAY, VALUE, Column, words_of

TEMPLATE = "请先下载模板再填写"


def _credit_code(text: str) -> str:
    """Normalise a credit code. Raises ``ValueError`` for an invalid one."""
    if wrong := wrong_with(code := normalised(text)):
        raise ValueError(wrong)
    return code


BODY = Columns(
    Organisation,
    code=TextColumn(width=18),
    name=TextColumn(width=34),
    kind=ChoiceColumn(width=22),
    is_committee=FlagColumn(width=14),
    parent=TextColumn(source="parent__name", label="上级", width=34),
    group=TextColumn(width=24),
)
ACCOUNT = Columns(User, username=TextColumn(width=18), name=TextColumn(width=14), email=TextColumn(width=30)).needed()
POST = Columns(
    Post,
    username=TextColumn(source="user__username", width=18, most=300),
    organisation=TextColumn(source="organisation__name", label="单位", width=34),
    role=ChoiceColumn(width=16),
    valid_from=DayColumn(width=14),
    valid_to=DayColumn(width=14),
    admin=FlagColumn(source="is_admin", width=12),
)
BODIES = Book(
    "bodies",
    "单位",
    "家单位",
    (
        *BODY.part("code", "name").book_columns(),
        Column("credit_code", "统一社会信用代码", VALUE, 24, parse=_credit_code),
        *BODY.part("kind", "is_committee").book_columns(),
        replace(BODY["parent"].book_column(), needed=False),
        BODY["group"].book_column(),
        Column("departments", "承担的部门职责", CHOICES, 30, choices=dict(Department.choices)),
    ),
    (
        "代码是识别依据：小写字母、数字和连字符。已有的代码修改原登记，没有的新登记；工作簿里没有的单位不变。",
        "统一社会信用代码18位，末位是校验位；暂时不知道的留空。",
        f"承担的部门职责用顿号隔开：{'、'.join(str(one.label) for one in Department)}。征询、审查和分工按它找单位，不按名称。",
        "上级填单位名称：已登记的，或者同一工作簿里列在前面的。",
    ),
    how=TEMPLATE,
    fixed=2,
    version=2,  # since 承担的部门职责
)
ACCOUNTS = Book(
    "accounts",
    "账号",
    "个账号",
    ACCOUNT.book_columns(),
    (
        "没有的账号新建立，设定密码的链接发到本人电子邮箱，3天内有效；已有的账号不修改，姓名、邮箱须相符。",
        "建立账号不带任何权限，岗位由安全管理员另行授予。",
    ),
    how=TEMPLATE,
)
POSTS = Book(
    "posts",
    "岗位",
    "个岗位",
    tuple(replace(column, needed=column.needed and column.kind != DAY) for column in POST.book_columns()),
    (
        "一行一个岗位，同一账号可以有几行。没有的岗位授予，已有的不变；不在工作簿里的岗位不变，要结束的在账号页终止。",
        "任职起不填为今天，不能早于今天；任职止含当天，没有期限的不填。",
    ),
    how=TEMPLATE,
)


def body_book(bodies: Iterable[Organisation] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of organisations (with ``parent``); an empty template if there are none."""
    return _book(BODIES, BODY, bodies, returned, dict(OrganisationKind.choices))


def account_book(people: Iterable[User] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of accounts; an empty template if there are none."""
    return _book(ACCOUNTS, ACCOUNT, people, returned, {})


def post_book(posts: Iterable[Post] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of posts (with ``user`` and ``organisation``); an empty template if there are none."""
    return _book(POSTS, POST, posts, returned, dict(Role.choices))


def _book(book: Book, columns: Columns, rows: Iterable[Any], returned: Sequence[Returned], words: dict[str, str]) -> bytes:
    guide = [f"可填的{'类别' if book is BODIES else '岗位'}：", *words.values()] if words else []
    of = {one.field: columns[one.field].of if one.field in columns else attrgetter(one.field) for one in book.columns}
    cells = ([words_of(one, of[one.field](row)) for one in book.columns] for row in rows)
    return write_book(book, SheetTitle(book.noun, book.noun), cells, guide=guide, returned=returned)
