"""Left menu: the entries that features put into its sections, with the roles that see them and those that use them daily."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from greendistrict.core.features import OWN, PALETTE, MenuEntry, features
from greendistrict.core.fragments import written

Figure = Callable[[str], int | None]
KEPT_MENUS = 512


MOST_DAILY = 12


@dataclass(frozen=True)
class MenuSection:
    """A section of the menu: its icon stands at each daily entry of it, its name over the others, under 更多."""

    label: str
    icon: str
    entries: tuple[MenuEntry, ...] = ()


SECTIONS = (
    MenuSection("工作台", "home"),
    MenuSection("城区", "map"),
    MenuSection("申报与验收", "file"),
    MenuSection("专家评审", "users"),
    MenuSection("自查与评估", "clip"),
    MenuSection("地块与项目", "grid"),
    MenuSection("碳排放与运营", "leaf"),
    MenuSection("到期", "clock"),
    MenuSection("报告", "chart"),
    MenuSection("公众与交流", "talk"),
    MenuSection("美丽上海", "pin"),
    MenuSection("标准与政策", "book"),
    MenuSection("系统", "gear"),
    MenuSection(OWN, "lock"),
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
    icon: str
    href: str
    count: int | None
    current: bool


class LinkGroup(NamedTuple):
    """Entries of a section that are not used daily. A name that says no more than the first of them is left out."""

    label: str
    links: tuple[Link, ...]


class Menu(NamedTuple):
    """The menu of a person: the daily entries, the others by section, and those about the person, which stand at the name."""

    daily: tuple[Link, ...]
    more: tuple[LinkGroup, ...]
    own: tuple[Link, ...]

    @property
    def is_beside(self) -> bool:
        """Whether the current page is one of the entries that are not used daily."""
        return any(link.current for group in self.more for link in group.links)


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


def menu_for(roles: frozenset[str], request: HttpRequest, figure: Figure = no_figure) -> Menu:
    """Menu for a user with these roles, the current page marked; ``figure`` returns the count of an entry by name."""
    return _shown(roles, current_address(request), figure)


def _shown(roles: frozenset[str], current: str, figure: Figure) -> Menu:
    """Only entries whose views are registered. Who holds several roles has no more daily entries than others."""
    daily, more, own = list[Link](), list[LinkGroup](), list[Link]()
    for section in menu_sections():
        rest = list[Link]()
        for entry in section.entries:
            href = address(entry.url_name) if entry.roles & roles else ""
            if not href:
                continue
            link = Link(entry.label, section.icon, href, figure(entry.counter) if entry.counter else None, href == current)
            is_daily = bool(entry.daily & roles) and len(daily) < MOST_DAILY
            (own if section.label == OWN else daily if is_daily else rest).append(link)
        if rest:
            more.append(LinkGroup("" if len(rest) == 1 or rest[0].label == section.label else section.label, tuple(rest)))
    return Menu(tuple(daily), tuple(more), tuple(own))


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
    return written("components/menu.html", menu=_shown(roles, current, dict(figures).get))


def written_own(roles: frozenset[str], request: HttpRequest) -> SafeString:
    """Rendered links about the person, cached by roles and current page."""
    return _written_own(roles, current_address(request), settings.ROOT_URLCONF)


@lru_cache(KEPT_MENUS)
def _written_own(roles: frozenset[str], current: str, urlconf: str) -> SafeString:
    del urlconf  # addresses depend on it
    return written("components/own_menu.html", links=_shown(roles, current, no_figure).own)
