"""Portal figures that a story may quote: the sentences registered for operation reports."""

from collections.abc import Collection
from typing import NamedTuple

from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.registry import operation_figures
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads

YEARS = 3  # this one and those before
AT = "@"


class PortalFigure(NamedTuple):
    """A sentence with figures, its year and source."""

    key: str
    label: str
    year: int
    text: str
    source: str


def figures_of(district: District, keys: Collection[str] | None = None) -> list[PortalFigure]:
    """Current sentences about a district, newest year first; only those of ``keys`` if given."""
    this = clock.today()
    years = [this.year - back for back in range(YEARS)] if keys is None else sorted({_year(key) for key in keys}, reverse=True)
    found = []
    with held_reads():
        for year in years:
            report = YearlyReport(district=district, year=year)  # a figure asks whose and of which year; nothing is stored
            for figure in operation_figures:
                key = f"{figure.key}{AT}{year}"
                if (keys is None or key in keys) and (text := figure.says(report)):
                    found.append(
                        PortalFigure(key, figure.label, year, text, f"本平台{year}年度“{figure.label}”记录，{day_in_words(this)}取数")
                    )
    return found


def _year(key: str) -> int:
    """Year contained in a key of ``figures_of``."""
    return int(key.rpartition(AT)[2])
