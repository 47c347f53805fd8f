"""``manage.py archive_audit``: move old access records into a signed file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.audit.archiving import archive
from greendistrict.core.errors import Refused


class Command(BaseCommand):
    """Moves access records older than ``GD_AUDIT_DAYS`` out of the table; run monthly by the owner of the tables."""

    help = "Write old audit records of access to a signed archive file, then take them out of the table"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Raise ``CommandError`` if archiving failed."""
        try:
            made = archive()
        except Refused as refused:
            raise CommandError("\n".join(refusal.text for refusal in refused.refusals)) from refused
        except OSError as error:
            msg = f"归档文件没有写成，记录都还在：{error}"
            raise CommandError(msg) from error
        self.stdout.write(f"{made.count}条已归档到 {made.file}，校验值 {made.sha256}" if made else "没有到期的记录")
