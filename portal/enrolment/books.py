"""Workbooks of organisations, accounts and posts: columns, exports and empty templates."""

from collections.abc import Iterable, Sequence

from greendistrict.accounts.credit_codes import normalised, wrong_with
from greendistrict.accounts.enums import Department, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.documents.workbooks.book import Book, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import CHOICE, CHOICES, DAY, FLAG, VALUE, Column

TEMPLATE = "请先下载模板再填写"


def _credit_code(text: str) -> str:
    """Normalise a credit code. Raises ``ValueError`` for an invalid one."""
    if wrong := wrong_with(code := normalised(text)):
        raise ValueError(wrong)
    return code


BODIES = Book(
    "bodies",
    "单位",
    "家单位",
    (
        Column("code", "代码", width=18, most=40, needed=True),
        Column("name", "名称", width=34, needed=True),
        Column("credit_code", "统一社会信用代码", VALUE, 24, parse=_credit_code),
        Column("kind", "类别", CHOICE, 22, needed=True, choices=dict(OrganisationKind.choices)),
        Column("is_committee", "特定地区管委会", FLAG, 14),
        Column("parent", "上级", width=34),
        Column("group", "所属集团", width=24),
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
)
ACCOUNTS = Book(
    "accounts",
    "账号",
    "个账号",
    (
        Column("username", "账号", width=18, most=60, needed=True),
        Column("name", "姓名", width=14, most=60, needed=True),
        Column("email", "电子邮箱", width=30, needed=True),
    ),
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
    (
        Column("username", "账号", width=18, most=300, needed=True),
        Column("organisation", "单位", width=34, needed=True),
        Column("role", "岗位", CHOICE, 16, needed=True, choices=dict(Role.choices)),
        Column("valid_from", "任职起", DAY, 14),
        Column("valid_to", "任职止", DAY, 14),
        Column("admin", "单位管理员", FLAG, 12),
    ),
    (
        "一行一个岗位，同一账号可以有几行。没有的岗位授予，已有的不变；不在工作簿里的岗位不变，要结束的在账号页终止。",
        "任职起不填为今天，不能早于今天；任职止含当天，没有期限的不填。",
    ),
    how=TEMPLATE,
)


def body_book(bodies: Iterable[Organisation] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of organisations (with ``parent``); an empty template if there are none."""
    rows = (
        (
            one.code,
            one.name,
            one.credit_code,
            one.get_kind_display(),
            "是" if one.is_committee else "否",
            one.parent.name if one.parent else "",
            one.group,
            "、".join(str(Department(key).label) for key in one.departments),
        )
        for one in bodies
    )
    return _book(BODIES, rows, returned, dict(OrganisationKind.choices))


def account_book(people: Iterable[User] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of accounts; an empty template if there are none."""
    return _book(ACCOUNTS, ((one.username, one.name, one.email) for one in people), returned, {})


def post_book(posts: Iterable[Post] = (), returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of posts (with ``user`` and ``organisation``); an empty template if there are none."""
    rows = (
        (
            one.user.username,
            one.organisation.name,
            one.get_role_display(),
            one.valid_from.isoformat(),
            one.valid_to.isoformat() if one.valid_to else "",
            "是" if one.is_admin else "否",
        )
        for one in posts
    )
    return _book(POSTS, rows, returned, dict(Role.choices))


def _book(book: Book, rows: Iterable[Iterable[str]], returned: Sequence[Returned], words: dict[str, str]) -> bytes:
    guide = [f"可填的{'类别' if book is BODIES else '岗位'}：", *words.values()] if words else []
    return write_book(book, SheetTitle(book.noun, book.noun), rows, guide=guide, returned=returned)
