"""``build_report KIND --year Y [--district CODE | --all | --subject KEY] [--by NAME] --out DIR``: any report, without the worker."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.jobs.enums import JobState, Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.requests import request_report
from reports.jobs.services import run
from reports.letters.selectors import draft_at
from reports.letters.services import LETTER, keep_letter

YEARS = range(1990, 2101)


class Command(BaseCommand):
    """Writes files named by the report's title, such as ``全市2025年度评估报告.pdf``, and prints their paths.

    It creates a normal job, requested by the portal or on behalf of a user (``--by``). Papers about single matters need a user, because
    their content depends on the reader. The 查验码 on the paper can be verified at /verify/, and a valid existing report is not generated
    again.
    """

    help = "Make a report of any kind and print the paths of its files"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare kind, subject, formats and folder."""
        parser.add_argument("kind", nargs="?", help="key of the kind, see --list")
        parser.add_argument("--list", action="store_true", help="print the kinds: key, scope, formats, name")
        parser.add_argument("--year", type=int, help="the year reported on; this year for a matter")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--district", help="code of a district, for a kind of one district")
        which.add_argument("--all", action="store_true", help="every district that has one, for a kind of one district")
        which.add_argument("--subject", default="", help="key of the matter; of a letter the end of its address: case/12/acceptance")
        parser.add_argument("--by", default="", help="account in whose name it is asked for, of papers that say what a person may read")
        parser.add_argument("--format", default="", help="such as pdf,docx,xlsx,json,csv; all of the kind's when left out")
        parser.add_argument("--out", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate the files. Exits with 1 and the reason if there is nothing to report on."""
        del args
        if options["list"]:
            for key, report in report_kinds.by_key.items():
                self.stdout.write("\t".join((key, report.scope, ",".join(report.formats), report.word)))
            return
        kind, report = self._kind(options)
        by = _person(options["by"])
        subject = _kept_letter(options["subject"], by) if kind == LETTER and by else options["subject"]
        options["out"].mkdir(parents=True, exist_ok=True)
        formats = tuple(filter(None, options["format"].split(",")))
        for district in _districts(report, options):
            try:
                job = request_report(
                    kind=kind, year=options["year"], by=by, district=district, subject=subject, formats=formats, at_once=True
                )
            except Refused as refused:
                raise CommandError(str(refused)) from refused
            if job.state != JobState.DONE:
                run(job.pk)
                job.refresh_from_db()
            if job.state != JobState.DONE:
                msg = f"{job.label}：{job.error or '后台正在生成，请稍后再试'}"
                raise CommandError(msg)
            for file in job.files.select_related("document"):
                path = options["out"] / file.document.original_name
                with file.document.file.open("rb") as stored, path.open("wb") as written:
                    written.writelines(stored.chunks())
                self.stdout.write(str(path))

    def _kind(self, options: dict[str, Any]) -> tuple[str, Report]:
        report = report_kinds.by_key.get(options["kind"] or "")
        if report is None:
            msg = f"没有这种报告：{options['kind'] or ''}；--list 列出全部"
            raise CommandError(msg)
        if report.scope == Scope.MATTER and options["year"] is None:
            options["year"] = clock.today().year
        for name in ("year", "out"):
            if options[name] is None:
                msg = f"--{name} is required"
                raise CommandError(msg)
        if options["year"] not in YEARS:
            msg = f"--year 应在{YEARS.start}至{YEARS.stop - 1}之间"
            raise CommandError(msg)
        return options["kind"], report


def _person(name: str) -> User | None:
    """The account with this name; None without a name. Raises ``CommandError``."""
    if not name:
        return None
    try:
        found = User.objects.get_by_natural_key(name)
    except User.DoesNotExist as missing:
        msg = f"没有账号{name}"
        raise CommandError(msg) from missing
    if not found.is_active:
        msg = f"账号{name}已停用"
        raise CommandError(msg)
    return found


def _kept_letter(address: str, by: User) -> str:
    """Key of the letter at this address, after storing its current text; a key is returned unchanged. Raises ``CommandError``."""
    if "/" not in address:
        return address
    found = draft_at(Viewer(by), address)
    if found is None:
        msg = f"没有这一文书，或{by.username}看不到它：{address}"
        raise CommandError(msg)
    source, matter, draft = found
    return str(keep_letter(source=source, matter=matter, draft=draft, by=by).pk)


def _districts(report: Report, options: dict[str, Any]) -> Iterator[District | None]:
    """Districts to report on, by pinyin; None for a kind that is not about a district. Raises ``CommandError``."""
    code = options["district"]
    if options["all"]:
        found = list(report.districts(options["year"]).order_by("name_pinyin", "pk")) if report.scope == Scope.DISTRICT else []
        if not found:
            msg = f"{options['year']}年度没有可以生成{report.word}的城区"
            raise CommandError(msg)
        yield from found
        return
    place = District.objects.filter(code=code).first() if code else None
    if code and place is None:
        msg = f"没有城区{code}"
        raise CommandError(msg)
    yield place
