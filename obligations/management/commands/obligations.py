"""Print obligations of any day, as a table or JSON."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from obligations.as_data import chosen, told
from obligations.duties import ObligationState


class Command(BaseCommand):
    """Prints every obligation of a past or future day, earliest first, from the same selector as list and desk."""

    help = "Print who owes what by when on any day, past or future"

    def add_arguments(self, parser: CommandParser) -> None:
        """Day, authority, district, output format."""
        parser.add_argument("--on", type=_day, help="day as YYYY-MM-DD; today when left out")
        parser.add_argument("--authority", help="code or name of a leading body")
        parser.add_argument("--district", help="code of a district")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rows. Exits 1 for an unknown authority or district."""
        del args
        on = options["on"] or clock.today()
        rows = told(chosen(Viewer(None, as_of=on), authority=_authority(options["authority"]), district=_district(options["district"])), on)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            words = str(ObligationState(row["state"]).label)
            cells = (row["due"], words, row["title"], row["district"] or "", row["debtor"], row["creditor"], row["cite"])
            self.stdout.write("\t".join(cells))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        msg = f"not a day: {text} (YYYY-MM-DD)"
        raise CommandError(msg) from None


def _authority(text: str | None) -> int | None:
    if not text:
        return None
    bodies = Organisation.objects.filter(Q(code=text) | Q(name=text), kind=OrganisationKind.AUTHORITY)
    found = bodies.values_list("pk", flat=True).first()
    if found is None:
        msg = f"no authority of this code or name: {text}"
        raise CommandError(msg)
    return found


def _district(text: str | None) -> int | None:
    if not text:
        return None
    district = District.objects.filter(code=text).values_list("pk", flat=True).first()
    if district is None:
        msg = f"no district of this code: {text}"
        raise CommandError(msg)
    return district
