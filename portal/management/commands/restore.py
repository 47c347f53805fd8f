"""``manage.py restore FILE``: restore a backup into an empty database and an empty folder. Run with the owner's role."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.backup import encryption, manifest, postgres, restoring, snapshot
from portal.management.commands.verify_backup import told

REASONS = (
    manifest.NoBackup,
    encryption.UnusableKey,
    restoring.NotEmpty,
    snapshot.DumpFailed,
    postgres.NoProgram,
    OSError,
)


class Command(BaseCommand):
    """Restores all or nothing; exits 1 with one line if it refuses or finds differences."""

    help = "Put a backup back into an empty database and folder, then bring it to the code's state with `migrate`"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: file, private key, whether to check all data afterwards."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, help="file with the private key of age")
        parser.add_argument("--verify", action="store_true", help="check all data afterwards, as the nightly check_data does")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore, and print what was restored."""
        try:
            identities = encryption.identities_in(options["identity"]) if options["identity"] else []
            known, restored = restoring.restore(options["file"], identities)
        except REASONS as error:
            raise CommandError(str(error)) from error
        for line in told(known):
            self.stdout.write(line)
        if restored.differences:
            raise CommandError("\n".join(["恢复后与清单不符：", *restored.differences]))
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"已恢复：{sum(known.content['rows'].values())}行，{restored.files}个文件，各表行数与清单相符")
        if options["verify"]:
            call_command("check_data", stdout=self.stdout, stderr=self.stderr)
