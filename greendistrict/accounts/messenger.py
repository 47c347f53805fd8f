"""Registry for the app that delivers mails and notices about accounts."""

from collections.abc import Iterable
from typing import Protocol

from greendistrict.accounts.models import PasswordLink, User
from greendistrict.core.registry import Registry


class Carrier(Protocol):
    """Sends mails and notices about accounts after the transaction commits."""

    def send_link(self, link: PasswordLink) -> None:
        """Write and send a link to set a password."""

    def notify(self, *, key: str, receivers: Iterable[User], title: str, body: str, path: str, demo: bool) -> None:
        """Notify people of an event of an account; ``key`` identifies the event, so that it is sent once."""


_in_office: Registry[Carrier] = Registry("carrier of letters and news", entry="who carries letters and news about accounts")


def take_office(carrier: Carrier) -> None:
    """Register the carrier; called when the apps are ready. Raises ``ValueError`` for a second one."""
    _in_office.register("carrier", carrier)


def carrier() -> Carrier:
    """The registered carrier."""
    return _in_office.by_key["carrier"]
