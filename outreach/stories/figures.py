"""Portal figures that a story may state: those of the operation reports, land, verified carbon, released scores and the title."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import NamedTuple

from approvals.cases.selectors.cases import day_of
from assessments.score_releases.selectors import scores_released
from assessments.yearly_reports.registry import operation_figures
from assessments.yearly_reports.selectors.text import CARBON, LAND, PROJECTS, OperatedYear
from districts.common.enums import TITLED, Certainty
from districts.file.models.district import District
from greendistrict.core.days import day_in_words
from greendistrict.core.memoisation import held_reads

YEARS = 3  # this one and those before
AT = "@"
SCORE, STAR = "score", "star"  # in addition to the keys of registered figures


class PortalFigure(NamedTuple):
    """A sentence with figures, its year and source."""

    key: str
    label: str
    year: int
    text: str
    source: str


def figures_of(district: District, today: dt.date, keys: Collection[str] | None = None) -> list[PortalFigure]:
    """Figures of the district as they are now, newest year first; with ``keys`` only those."""
    years = [today.year - back for back in range(YEARS)]
    if keys is not None:
        years = sorted({int(key.rpartition(AT)[2]) for key in keys}, reverse=True)
    with held_reads():
        found = [*_decided(district), *(figure for year in years for figure in _of_year(district, year, today))]
    found.sort(key=lambda one: -one.year)  # stable sort: within a year, decided facts come first
    return [one for one in found if keys is None or one.key in keys]


def _of_year(district: District, year: int, today: dt.date) -> Iterator[PortalFigure]:
    """Ledger, inventory, plots, works, key projects and received carbon report of a year; only what there is."""
    operated, day = OperatedYear(district, year), day_in_words(today)
    for kind in (*operation_figures, *LAND, PROJECTS, CARBON):
        if text := kind.says(operated, today):
            yield PortalFigure(f"{kind.key}{AT}{year}", kind.label, year, text, f"本平台{year}年度“{kind.label}”记录，{day}取数")


def _decided(district: District) -> Iterator[PortalFigure]:
    """What the city has made public: released scores, and the star of the title."""
    for release, score in scores_released(District.objects.filter(pk=district.pk)):
        mark = "（参考版）" if score.reference else ""
        said = f"{score.name}{score.nature}{score.total}分（{score.stage}，{score.edition_title}{mark}）；{score.chapter_words}"
        source = f"{day_in_words(day_of(release.released_at))}公开的得分，依据：{release.basis}"
        text = f"{said}；{release.note}" if release.note else said
        yield PortalFigure(f"{SCORE}-{release.version_id}{AT}{score.year}", "得分", score.year, text, source)
    if district.star and district.titled_on and district.stage in TITLED:
        guess = "（推定）" if district.titled_on_certainty == Certainty.INFERRED else ""
        number = f"，{district.title_number}" if district.title_number else ""
        text = f"{district.get_star_display()}绿色生态城区{district.get_stage_display()}"
        source = f"{day_in_words(district.titled_on)}公告{guess}{number}"
        yield PortalFigure(f"{STAR}{AT}{district.titled_on.year}", "星级", district.titled_on.year, text, source)
