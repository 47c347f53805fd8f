"""``manage.py verify_backup FILE``: whether a backup is complete. Writes nothing, uses no database."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.core import sealing
from portal.backup import encryption, writing
from portal.backup.restoring import CheckedBackup, check


class Command(BaseCommand):
    """Exits 0 if a trusted key signed the manifest and every member has the digest in it, otherwise 1 with the reason."""

    help = "Check a backup with nothing but the file and the keys"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments: file and keys."""
        parser.add_argument("file", type=Path)
        add_keys(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify, and print the content."""
        try:
            found = check(options["file"], *keys_in(options))
        except (writing.NoBackup, encryption.UnusableKey, sealing.UnusableKeyError, OSError) as error:
            raise CommandError(str(error)) from error
        for line in told(found):
            self.stdout.write(line)


def add_keys(parser: ArgumentParser) -> None:
    """Arguments for the private keys that open a backup and the public keys whose backups are accepted."""
    parser.add_argument("--identity", type=Path, help="file with the private key of age")
    parser.add_argument("--key", type=Path, action="append", help="PEM file with the public key of another portal whose backup is wanted")


def keys_in(options: Mapping[str, Any]) -> tuple[list[Any], list[str]]:
    """Private keys and public keys given on the command line. Raises ``UnusableKey``, ``UnusableKeyError``."""
    identities = encryption.identities_in(options["identity"]) if options["identity"] else []
    return identities, [pem for path in options["key"] or () for pem in sealing.pems_in(path)]


def told(found: CheckedBackup) -> list[str]:
    """Content of a backup in words."""
    content = found.content
    whose = "本平台的密钥" if found.manifest.own else "--key 给出的密钥"
    lines = [
        f"备份完整：{found.path.name}，由{whose}（{found.manifest.key}）签署",
        f"备份时间 {content['made_at']}，版本 {content['portal']}，{sum(content['rows'].values())}行，{content['files']}个文件",
    ]
    return [*lines, f"备份时存储中已缺{len(content['missing'])}个文件"] if content["missing"] else lines
