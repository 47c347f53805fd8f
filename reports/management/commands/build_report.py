"""``build_report annual --year Y [--district CODE] --out DIR``: the files of the annual report, without the worker."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.self_checks.models import SelfCheck
from greendistrict.core.errors import Refused
from reports import services
from reports.models.jobs import annual_title


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
        try:
            title, made = self._make(year, district)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        out.mkdir(parents=True, exist_ok=True)
        for ending, content in sorted(made.items()):
            path = out / f"{title}.{ending}"
            path.write_bytes(content)
            self.stdout.write(str(path))

    def _make(self, year: int, district: str | None) -> tuple[str, dict[str, bytes]]:
        code = str(uuid.uuid4())
        if district is None:
            return annual_title(year, None), services.city_files(year, code=code)
        check = SelfCheck.objects.select_related("district", "table__edition").filter(year=year, district__code=district).first()
        if check is None:
            msg = f"{district}没有{year}年度自查"
            raise Refused(msg)
        return annual_title(year, check.district), services.district_files(check, code=code)
