"""Titles that a district holds from before, entered as 历史补录; fictional."""

import datetime as dt

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from approvals.titles.services.titles import HistoricTitle, record_historic
from districts.file.models.district import District


def title_as_copied(district: District) -> None:
    """The title behind the stage that a test wrote at the district, where there is none yet."""
    if district.stage in TitleKind.values and not district.titles.exists():
        about = {"star": district.star, "granted_on": district.titled_on, "policy": "沪府办规〔2018〕24号"}
        Title.objects.create(district=district, kind=district.stage, historic=True, **about)


def give_title(district: District, kind: str = TitleKind.PILOT, *, star: int = 2, granted_on: dt.date = dt.date(2022, 6, 15)) -> Title:
    """A title of the district through the engine; the district's copies follow."""
    title = record_historic(
        district=district,
        title=HistoricTitle(kind=kind, policy="沪府办规〔2018〕24号", source="演示", certainty="sourced", star=star, granted_on=granted_on),
    )
    district.refresh_from_db()
    return title
