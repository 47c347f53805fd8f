"""``manage.py verify_backup FILE``: whether a backup is complete. Writes nothing, uses no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.backup import encryption, manifest, reading


class Command(BaseCommand):
    """Exits 0 if every member has the digest in the signed manifest, otherwise 1 with the reason."""

    help = "Check a backup with nothing but the file (and the private key where it is encrypted)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: file and private key."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, help="file with the private key of age")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify, and print the content."""
        try:
            identities = encryption.identities_in(options["identity"]) if options["identity"] else []
            found = reading.check(options["file"], identities)
        except (manifest.NoBackup, encryption.UnusableKey, OSError) as error:
            raise CommandError(str(error)) from error
        for line in told(found):
            self.stdout.write(line)


def told(found: reading.CheckedBackup) -> list[str]:
    """Content of a backup in words."""
    content = found.content
    key = (
        f"由本平台的密钥（{found.manifest.key}）签署" if found.manifest.signed else f"由另一把密钥（{found.manifest.key}）签署，未核对签名"
    )
    lines = [
        f"备份完整：{found.path.name}，{key}",
        f"备份时间 {content['made_at']}，版本 {content['portal']}，{sum(content['rows'].values())}行，{content['files']}个文件",
    ]
    return [*lines, f"备份时存储中已缺{len(content['missing'])}个文件"] if content["missing"] else lines
