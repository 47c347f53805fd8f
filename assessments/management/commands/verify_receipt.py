"""``manage.py verify_receipt FILE --key PUBLIC_KEY``: check a receipt against the portal's signature. Needs no database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.versions import receipts


class Command(BaseCommand):
    """Exits with 0 if the receipt is valid, with 1 and a list of all faults if not."""

    help = "Check a receipt with nothing but the file and the public key"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments: file and key."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, required=True, help="public key (PEM), downloaded from the portal")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the content of the receipt, or its faults."""
        del args
        path: Path = options["file"]
        try:
            content = receipts.read(path.read_bytes())
            faults = receipts.faults(content, options["key"].read_text(encoding="utf-8"))
        except receipts.NoReceiptError as error:
            faults = [str(error)]
        except (OSError, UnicodeDecodeError) as error:
            msg = f"读不到文件：{error}"
            raise CommandError(msg) from error
        if faults:
            raise CommandError("\n".join([f"回执不可信：{path.name}", *(f"- {fault}" for fault in faults)]))
        receipt, counts = content["receipt"], content["receipt"]["counts"]
        self.stdout.write(f"回执有效：{receipt['number']}　{receipt['table']['title']}第{receipt['table']['version']}版")
        self.stdout.write(
            f"提交时间 {receipt['submitted_at']}，条文{counts['values']}条，材料{counts['files']}件，密钥 {content['signature']['key']}"
        )
