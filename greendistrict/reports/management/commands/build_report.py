"""``build_report annual --year Y [--district CODE] --out DIR``: the files of the annual report, without the worker."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.models import SelfCheck
from greendistrict.core.errors import Refused
from greendistrict.reports import services


class Command(BaseCommand):
    """Writes ``annual-Y-CODE.pdf/.xlsx`` or ``annual-Y-city.pdf/.xlsx`` and prints the paths."""

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
            made = self._make(year, district)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        out.mkdir(parents=True, exist_ok=True)
        for ending, content in sorted(made.items()):
            path = out / f"annual-{year}-{district or 'city'}.{ending}"
            path.write_bytes(content)
            self.stdout.write(str(path))

    def _make(self, year: int, district: str | None) -> dict[str, bytes]:
        code = str(uuid.uuid4())
        if district is None:
            return services.city_files(year, code=code)
        check = SelfCheck.objects.select_related("district", "table__edition").filter(year=year, district__code=district).first()
        if check is None:
            msg = f"{district}没有{year}年度自查"
            raise Refused(msg)
        return services.district_files(check, code=code)
