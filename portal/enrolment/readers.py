"""Read workbooks of organisations, accounts and posts: the changes of each row, and the objections to it. Writes nothing.

Also here: Workbooks of organisations, accounts and posts: columns, exports and empty templates.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from greendistrict.accounts import post_rules
from greendistrict.accounts.credit_codes import normalised, wrong_with
from greendistrict.accounts.enums import DEPARTMENTAL, Department, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User, name_key
from greendistrict.accounts.new_accounts import KnownMails, as_stored
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, TextColumn
from greendistrict.core.folded_keys import folded, visible
from greendistrict.documents.workbooks.book import Book, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import CHOICES, DAY, VALUE, Column, words_of
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import MISSING, Reader

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


USERNAME_HEADS = ("用户名", "登录名", "登录账号", "账户", "帐号")
CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
REACHING = ("kind", "parent")


class BodyReader(Reader[User, Organisation]):
    """Reads organisations, matched by code."""

    book = BODIES
    foreign_heads = {
        "code": ("单位代码", "机构代码", "编码"),
        "name": ("单位名称", "单位全称", "机构名称", "全称"),
        "credit_code": ("信用代码", "社会信用代码", "统一信用代码"),
        "kind": ("单位类别", "单位类型", "类型", "性质"),
        "parent": ("上级单位", "主管单位", "主管部门", "上级部门"),
        "group": ("所属集团", "集团名称"),
        "departments": ("部门职责", "承担职责", "职责"),
    }

    def rows(self) -> Mapping[str, Organisation]:
        """Organisations by code; also loads names, credit codes and the organisations that have people."""
        organisations = list(Organisation.objects.select_related("parent"))
        self.codes = {folded(name): one.code for one in organisations for name in (*one.aliases, one.name)}
        self.stored = {folded(one.name): one.name for one in organisations}
        self.credits = {one.credit_code: one for one in organisations if one.credit_code}
        self.held = set(Post.objects.filter(post_rules.not_over()).values_list("organisation_id", flat=True))
        self.new_credits: set[str] = set()
        return {one.code: one for one in organisations}

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """An organisation is named by its name."""
        return shown(cells[1].value)

    def stranger(self, key: str) -> str:
        """Objection to a new organisation with an invalid code."""
        return "" if CODE.fullmatch(key) else "代码填小写字母、数字和连字符"

    def current(self, row: Organisation | None, name: str) -> Any:
        """Stored value of a field; the parent by its name."""
        if row is not None and name == "parent":
            return BODY["parent"].of(row) or ""
        return super().current(row, name)

    def completed(self, _row: Organisation | None, typed: dict[str, Any]) -> dict[str, Any]:
        """An empty flag counts as no; a name that is only written otherwise than a stored one is that."""
        names = {name: self.stored.get(folded(typed[name]), typed[name]) for name in ("name", "parent")}
        return {**typed, **names, "is_committee": bool(typed["is_committee"])}

    def parted(
        self, _row: Organisation | None, typed: Mapping[str, Any], _changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """All fields, because an organisation is written as a whole."""
        return dict(typed), {}

    def against(self, row: Organisation | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Object to used names and credit codes, unknown parents, and to changes of kind or parent while people hold posts."""
        found = []
        if "name" in changed and self.codes.get(folded(typed["name"]), typed["code"]) != typed["code"]:
            found.append(("name", "这个名称已登记在另一家单位"))
        credit = typed["credit_code"]
        if credit and (credit in self.new_credits or (credit in self.credits and self.credits[credit].code != typed["code"])):
            found.append(("credit_code", "这个统一社会信用代码已登记在另一家单位"))
        if typed["is_committee"] and typed["kind"] != OrganisationKind.AUTHORITY:
            found.append(("is_committee", "特定地区管委会的类别是实施主体"))
        if typed["departments"] and typed["kind"] not in DEPARTMENTAL and not typed["is_committee"]:
            found.append(("departments", "承担的部门职责只填区级部门、市级协同部门和特定地区管委会"))
        if typed["parent"] and (folded(typed["parent"]) not in self.codes or folded(typed["parent"]) == folded(typed["name"])):
            found.append(("parent", "没有登记这个上级；同一工作簿里的上级要列在前面"))
        if row is not None and row.pk in self.held and set(REACHING) & set(changed):
            found.append(("kind", "有人任职，类别和上级涉及岗位的权限，先由安全管理员终止岗位"))
        if not found:
            self.codes[folded(typed["name"])] = typed["code"]
            self.new_credits |= {credit} if credit else set()
        return found


class AccountReader(Reader[User, User]):
    """Reads accounts, matched by name; existing accounts are only compared."""

    book = ACCOUNTS
    foreign_heads = {
        "username": USERNAME_HEADS,
        "name": ("人员姓名", "用户姓名", "名字"),
        "email": ("邮箱", "电子邮件", "邮件地址", "E-mail"),
    }

    def rows(self) -> Mapping[str, User]:
        """Accounts by normalised name."""
        found = {name_key(user.username): user for user in User.objects.all()}
        self.mails = KnownMails(found.values())
        return found

    @staticmethod
    def key_of(text: str) -> str:
        """Normalised name of an account."""
        return name_key(text)

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """An account is named by its person."""
        return shown(cells[1].value)

    def current(self, row: User | None, name: str) -> Any:
        """Stored value of a field."""
        return MISSING if row is None else getattr(row, name)

    def completed(self, row: User | None, typed: dict[str, Any]) -> dict[str, Any]:
        """The mail address in stored form."""
        return {**typed, "email": as_stored(typed["email"], row)}

    def ignored(self, _typed: Mapping[str, Any]) -> tuple[str, ...]:
        """The spelling of the account's name is not compared."""
        return ("username",)

    def against(self, row: User | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Object to changes of existing accounts, confusing account names and invalid mail addresses."""
        if row is not None:
            words = "已有的账号不由导入修改：姓名、邮箱由系统管理员在账号页办理"
            return [(name, words) for name in changed]
        found = []
        if name_key(typed["username"]) != typed["username"].lower() or not typed["username"].isprintable():
            found.append(("username", "账号不能含全角字符、特殊字形或看不见的字符"))
        try:
            validate_email(typed["email"])
        except ValidationError:
            found.append(("email", "电子邮箱的格式不对"))
        if wrong := self.mails.objection(typed["email"], typed["username"]):
            found.append(("email", wrong))
        return found


class PostReader(Reader[User, Post]):
    """Reads posts, matched by account, organisation and role."""

    book = POSTS
    recognised_by = ("organisation", "role")
    foreign_heads = {
        "username": USERNAME_HEADS,
        "organisation": ("单位名称", "任职单位", "所在单位"),
        "role": ("岗位名称", "角色", "职务"),
        "valid_from": ("任职开始", "起始日期", "开始日期"),
        "valid_to": ("任职结束", "截止日期", "结束日期"),
    }

    def __init__(self, subject: User, today: dt.date) -> None:
        super().__init__(subject, today)
        self.people: dict[str, User] = {}

    def rows(self) -> Mapping[str, Post]:
        """Current and future posts by account, organisation and role; also loads people and organisations."""
        self.people = {name_key(user.username): user for user in User.objects.all()}
        bodies = list(Organisation.objects.all())
        self.bodies = {folded(name): body for body in bodies for name in (*body.aliases, body.name)}
        posts = list(Post.objects.filter(post_rules.not_over()).select_related("user", "organisation"))
        self.held: dict[int, list[post_rules.Held]] = {}
        for post in posts:
            self.held.setdefault(post.user_id, []).append((post.role, post.organisation_id))
        return {_joined(post.user.username, post.organisation.name, post.get_role_display()): post for post in posts}

    def _key(self, cells: Sequence[BookCell]) -> str:
        account, name, role = (visible(str(cell.value or "")) for cell in cells[:3])
        body = self.bodies.get(folded(name))
        return _joined(account, body.name if body else name, role) if account else ""

    @property
    def key_words(self) -> str:
        """Name of the key that the first columns form together."""
        return "岗位"

    def current(self, row: Post | None, name: str) -> Any:
        """Stored value of a field of the post, its person or its organisation."""
        return MISSING if row is None else POST[name].of(row)

    def completed(self, row: Post | None, typed: dict[str, Any]) -> dict[str, Any]:
        """An empty start becomes that of the existing post, otherwise today."""
        first = typed["valid_from"] or (row.valid_from if row else self.today)
        return {**typed, "valid_from": first, "admin": bool(typed["admin"])}

    def ignored(self, _typed: Mapping[str, Any]) -> tuple[str, ...]:
        """Fields that identify the post are not compared."""
        return ("username", "organisation")

    def against(self, row: Post | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Object to unknown people and organisations, conflicting posts, and invalid terms."""
        if row is not None:
            return [(name, "已任这个岗位；要改的，先在账号页终止再授予") for name in changed]
        person, body = self.people.get(name_key(typed["username"])), self.bodies.get(folded(typed["organisation"]))
        if person is None or body is None:
            return [("username", "没有这个账号，请系统管理员先建立")] if person is None else [("organisation", "没有登记这个单位")]
        if person.pk == self.subject.pk:
            return [("username", "不能给自己授予岗位")]
        new, held = (typed["role"], body.pk), self.held.setdefault(person.pk, [])
        found = [("role", wrong)] if (wrong := post_rules.misplaced(typed["role"], body) or post_rules.clash(new, held)) else []
        if typed["valid_from"] < self.today:
            found.append(("valid_from", "任职起不能早于今天"))
        if typed["valid_to"] and typed["valid_to"] < typed["valid_from"]:
            found.append(("valid_to", "任职止不能早于任职起"))
        if not found:
            held.append(new)
        return found


def _joined(account: str, body: str, role: str) -> str:
    return "　".join((name_key(account), body, role))
