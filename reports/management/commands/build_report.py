"""``build_report annual --year Y [--district CODE] --out DIR``: the files of the annual report, without the worker."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from districts.file.models.district import District
from greendistrict.core.errors import Refused
from reports.jobs.enums import ReportKind
from reports.jobs.models import ExportJob


class Command(BaseCommand):
    """Writes the report as PDF and XLSX under its title, such as ``全市2025年度评估报告.pdf``, and prints the paths."""

    help = "Write the annual assessment report as PDF and XLSX"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Kind, year, district, folder."""
        parser.add_argument("kind", choices=["annual"])
        parser.add_argument("--year", type=int, required=True, help="the year reported on")
        parser.add_argument("--district", help="code of a district; without it the whole city")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the files. Exits 1 with the reason when nothing was received."""
        del args
        year, district, out = options["year"], options["district"], options["out"]
        place = District.objects.filter(code=district).first() if district else None
        if district and place is None:
            msg = f"没有城区{district}"
            raise CommandError(msg)
        job = ExportJob(kind=ReportKind.ANNUAL_DISTRICT if place else ReportKind.ANNUAL_CITY, year=year, district=place)
        try:
            made = job.report.files(job, str(uuid.uuid4()), lambda _: None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        out.mkdir(parents=True, exist_ok=True)
        for ending, content in sorted(made.items()):
            path = out / f"{job.label}.{ending}"
            path.write_bytes(content)
            self.stdout.write(str(path))
