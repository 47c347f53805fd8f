"""Registry of the app that delivers this app's letters and news about accounts."""

from collections.abc import Iterable
from typing import Protocol

from greendistrict.accounts.models import PasswordLink, User
from greendistrict.core.registry import Registry


class Carrier(Protocol):
    """Sends letters and messages about accounts, after the transaction commits."""

    def send_link(self, link: PasswordLink) -> None:
        """Have a link to set a password written and sent."""

    def notify(self, *, key: str, receivers: Iterable[User], title: str, body: str, path: str, demo: bool) -> None:
        """Notify people of something that happened to an account; ``key`` names the event."""


_in_office: Registry[Carrier] = Registry("carrier of letters and news")


def take_office(carrier: Carrier) -> None:
    """Register the carrier; called when the apps are ready. Raises ``ValueError`` for a second one."""
    _in_office.register("carrier", carrier)


def carrier() -> Carrier:
    """The registered carrier."""
    return _in_office.by_key["carrier"]
