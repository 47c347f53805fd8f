"""The left menu, by task: what stands in it, for which posts, and where each entry leads."""

from dataclasses import dataclass
from functools import cache
from typing import Self

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from greendistrict.accounts.enums import CITY, KEEPERS, Role

EVERYBODY: frozenset[str] = frozenset(Role.values)
BUSINESS: frozenset[str] = EVERYBODY - KEEPERS
FILING: frozenset[str] = BUSINESS - {Role.EXPERT, Role.VERIFIER}
DISTRICT_SIDE: frozenset[str] = frozenset({Role.AUTHORITY, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT})
REVIEWING: frozenset[str] = CITY | {Role.SECRETARIAT, Role.EXPERT}
WATCHING: frozenset[str] = CITY | DISTRICT_SIDE | {Role.SECRETARIAT, Role.PARTNER, Role.BUREAU}


@dataclass(frozen=True)
class Entry:
    """One line of the menu: words, view name, the posts it is for, and the counter shown behind it."""

    label: str
    url_name: str
    roles: frozenset[str] = EVERYBODY
    counter: str = ""


@dataclass(frozen=True)
class Section:
    """A task of the menu; with more than one entry it folds."""

    label: str
    icon: str
    entries: tuple[Entry, ...]


MENU = (
    Section("工作台", "home", (Entry("工作台", "portal:workdesk", counter="todo"),)),
    Section("城区", "map", (Entry("城区", "districts:district_list", BUSINESS - {Role.EXPERT}),)),
    Section(
        "申报与验收",
        "file",
        (Entry("申报与验收", "approvals:case_list", FILING), Entry("称号", "approvals:title_list", FILING)),
    ),
    Section(
        "自查与评估",
        "clip",
        (
            Entry("年度自查", "assessments:selfcheck_list", FILING),
            Entry("阶段评估", "assessments:stage_list", FILING - {Role.BUREAU}),
            Entry("后评估", "assessments:post_list", FILING - {Role.BUREAU}),
            Entry("监督检查", "assessments:inspection_list", FILING - {Role.BUREAU}),
            Entry("评分表", "assessments:score_table_list", FILING),
        ),
    ),
    Section("专家评审", "users", (Entry("专家评审", "assessments:review_list", REVIEWING),)),
    Section("地块与项目", "grid", (Entry("地块与项目", "districts:plot_overview", FILING),)),
    Section("到期", "clock", (Entry("到期", "obligations:obligation_list", WATCHING, counter="due"),)),
    Section("报告", "chart", (Entry("报告", "reports:report_center", WATCHING),)),
    Section(
        "标准与政策",
        "book",
        (
            Entry("评价标准", "indicators:edition_list", BUSINESS),
            Entry("政策规则", "policy:rule_list", BUSINESS),
            Entry("政策核对", "portal:policy_check", WATCHING - {Role.BUREAU}),
        ),
    ),
    Section(
        "系统",
        "gear",
        (
            Entry("本单位", "accounts:organisation_detail", BUSINESS - {Role.EXPERT}),
            Entry("账号", "accounts:user_list", frozenset({Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER})),
            Entry("审计记录", "audit:event_list", frozenset({Role.AUDIT_KEEPER})),
            Entry("接口令牌", "portal:tokens", CITY | {Role.PARTNER}),
            Entry("修改密码", "accounts:password_change"),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    """A menu line as shown."""

    label: str
    href: str
    counter: str
    current: bool


@dataclass(frozen=True)
class ShownSection:
    """A menu section as shown: at least one link."""

    label: str
    icon: str
    folds: bool
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Whether the page belongs to this section."""
        return any(link.current for link in self.links)

    @classmethod
    def of(cls, section: Section, roles: frozenset[str], current: str) -> Self:
        """Section narrowed to the posts held and to views that exist."""
        folds = len(section.entries) > 1
        shown = [(entry, href) for entry in section.entries if entry.roles & roles and (href := address(entry.url_name))]
        return cls(
            section.label,
            section.icon,
            folds,
            tuple(Link(entry.label, href, entry.counter, href == current) for entry, href in shown),
        )


def address(url_name: str) -> str:
    """Path of a view without arguments; empty when no such view is registered."""
    return _address_in(url_name, settings.ROOT_URLCONF)


@cache
def _address_in(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


def current_address(request: HttpRequest) -> str:
    """Path of the menu that fits the page best: ``request.nav`` (a view name) when a view set it, else the longest prefix."""
    asked = getattr(request, "nav", "")
    if asked:
        return address(asked)
    paths = (address(entry.url_name) for section in MENU for entry in section.entries)
    return max((path for path in paths if path and request.path.startswith(path)), key=len, default="")


def menu_for(roles: frozenset[str], request: HttpRequest) -> list[ShownSection]:
    """Sections a person with these posts can use, the present page marked."""
    current = current_address(request)
    shown = (ShownSection.of(section, roles, current) for section in MENU)
    return [section for section in shown if section.links]
