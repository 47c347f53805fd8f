"""Who reads, and as of when: one value that is made at the door and handed on."""

import datetime as dt
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Concatenate, NoReturn, ParamSpec, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import NOBODY, HeldPosts, posts_in, posts_of
from greendistrict.core import clock, memoisation

T = TypeVar("T")
P = ParamSpec("P")
HELD = "_viewer"  # attribute of a request


class Viewer:
    """The posts that somebody reads with, and two days.

    ``today`` is the day of rights, of what is late and what is offered, that of ``moment``; ``as_of`` that of data and settings. Which
    rows and columns are seen is decided by the row as it is now; only their values are those of ``as_of``. Lives for one request or one
    unit of a job, which makes its own from a user, or from seats that nobody holds (``sight``) for a paper that many read: it cannot be
    pickled, and is kept in no cache, session or message.
    """

    def __init__(self, user: User | AnonymousUser | None, *, as_of: dt.date | None = None, sight: str = "") -> None:
        self._user, self._sight = user, sight
        self.moment = clock.now()
        self.today = self.moment.date()
        self.as_of = as_of or self.today
        self._memory = memoisation.Memory()

    @cached_property
    def held(self) -> HeldPosts:
        """Posts held today, or the seats of a sight."""
        return posts_in(self._sight) if self._sight else posts_of(self._user)

    @property
    def user(self) -> User:
        """The person, for what is still asked of a user. Raises ``TypeError`` for visitors."""
        if isinstance(self._user, User):
            return self._user
        msg = "nobody has signed in"
        raise TypeError(msg)

    @property
    def person(self) -> int:
        """Key of the user; for visitors 0, which no row has."""
        return self._user.pk if isinstance(self._user, User) else NOBODY

    @property
    def is_somebody(self) -> bool:
        """Whether somebody has signed in, or seats read."""
        return self.person != NOBODY or bool(self._sight)

    @property
    def is_portal(self) -> bool:
        """Whether nobody asks, but the portal itself, which makes papers on a day of its own."""
        return self._user is None and not self._sight

    def is_of(self, user: User | AnonymousUser | None) -> bool:
        """Whether this is what somebody reads with."""
        return self._user == user

    def at(self, day: dt.date) -> "Viewer":
        """The same posts, with data and settings of another day, and nothing remembered."""
        return self if day == self.as_of else Viewer(self._user, as_of=day, sight=self._sight)

    @cached_property
    def now(self) -> "Viewer":
        """The same with today's data: what somebody sees is decided by rows as they are now."""
        return self.at(self.today)

    def once(self, function: "Callable[Concatenate[Viewer, P], T]", *args: P.args, **kwargs: P.kwargs) -> T:
        """Result of a function of the viewer and hashable arguments, read once until an act is recorded."""
        return self._memory.once(function, self, *args, **kwargs)

    def _key(self) -> tuple[Hashable, ...]:
        return self.person, self._sight, self.today, self.as_of

    def __eq__(self, other: object) -> bool:
        """Whether both read the same."""
        return isinstance(other, Viewer) and self._key() == other._key()

    def __hash__(self) -> int:
        """Hash of who reads and the days."""
        return hash(self._key())

    def __reduce__(self) -> NoReturn:
        """Refuse to be stored: whoever reads later has other rights."""
        msg = "a viewer lives for one request or job"
        raise TypeError(msg)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who reads this request; made when it is first asked for, and anew after a sign-in."""
    viewer: Viewer | None = vars(request).get(HELD)
    if viewer is None or not viewer.is_of(request.user):
        viewer = Viewer(request.user)
        vars(request)[HELD] = viewer
    return viewer
