"""``manage.py verify_audit``: check that the audit record is complete and unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.audit.verification import verify


class Command(BaseCommand):
    """Verifies the audit chain; exits with 1 and names the first broken, missing, truncated or re-sealed record of each kind."""

    help = "Check audit records against their seals and the chain against its anchors outside the database"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Raise ``CommandError`` with the findings."""
        checked = verify()
        self.stdout.write(f"已封存 {checked.sealed}，待封存 {checked.waiting}，锚点核对到 {checked.anchored}，已归档 {checked.archived}")
        if checked.findings:
            raise CommandError("\n".join(map(str, checked.findings)), returncode=1)
        self.stdout.write("全部相符")
