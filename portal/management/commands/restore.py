"""``manage.py restore FILE``: restore a backup into an empty database and an empty folder. Run with the owner's role."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from greendistrict.core import sealing
from portal.backup import encryption
from portal.backup.postgres import DumpFailed, NoProgram
from portal.backup.restoring import CheckedBackup, NotEmpty, restore
from portal.backup.writing import NoBackup
from portal.management.commands.verify_backup import add_keys, keys_in, told

REASONS = (
    NoBackup,
    encryption.UnusableKey,
    sealing.UnusableKeyError,
    NotEmpty,
    DumpFailed,
    NoProgram,
    OSError,
)


class Command(BaseCommand):
    """Restores all or nothing; exits 1 with one line if it refuses or finds differences."""

    help = "Put a backup back into an empty database and folder, then bring it to the code's state with `migrate`"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: file, keys, whether to check all data afterwards."""
        parser.add_argument("file", type=Path)
        add_keys(parser)
        parser.add_argument("--verify", action="store_true", help="check all data afterwards, as the nightly check_data does")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, and print what was restored."""
        try:
            restored = restore(options["file"], *keys_in(options), self._tell)
        except REASONS as error:
            raise CommandError(str(error)) from error
        if restored.differences:
            raise CommandError("\n".join(["恢复后与清单不符：", *restored.differences]))
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"已恢复：{restored.rows}行，{restored.files}个文件，各表行数与清单相符")
        if options["verify"]:
            call_command("check_data", stdout=self.stdout, stderr=self.stderr)

    def _tell(self, known: CheckedBackup) -> None:
        """Say whose backup it is before anything is written."""
        for line in told(known):
            self.stdout.write(line)
        self.stdout.flush()
