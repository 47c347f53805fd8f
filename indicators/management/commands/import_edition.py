"""``import_edition FILE [--check]``: exit 0 clean, 3 incomplete (imported, will not score), 1 invalid (nothing imported)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from greendistrict.core.errors import Refused
from indicators.catalogue import EditionVerdict, parse
from indicators.editions.services import import_document

INVALID = 1
INCOMPLETE = 3
WORDS = {EditionVerdict.CLEAN: "完整", EditionVerdict.INCOMPLETE: "未录全", EditionVerdict.INVALID: "有误"}


class Command(BaseCommand):
    """Import one edition file, or only check it."""

    help = "导入一个评价标准文件；--check 只检查。退出码：0 完整，3 未录全（导入但不能评分），1 有误（不导入）。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and ``--check``."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="只检查，不导入")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, report everything with line and path, import unless invalid or asked not to."""
        path: Path = options["file"]
        try:
            parsed = parse(path.read_bytes())
        except OSError as error:
            msg = f"{path}：无法读取：{error.strerror}"
            raise CommandError(msg, returncode=INVALID) from error
        for problem in parsed.problems:
            ending = "（缺项）" if problem.kind == "incomplete" else ""
            self.stdout.write(f"{path.name}:{problem.line}: {problem.path}: {problem.text}{ending}")
        for note in parsed.notes:
            self.stdout.write(f"{path.name}:{note.line}: · {note.path}: {note.text}")
        self.stdout.write(f"{path.name}: {WORDS[parsed.verdict]}，问题{len(parsed.problems)}处，提示{len(parsed.notes)}处")
        if not options["check"] and parsed.verdict is not EditionVerdict.INVALID:
            try:
                imported = import_document(parsed=parsed)
            except Refused as refused:
                raise CommandError(str(refused), returncode=INVALID) from refused
            self.stdout.write(f"{imported.edition.code}: {'已导入' if imported.changed else '内容未变，没有改动'}")
        code = {EditionVerdict.INVALID: INVALID, EditionVerdict.INCOMPLETE: INCOMPLETE}.get(parsed.verdict, 0)
        if code:
            raise SystemExit(code)
