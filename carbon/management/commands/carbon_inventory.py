"""Calculate the inventory of a file without the database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from carbon.enums import Sector
from carbon.inventory import compute, left_out
from carbon.inventory_file import FaultyFileError, parse, read_text


class Command(BaseCommand):
    """Calculates an inventory from a file alone, with the same function as the page."""

    help = "Compute a carbon inventory from a YAML file"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """File and output format."""
        parser.add_argument("file", type=Path, help="YAML as docs/carbon.md describes it")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the result. Exits 2 with line and reason if the file is faulty or unreadable."""
        del args
        path: Path = options["file"]
        try:
            found = parse(read_text(path.read_bytes()))
        except FaultyFileError as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            reason = f"{path}：{error.strerror}"
            raise CommandError(reason, returncode=2) from error
        data = compute(found.boundary, found.activities, include_industry=found.include_industry).as_data()
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
            return
        for row in data["activities"]:
            self.stdout.write(f"{row['id']}  {row['tco2e']} tCO₂e")
        reported = {activity.sector for activity in found.activities}
        for key, tonnes in data["sectors"].items():
            words = left_out(Sector(key), reported, include_industry=found.include_industry)
            self.stdout.write(f"{Sector(key).label}  {words or f'{tonnes} tCO₂e'}")
        self.stdout.write(f"合计  {data['total']} tCO₂e")
        self.stdout.write(f"{data['per_m2_kg']} kg/m²，{data['per_person_t']} t/人，{data['per_wan_gdp_t']} t/万元")
