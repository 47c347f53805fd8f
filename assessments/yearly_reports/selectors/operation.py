"""A district's operation results by year for those who judge it: the sentences that the operation report would state."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from assessments.self_checks.selectors.report import OWN, OwnFigures
from assessments.yearly_reports.registry import operation_figures
from assessments.yearly_reports.selectors.land_figures import LAND
from assessments.yearly_reports.selectors.report_figure import CARBON
from assessments.yearly_reports.selectors.text import OF_THE_FILE
from districts.file.models.district import District
from greendistrict.core.memoisation import held_reads

SPAN = 3  # 三年一评估: the year that is judged and the two before it
NOW = "报送时"


class Judged(Protocol):
    """Protocol of a stage assessment or post-evaluation; ``figures`` are frozen when it is filed."""

    district: District
    year: int
    figures: list[list[str]]


@dataclass(frozen=True)
class OperatedYear:
    """District and year, in the form the registered figures take instead of a report."""

    district: District
    year: int

    @property
    def district_id(self) -> int:
        """Primary key of the district."""
        return self.district.pk


def statements_of(matter: Judged, today: dt.date) -> list[list[str]]:
    """[year, name, sentence]: plots and key projects now; ledger, plots, works and carbon of each year; empty ones left out."""
    own = OwnFigures(matter, today)
    with held_reads():
        found = [[NOW, kind.label, kind.says(own, today)] for kind in OWN if kind.key in OF_THE_FILE]
        for year in range(matter.year - SPAN + 1, matter.year + 1):
            operated = OperatedYear(matter.district, year)
            found += [[f"{year}年", kind.label, kind.says(operated, today)] for kind in (*operation_figures, *LAND, CARBON)]
    return [row for row in found if row[2]]


def shown_figures(matter: Judged, today: dt.date, *, readable: bool, filed: bool) -> list[list[str]]:
    """Figures frozen at filing; before that the current ones; none for users to whom the matter shows nothing yet."""
    if not readable:
        return []
    return matter.figures if filed else statements_of(matter, today)
