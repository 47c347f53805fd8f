"""Services for the sources of a district's figures."""

from collections.abc import Iterable

from districts.file.models.district import District
from districts.file.models.parties import FigureSource
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.columns import fitted


def note_sources(district: District, fields: Iterable[str], *, source: str, by: User | None) -> None:
    """Store source, author and time for each changed field, in the caller's transaction; one statement."""
    now = clock.now()
    rows = [
        FigureSource(district=district, field=name, source=fitted(FigureSource, "source", source.strip()), entered_at=now, entered_by=by)
        for name in fields
    ]
    FigureSource.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["district", "field"],
        update_fields=["source", "entered_at", "entered_by", "entered_by_principal"],
    )
