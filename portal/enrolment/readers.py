"""Read workbooks of organisations, accounts and posts: what would be written, and what stands against a row. Write nothing."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from greendistrict.accounts import post_rules
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.names import name_key
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import MISSING, Reader
from portal.enrolment.books import ACCOUNTS, BODIES, POSTS

CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
REACHING = ("kind", "parent")


class BodyReader(Reader[User, Organisation]):
    """Organisations by code."""

    book = BODIES

    def rows(self) -> Mapping[str, Organisation]:
        """Organisations by code; beside them names, credit codes and bodies with people."""
        found = list(Organisation.objects.select_related("parent"))
        self.codes = {name: one.code for one in found for name in (one.name, *one.aliases)}
        self.credits = {one.credit_code: one for one in found if one.credit_code}
        self.held = set(Post.objects.filter(post_rules.not_over()).values_list("organisation_id", flat=True))
        self.names = set(self.codes)
        self.new_credits: set[str] = set()
        return {one.code: one for one in found}

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """A body is called by its name."""
        return shown(cells[1].value)

    def stranger(self, key: str) -> str:
        """A new body needs a proper code."""
        return "" if CODE.fullmatch(key) else "代码填小写字母、数字和连字符"

    def current(self, row: Organisation | None, name: str) -> Any:
        """The superior body by its name."""
        if row is not None and name == "parent":
            return row.parent.name if row.parent else ""
        return super().current(row, name)

    def completed(self, _row: Organisation | None, typed: dict[str, Any]) -> dict[str, Any]:
        """An empty flag is a no."""
        return {**typed, "is_committee": bool(typed["is_committee"])}

    def parted(
        self, _row: Organisation | None, typed: Mapping[str, Any], _changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """All fields, since a body is written as a whole."""
        return dict(typed), {}

    def against(self, row: Organisation | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Names and credit codes that are taken, an unknown superior body, what rights hang on."""
        found = []
        if "name" in changed and self.codes.get(typed["name"], typed["code"]) != typed["code"]:
            found.append(("name", "这个名称已登记在另一家单位"))
        credit = typed["credit_code"]
        if credit and (credit in self.new_credits or (credit in self.credits and self.credits[credit].code != typed["code"])):
            found.append(("credit_code", "这个统一社会信用代码已登记在另一家单位"))
        if typed["is_committee"] and typed["kind"] != OrganisationKind.AUTHORITY:
            found.append(("is_committee", "特定地区管委会的类别是实施主体"))
        if typed["parent"] and (typed["parent"] not in self.names or typed["parent"] == typed["name"]):
            found.append(("parent", "没有登记这个上级；同一工作簿里的上级要列在前面"))
        if row is not None and row.pk in self.held and set(REACHING) & set(changed):
            found.append(("kind", "有人任职，类别和上级涉及岗位的权限，先由安全管理员终止岗位"))
        if not found:
            self.names.add(typed["name"])
            self.codes[typed["name"]] = typed["code"]
            self.new_credits |= {credit} if credit else set()
        return found


class AccountReader(Reader[User, User]):
    """Accounts by their name; those that exist are only compared."""

    book = ACCOUNTS

    def rows(self) -> Mapping[str, User]:
        """Accounts however their name is typed."""
        return {name_key(one.username): one for one in User.objects.all()}

    @staticmethod
    def key_of(text: str) -> str:
        """Accounts are the same however they are written."""
        return name_key(text)

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """A person is called by name."""
        return shown(cells[1].value)

    def current(self, row: User | None, name: str) -> Any:
        """The account's name is no change however it is written."""
        return MISSING if row is None else getattr(row, name)

    def ignored(self, _typed: Mapping[str, Any]) -> tuple[str, ...]:
        """How the account's name is written."""
        return ("username",)

    def against(self, row: User | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """A name that looks like another, an address that is none, an account that is somebody else's."""
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
        return found


class PostReader(Reader[User, Post]):
    """Posts by account, body and role."""

    book = POSTS

    def __init__(self, subject: User, today: dt.date) -> None:
        super().__init__(subject, today)
        self.people: dict[str, User] = {}

    def rows(self) -> Mapping[str, Post]:
        """Posts that are not over by account, body and role; beside them people and bodies."""
        self.people = {name_key(one.username): one for one in User.objects.all()}
        bodies = list(Organisation.objects.all())
        self.bodies = {name: one for one in bodies for name in (*one.aliases, one.name)}
        posts = list(Post.objects.filter(post_rules.not_over()).select_related("user", "organisation"))
        self.held: dict[int, list[post_rules.Held]] = {}
        for post in posts:
            self.held.setdefault(post.user_id, []).append((post.role, post.organisation_id))
        return {_joined(post.user.username, post.organisation.name, post.get_role_display()): post for post in posts}

    def _key(self, cells: Sequence[BookCell]) -> str:
        account, body, role = (str(cell.value or "").strip() for cell in cells[:3])
        return _joined(account, self.bodies[body].name if body in self.bodies else body, role) if account else ""

    @property
    def key_words(self) -> str:
        """What the first columns hold together."""
        return "岗位"

    def current(self, row: Post | None, name: str) -> Any:
        """Fields of the post, its person and its body."""
        if row is None:
            return MISSING
        return {
            "username": row.user.username, "organisation": row.organisation.name, "role": row.role,
            "valid_from": row.valid_from, "valid_to": row.valid_to, "admin": row.is_admin,
        }[name]  # fmt: skip

    def completed(self, row: Post | None, typed: dict[str, Any]) -> dict[str, Any]:
        """From today, where nothing is said; a post that is held begins as it began."""
        first = typed["valid_from"] or (row.valid_from if row else self.today)
        return {**typed, "valid_from": first, "admin": bool(typed["admin"])}

    def ignored(self, _typed: Mapping[str, Any]) -> tuple[str, ...]:
        """By these the post was found."""
        return ("username", "organisation")

    def against(self, row: Post | None, typed: dict[str, Any], changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Somebody or something unknown, posts that do not fit, a term that cannot be."""
        if row is not None:
            return [(name, "已任这个岗位；要改的，先在账号页终止再授予") for name in changed]
        person, body = self.people.get(name_key(typed["username"])), self.bodies.get(typed["organisation"])
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
