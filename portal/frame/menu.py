"""Left menu: sections, and in each the entries that features put there, with the roles that see them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import Self

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import PALETTE, MenuEntry, features
from greendistrict.core.fragments import written

Figure = Callable[[str], int | None]
KEPT_MENUS = 512


@dataclass(frozen=True)
class MenuSection:
    """A section of the menu; with several entries it can be folded. It is folded for roles that do not use it daily."""

    label: str
    icon: str
    entries: tuple[MenuEntry, ...] = ()
    shut_for: frozenset[str] = frozenset()


SECTIONS = (
    MenuSection("工作台", "home"),
    MenuSection("城区", "map"),
    MenuSection("申报与验收", "file"),
    MenuSection("自查与评估", "clip"),
    MenuSection("专家评审", "users"),
    MenuSection("地块与项目", "grid"),
    MenuSection("碳排放与运营", "leaf", shut_for=BUSINESS - {Role.VERIFIER}),
    MenuSection("到期", "clock"),
    MenuSection("报告", "chart"),
    MenuSection("公众与交流", "talk", shut_for=BUSINESS),
    MenuSection("美丽上海", "pin", shut_for=BUSINESS),
    MenuSection("标准与政策", "book", shut_for=BUSINESS),
    MenuSection("系统", "gear", shut_for=BUSINESS),
)


@cache
def menu_sections() -> tuple[MenuSection, ...]:
    """The menu: sections in their order, with the entries that features put there. Raises ``ValueError`` for an unknown section."""
    declared = {entry.section for _, feature in features() for entry in feature.menu}
    if strange := declared - {section.label for section in SECTIONS} - {PALETTE}:
        msg = f"the menu has no sections {sorted(strange)}"
        raise ValueError(msg)
    return tuple(replace(section, entries=entries_in(section.label)) for section in SECTIONS)


@cache
def entries_in(section: str) -> tuple[MenuEntry, ...]:
    """Entries that features put into a section, in their order."""
    found = (entry for _, feature in features() for entry in feature.menu if entry.section == section)
    return tuple(sorted(found, key=attrgetter("position")))


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
    if asked:
        return address(asked)
    return next((path for path in _paths(settings.ROOT_URLCONF) if request.path.startswith(path)), "")


@cache
def _paths(urlconf: str) -> list[str]:
    """Paths of the menu, longest first."""
    found = {_address_in(entry.url_name, urlconf) for section in menu_sections() for entry in section.entries}
    return sorted(found - {""}, key=len, reverse=True)


def no_figure(_name: str) -> None:
    """Counter function that shows none."""


def menu_for(roles: frozenset[str], request: HttpRequest, figure: Figure = no_figure) -> list[ShownSection]:
    """Sections for a user with these roles, the current page marked; ``figure`` returns the count of an entry by name."""
    return _shown(roles, current_address(request), figure)


def _shown(roles: frozenset[str], current: str, figure: Figure) -> list[ShownSection]:
    shown = (ShownSection.of(section, roles, current, figure) for section in menu_sections())
    return [section for section in shown if section.links]


def written_menu(roles: frozenset[str], request: HttpRequest, figure: Figure) -> SafeString:
    """Rendered left menu, cached by roles, current page and counters."""
    figures = tuple((name, figure(name)) for name in _figures_of(roles))
    return _written(roles, current_address(request), figures, settings.ROOT_URLCONF)


@cache
def _figures_of(roles: frozenset[str]) -> tuple[str, ...]:
    return tuple(entry.counter for section in menu_sections() for entry in section.entries if entry.counter and entry.roles & roles)


@lru_cache(KEPT_MENUS)
def _written(roles: frozenset[str], current: str, figures: tuple[tuple[str, int | None], ...], urlconf: str) -> SafeString:
    del urlconf  # addresses depend on it
    return written("components/menu.html", sections=tuple(_shown(roles, current, dict(figures).get)), rail=False)
