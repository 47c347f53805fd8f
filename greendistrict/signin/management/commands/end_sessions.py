"""``manage.py end_sessions NAME`` or ``--all``: end other people's sessions at once, for example after a device or password was lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from greendistrict.accounts.selectors import person_named
from greendistrict.audit import services as audit
from greendistrict.signin import sessions
from greendistrict.signin.models import SignedSession


class Command(BaseCommand):
    """Signs one person, or everybody, out of all sessions; recorded."""

    help = "Sign one person, or everybody, out wherever they are signed in (recorded)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: whose sessions."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("username", nargs="?")
        whose.add_argument("--all", action="store_true", help="of everybody")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        """End the sessions. Raises ``CommandError`` for an unknown account."""
        user = None if options["all"] else person_named(options["username"])
        if user is None and not options["all"]:
            msg = "没有这个账号"
            raise CommandError(msg)
        ended = sessions.end(user) if user else SignedSession.objects.filter(account__isnull=False).delete()[0]
        audit.record(action="signin.end_sessions", by=None, obj=user, data={"sessions": ended}, label="" if user else "全部账号")
        self.stdout.write(f"已退出{ended}个登录")
