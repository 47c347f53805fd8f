"""Left menu: entries by task, with the roles that see them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from greendistrict.accounts.enums import CITY, KEEPERS, Role
from greendistrict.core.fragments import written

Figure = Callable[[str], int | None]
KEPT_MENUS = 512
EVERYBODY: frozenset[str] = frozenset(Role.values)
BUSINESS: frozenset[str] = EVERYBODY - KEEPERS
FILING: frozenset[str] = BUSINESS - {Role.EXPERT, Role.VERIFIER}
DISTRICT_SIDE: frozenset[str] = frozenset({Role.AUTHORITY, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT})
REVIEWING: frozenset[str] = CITY | {Role.SECRETARIAT, Role.EXPERT}
RUNNING_SYSTEMS: frozenset[str] = CITY | {Role.PARTNER, Role.PREPARER, Role.CONSULTANT}
TOKEN_HOLDERS: frozenset[str] = RUNNING_SYSTEMS | {Role.BUREAU, Role.AUTHORITY}
WATCHING: frozenset[str] = CITY | DISTRICT_SIDE | {Role.SECRETARIAT, Role.PARTNER, Role.BUREAU}


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the menu: label, view name, roles, counter."""

    label: str
    url_name: str
    roles: frozenset[str] = EVERYBODY
    counter: str = ""


@dataclass(frozen=True)
class MenuSection:
    """A section of the menu; with several entries it can be folded. It is folded for roles that do not use it daily."""

    label: str
    icon: str
    entries: tuple[MenuEntry, ...]
    shut_for: frozenset[str] = frozenset()


MENU = (
    MenuSection("工作台", "home", (MenuEntry("工作台", "portal:workdesk", counter="todo"),)),
    MenuSection("城区", "map", (MenuEntry("城区", "districts:district_list", BUSINESS - {Role.EXPERT}),)),
    MenuSection(
        "申报与验收",
        "file",
        (
            MenuEntry("申报与验收", "approvals:case_list", FILING),
            MenuEntry("称号", "approvals:title_list", FILING),
        ),
    ),
    MenuSection(
        "自查与评估",
        "clip",
        (
            MenuEntry("年度自查", "assessments:selfcheck_list", FILING),
            MenuEntry("阶段评估", "assessments:stage_list", FILING - {Role.BUREAU}),
            MenuEntry("后评估", "assessments:post_list", FILING - {Role.BUREAU}),
            MenuEntry("监督检查", "assessments:inspection_list", FILING - {Role.BUREAU}),
            MenuEntry("评分表", "assessments:score_table_list", FILING),
            MenuEntry("横向比较", "portal:comparison", WATCHING - {Role.BUREAU}),
        ),
    ),
    MenuSection(
        "专家评审",
        "users",
        (
            MenuEntry("专家评审", "assessments:review_list", REVIEWING),
            MenuEntry("专家库", "assessments:expert_list", CITY | {Role.SECRETARIAT}),
            MenuEntry("我的专家信息", "assessments:expert_me", frozenset({Role.EXPERT})),
        ),
    ),
    MenuSection("地块与项目", "grid", (MenuEntry("地块与项目", "districts:plot_overview", FILING),)),
    MenuSection(
        "碳排放与运营",
        "leaf",
        (
            MenuEntry("运营与碳排放核查", "assessments:yearly_report_list", FILING - {Role.BUREAU}),
            MenuEntry("碳排放清单", "carbon:inventory_list", FILING - {Role.BUREAU}),
            MenuEntry("碳核查委托", "carbon:verification_list", (FILING - {Role.BUREAU}) | {Role.VERIFIER}),
            MenuEntry("运营台账", "operation:ledger_list", FILING - {Role.BUREAU}),
            MenuEntry("排放因子库", "carbon:factor_list", BUSINESS),
        ),
        shut_for=BUSINESS - {Role.VERIFIER},
    ),
    MenuSection("到期", "clock", (MenuEntry("到期", "obligations:obligation_list", WATCHING, counter="due"),)),
    MenuSection("报告", "chart", (MenuEntry("报告", "reports:report_center", WATCHING),)),
    MenuSection(
        "公众与交流",
        "talk",
        (
            MenuEntry("公众意见", "outreach:opinion_list", CITY),
            MenuEntry("依申请公开", "outreach:disclosure_list", CITY),
            MenuEntry("得分公开", "assessments:score_release_list", CITY),
            MenuEntry("案例", "outreach:story_list", BUSINESS),
            MenuEntry("交流活动", "outreach:event_list", BUSINESS),
        ),
        shut_for=BUSINESS,
    ),
    MenuSection(
        "美丽上海",
        "pin",
        (
            MenuEntry("美丽上海框架", "beautiful:frame", BUSINESS),
            MenuEntry("三年行动计划", "beautiful:plan_list", CITY | {Role.PARTNER, Role.AUTHORITY, Role.BUREAU}),
            MenuEntry("重点领域指标", "beautiful:area_overview", CITY),
            MenuEntry("项目储备库", "beautiful:reserve_list", CITY | {Role.PARTNER, Role.AUTHORITY}),
        ),
        shut_for=BUSINESS,
    ),
    MenuSection(
        "标准与政策",
        "book",
        (
            MenuEntry("评价标准", "indicators:edition_list", BUSINESS),
            MenuEntry("政策条款", "policy:rule_list", BUSINESS),
            MenuEntry("条款核对", "portal:policy_check", WATCHING - {Role.BUREAU}),
            MenuEntry("办事指南", "portal:guide", BUSINESS),
        ),
        shut_for=BUSINESS,
    ),
    MenuSection(
        "系统",
        "gear",
        (
            MenuEntry("本单位", "accounts:organisation_detail", BUSINESS - {Role.EXPERT}),
            MenuEntry("委托", "accounts:delegation_list", BUSINESS - {Role.EXPERT} | {Role.SECURITY_KEEPER}),
            MenuEntry("账号", "accounts:user_list", frozenset({Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER})),
            MenuEntry("密码重置", "accounts:link_list", KEEPERS),
            MenuEntry("双人审批", "accounts:proposal_list", KEEPERS),
            MenuEntry("运行状况", "portal:operations", frozenset({Role.SYSTEM_KEEPER})),
            MenuEntry("审计记录", "audit:event_list", frozenset({Role.AUDIT_KEEPER})),
            MenuEntry("接口令牌", "portal:tokens", TOKEN_HOLDERS),
            MenuEntry("接口推送", "portal:webhooks", RUNNING_SYSTEMS),
            MenuEntry("消息设置", "notifications:channel_settings"),
            MenuEntry("日历订阅", "obligations:feed_settings", frozenset({Role.EXPERT})),  # the others come by the calendar
            MenuEntry("修改密码", "accounts:password_change"),
            MenuEntry("双因素", "signin:factors"),
            MenuEntry("我的登录", "signin:sessions"),
            MenuEntry("个人信息", "portal:personal"),
            MenuEntry("使用帮助", "portal:guide", KEEPERS),
        ),
        shut_for=BUSINESS,
    ),
)


@dataclass(frozen=True)
class Link:
    """A menu entry as shown."""

    label: str
    href: str
    count: int | None
    current: bool


@dataclass(frozen=True)
class ShownSection:
    """A menu section as shown: at least one link."""

    label: str
    icon: str
    folds: bool
    shut: bool
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Whether the current page belongs to this section."""
        return any(link.current for link in self.links)

    @classmethod
    def of(cls, section: MenuSection, roles: frozenset[str], current: str, figure: Figure) -> Self:
        """Section reduced to the roles held and to registered views."""
        folds = len(section.entries) > 1
        shown = [(entry, href) for entry in section.entries if entry.roles & roles and (href := address(entry.url_name))]
        return cls(
            section.label,
            section.icon,
            folds,
            roles <= section.shut_for,
            tuple(Link(entry.label, href, figure(entry.counter) if entry.counter else None, href == current) for entry, href in shown),
        )


def address(url_name: str) -> str:
    """Path of a view without arguments; empty if it is not registered."""
    return _address_in(url_name, settings.ROOT_URLCONF)


@cache
def _address_in(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


def current_address(request: HttpRequest) -> str:
    """Menu path that matches the page: ``request.nav`` (a view name) if a view set it, else the longest prefix."""
    asked = getattr(request, "nav", "")
    return address(asked) if asked else _fitting(request.path, settings.ROOT_URLCONF)


def _fitting(path: str, urlconf: str) -> str:
    return next((one for one in _paths(urlconf) if path.startswith(one)), "")


@cache
def _paths(urlconf: str) -> list[str]:
    """Paths of the menu, longest first."""
    found = {_address_in(entry.url_name, urlconf) for section in MENU for entry in section.entries}
    return sorted(found - {""}, key=len, reverse=True)


def no_figure(_name: str) -> None:
    """Counter function that shows none."""


def menu_for(roles: frozenset[str], request: HttpRequest, figure: Figure = no_figure) -> list[ShownSection]:
    """Sections for a user with these roles, the current page marked; ``figure`` returns the count of an entry by name."""
    return _shown(roles, current_address(request), figure)


def _shown(roles: frozenset[str], current: str, figure: Figure) -> list[ShownSection]:
    shown = (ShownSection.of(section, roles, current, figure) for section in MENU)
    return [section for section in shown if section.links]


def written_menu(roles: frozenset[str], request: HttpRequest, figure: Figure) -> SafeString:
    """Rendered left menu, cached by roles, current page and counters."""
    figures = tuple((name, figure(name)) for name in _figures_of(roles))
    return _written(roles, current_address(request), figures, settings.ROOT_URLCONF)


@cache
def _figures_of(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(entry.counter for section in MENU for entry in section.entries if entry.counter and entry.roles & roles)


@lru_cache(KEPT_MENUS)
def _written(roles: frozenset[str], current: str, figures: tuple[tuple[str, int | None], ...], urlconf: str) -> SafeString:
    del urlconf  # addresses depend on it
    return written("components/menu.html", sections=tuple(_shown(roles, current, dict(figures).get)), rail=False)
