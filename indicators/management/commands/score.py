"""``score --edition CODE --type T --stage S --values FILE [--json]``: scores one table; exit 2 when it refuses."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from indicators.editions.models import Edition
from indicators.editions.selectors import edition_named, rules_for
from indicators.scoring.engine import Result, score
from indicators.scoring.numbers import figure
from indicators.scoring.prepare import EditionRules
from indicators.scoring.refusals import ScoringRefused
from indicators.scoring.values_file import read_values

REFUSED = 2


class Command(BaseCommand):
    """Score a values file under an edition."""

    help = "按一个标准为取值文件评分。拒绝评分时退出码为 2，原因写在标准错误上。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take edition, type, stage, values and the form of the answer."""
        parser.add_argument("--edition", required=True, help="标准编号，如 GD-REF-2024")
        parser.add_argument("--type", required=True, dest="kind", help="城区类型，如 new")
        parser.add_argument("--stage", required=True, help="阶段，如 operation")
        parser.add_argument("--values", required=True, type=Path, help="取值文件，YAML 或 JSON")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Score and print; every refusal is one line on stderr and exit 2."""
        try:
            file = read_values(options["values"].read_bytes())
            rules = rules_for(edition_named(options["edition"]))
            result = score(rules, options["kind"], options["stage"], file.values, file.exclusions, file.absent)
        except ScoringRefused as refused:
            raise CommandError(refused.reason, returncode=REFUSED) from refused
        except OSError as error:
            msg = f"{options['values']}：无法读取：{error.strerror}"
            raise CommandError(msg, returncode=REFUSED) from error
        except Edition.DoesNotExist as error:
            msg = f"没有编号为 {options['edition']} 的标准"
            raise CommandError(msg, returncode=REFUSED) from error
        if unknown := file.unknown(rules.items):
            self.stderr.write(f"标准中没有这些条文，取值未用：{'、'.join(unknown)}")
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        else:
            self._print(rules, result)

    def _print(self, rules: EditionRules, result: Result) -> None:
        mark = "" if rules.official else "（参考版）"
        self.stdout.write(f"{rules.code} {rules.title}{mark} · {rules.types[result.type]} · {rules.stages[result.stage]}")
        for chapter in result.chapters:
            share = f"{figure(chapter.obtained)}/{figure(chapter.possible)}"
            self.stdout.write(f"  {chapter.title}：{share}" + ("" if chapter.bonus else f"，得分 {figure(chapter.score)}"))
        self.stdout.write(f"加分：{figure(result.bonus)}")
        self.stdout.write(f"总分：{figure(result.total)}")
        labels = {level.key: level.label for level in rules.levels}
        self.stdout.write(f"星级：{labels[result.level] if result.level else '未达星级'}")
        for name in result.blocked_by:
            item = rules.items.get(name)
            if item is not None:
                words = f"控制项 {name} {item.title}"
            else:
                chapters = next(iter(rules.tables.values())).chapters
                words = next(f"{chapter.title}低于最低分{chapter.minimum}" for chapter in chapters if chapter.key == name)
            self.stdout.write(f"  不满足：{words}")
