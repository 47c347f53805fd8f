"""``manage.py account_link NAME``: last resort at the server console if nobody can request or release a link."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.accounts import links
from greendistrict.accounts.selectors import person_named


class Command(BaseCommand):
    """Print a link to set the password of an account; recorded, and the person and the audit keepers are notified."""

    help = "Print a link that sets the password of an account (recorded; the person and the audit keepers are notified)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the argument with the account name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises ``CommandError`` for an unknown or disabled account."""
        del args
        user = person_named(options["username"])
        if user is None or not user.is_active:
            msg = "没有这个账号，或账号已停用"
            raise CommandError(msg)
        self.stdout.write(links.printed(user=user))
