"""``manage.py backup``: database and files as one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from greendistrict.core import clock
from portal.backup import encryption, record, services
from portal.backup.postgres import DumpFailed, NoProgram

NAMED = 5


class Command(BaseCommand):
    """Writes a backup and records it; on failure exits 1 with the reason and leaves no file."""

    help = "Write a backup of database, files and public keys into one archive, encrypted with GD_BACKUP_RECIPIENT where that is set"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: target."""
        parser.add_argument("folder", type=Path, nargs="?", help="instead of GD_BACKUP_DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the backup and print what was written."""
        folder = options["folder"] or (Path(settings.BACKUP_DIR) if settings.BACKUP_DIR else None)
        if folder is None:
            msg = "请给出文件夹，或设置 GD_BACKUP_DIR"
            raise CommandError(msg)
        try:
            made = services.make(folder, recipient=settings.BACKUP_RECIPIENT)
        except (services.AlreadyRunning, DumpFailed, NoProgram, encryption.UnusableKey, OSError) as error:
            raise CommandError(str(error)) from error
        record.note(clock.now())
        if made.missing:
            more = "等" if len(made.missing) > NAMED else ""
            self.stderr.write(f"{len(made.missing)}个文件在存储中不存在：{'、'.join(made.missing[:NAMED])}{more}")
        closed = "已加密" if settings.BACKUP_RECIPIENT else "未加密"
        self.stdout.write(f"{made.path}：{made.size}字节，{made.rows}行，{made.files}个文件，{closed}")
