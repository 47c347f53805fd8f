"""Context of the page frame, read lazily; and the place in the guide that explains a page, as the features declare it."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import escape_uri_path
from django.utils.safestring import SafeString

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core import request_id as requestid
from greendistrict.core.features import features
from greendistrict.core.fragments import written
from greendistrict.signin import stamps
from portal.frame.menu import address, menu_for, no_figure, written_menu, written_own


class Place(NamedTuple):
    """A section of a page of the guide; without an anchor the whole page."""

    page: str
    anchor: str


@cache
def places() -> Mapping[str, Place]:
    """Places by route name. Raises ``ValueError`` for a route with two places."""
    found: dict[str, Place] = {}
    for space, feature in features():
        for section, pages in feature.sections:
            place = Place(*section.partition("#")[::2])
            for route in (f"{space}:{page.name}" for page in pages if section):
                if route in found:
                    msg = f"{route} stands at two places of the guide"
                    raise ValueError(msg)
                found[route] = place
    return MappingProxyType(found)


def help_address(route: str) -> str:
    """URL of the explanation of a page; the guide's first page if there is none, empty if there is no guide."""
    return _address_in(route, settings.ROOT_URLCONF)


@cache
def _address_in(route: str, urlconf: str) -> str:
    place = places().get(route)
    try:
        if place is None:
            return reverse("portal:guide", urlconf)
        address = reverse("portal:guide_page", urlconf, args=[place.page])
    except NoReverseMatch:
        return ""
    return f"{address}#{place.anchor}" if place.anchor else address


CARE_COOKIE = "gd_care"


@dataclass(frozen=True)
class Figures:
    """Figures of the frame for one user: 待办, 到期, 消息."""

    todo: int
    due: int
    unread: int


class Counts:
    """Figures of the frame by name, read once and only when one is shown; None for unknown names."""

    def __init__(self, viewer: Viewer, read: Callable[[Viewer], Figures | None]) -> None:
        self._viewer, self._read = viewer, read

    @cached_property
    def _figures(self) -> Figures | None:
        return self._read(self._viewer)

    def __getitem__(self, name: str) -> int | None:
        """Figure with that name."""
        return getattr(self._figures, name, None)


class Shell:
    """Lazy context of the page frame for one request; public pages use only what needs no query.

    ``figures`` reads those of a person by at most one query; None while none are known.
    """

    def __init__(self, request: HttpRequest, figures: Callable[[Viewer], Figures | None]) -> None:
        self._request, self._figures = request, figures

    @cached_property
    def user(self) -> User | None:
        """The signed-in user, or None."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def seats(self) -> HeldPosts:
        """Roles held today."""
        return posts_of(self.user)

    @cached_property
    def menu(self) -> SafeString:
        """Rendered left menu with its counters."""
        counts = self.counts
        return written_menu(self.seats.roles, self._request, counts.__getitem__ if counts else no_figure)

    @cached_property
    def rail(self) -> SafeString:
        """Rendered menu of full-height pages: icon above word, without counters."""
        return written("components/menu.html", menu=menu_for(self.seats.roles, self._request))

    @cached_property
    def own_menu(self) -> SafeString:
        """Rendered links about the person: settings, tokens, sign-ins."""
        return written_own(self.seats.roles, self._request)

    @cached_property
    def counts(self) -> Counts | None:
        """Counters of the menu and the top bar."""
        return Counts(viewer_of(self._request), self._figures) if self.user else None

    @cached_property
    def organisation(self) -> str:
        """Name of the first organisation in which the user holds a role."""
        organisations = self.seats.organisations
        return organisations[0].name if organisations else ""

    @cached_property
    def post(self) -> str:
        """Name of the first role held."""
        posts = self.seats.posts
        return posts[0].get_role_display() if posts else ""

    @cached_property
    def today(self) -> dt.date:
        """Business date."""
        return clock.today()

    @cached_property
    def training(self) -> bool:
        """Whether this is a training installation."""
        return bool(settings.TRAINING)

    @cached_property
    def footer(self) -> dict[str, str]:
        """Footer fields filled in by the operator."""
        return {label: value for label, value in settings.SITE_FOOTER.items() if value}

    @cached_property
    def has_session(self) -> bool:
        """Whether a user is probably signed in, judged by the cookie only."""
        return settings.SESSION_COOKIE_NAME in self._request.COOKIES

    @cached_property
    def origin(self) -> str:
        """Scheme and host of the portal as seen from outside."""
        return str(settings.SITE_URL)

    @cached_property
    def canonical(self) -> str:
        """Canonical URL of the page, without query string."""
        return f"{self.origin}{escape_uri_path(self._request.path)}"

    @cached_property
    def session_left(self) -> int | None:
        """Seconds until the session ends without activity; None if nobody is signed in."""
        session = getattr(self._request, "session", None)
        return stamps.left(session) if self.user and session is not None else None

    @cached_property
    def care(self) -> bool:
        """Whether the 关怀版 is on: the browser's choice, else the user's; pages without a session need no query."""
        chosen = self._request.COOKIES.get(CARE_COOKIE)
        if chosen is not None:
            return chosen == "on"
        return bool(self.has_session and self.user and self.user.care_mode)

    @cached_property
    def request_id(self) -> str:
        """Id of this request, for reporting a fault."""
        return requestid.current()

    @cached_property
    def help(self) -> str:
        """URL of the place in the guide that explains this page."""
        match = self._request.resolver_match
        return help_address(match.view_name if match else "")

    @cached_property
    def urls(self) -> dict[str, str]:
        """URLs to which the frame links; empty if a view is not registered."""
        names = (
            "portal:home", "portal:publicity", "portal:register", "portal:public_policy", "portal:public_standards", "portal:open_data",
            "beautiful:public_programme", "outreach:stories", "outreach:events", "outreach:opinions", "outreach:disclosures",
            "api:docs",
            "portal:workdesk", "portal:search", "portal:guide", "accounts:care",
            "notifications:inbox", "accounts:login", "accounts:logout", "accounts:password_change", "signin:sessions",
        )  # fmt: skip
        return {name.partition(":")[2]: address(name) for name in names}


def frame_for(user: User | AnonymousUser) -> str:
    """Base template of a page for everybody: visitors have no menu."""
    return "base.html" if user.is_authenticated else "base_public.html"
