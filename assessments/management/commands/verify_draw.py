"""``manage.py verify_draw FILE``: check that a draw can be repeated from its published data. Needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.post_evaluations.draw_verification import NoDraw, faults
from assessments.reviews.selectors.panels import doubts
from greendistrict.core import sealing


class Command(BaseCommand):
    """Exits with 0 if the draw repeats from data that a trusted key signed, with 1 and what differs or is missing if not."""

    help = "Repeat the draw of a panel or of a sample from its published data (docs/draw.md)"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file argument."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, action="append", help="PEM file with the public key of another portal whose draw it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print who was drawn, or the differences."""
        del args
        path: Path = options["file"]
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            found = faults(data)
            doubt = doubts(data, [pem for file in options["key"] or () for pem in sealing.pems_in(file)])
        except sealing.UnusableKeyError as error:
            raise CommandError(str(error)) from error
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            msg = f"读不到文件：{error}"
            raise CommandError(msg) from error
        except NoDraw as error:
            raise CommandError(str(error)) from error
        if found:
            raise CommandError("\n".join([f"抽取不能重复：{path.name}", *(f"- {fault}" for fault in found)]))
        if doubt:
            msg = f"未核实来源：{path.name}\n- 抽取可以重复，但{doubt}"
            raise CommandError(msg)
        taken = data["result"] if "result" in data else sorted([*data["due"], *data["drawn"]])
        self.stdout.write(f"抽取属实：{'、'.join(str(one) for one in taken)}")
