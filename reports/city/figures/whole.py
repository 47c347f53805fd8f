"""All figures of the report of one year."""

import datetime as dt
from collections.abc import Iterator
from functools import cached_property

from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.city.figures.assessments import AssessmentFigures, assessment_figures
from reports.city.figures.bodies import BodyFigures, body_figures
from reports.city.figures.carbon import CityCarbon, carbon_figures
from reports.city.figures.checks import CheckFigures, check_figures
from reports.city.figures.land import CityLand, land_figures
from reports.city.figures.methods import MethodFigures, method_figures
from reports.city.figures.outlook import OutlookFigures, outlook_figures
from reports.city.figures.scores import ScoreFigures, score_figures
from reports.city.figures.standing import TitleStand, standing
from reports.city.figures.standing import figures_of as title_figures
from reports.city.figures.supervision import CitySupervision, supervision_figures
from reports.city.sources import CityFigure


class CityReport:
    """Figures of the city's annual report on one world: fiction or real districts, never both. Each part is read when it is asked for."""

    def __init__(self, year: int, *, demo: bool) -> None:
        self.year, self.is_demo, self.made_on = year, demo, clock.today()
        self.basis = basis_words(year, self.made_on)

    @cached_property
    def stood(self) -> TitleStand:
        """Titles on the snapshot day."""
        return standing(self.year, demo=self.is_demo)

    @cached_property
    def bodies(self) -> tuple[BodyFigures, ...]:
        """Leading bodies."""
        return body_figures(self.stood)

    @cached_property
    def checks(self) -> CheckFigures:
        """Self-checks and other duties of the year."""
        return check_figures(self.stood, self.bodies, self.made_on)

    @cached_property
    def scores(self) -> ScoreFigures:
        """Scores of the received self-checks."""
        return score_figures(self.year, demo=self.is_demo)

    @cached_property
    def assessments(self) -> AssessmentFigures:
        """Assessments, draws and panels."""
        return assessment_figures(self.stood)

    @cached_property
    def land(self) -> CityLand:
        """Plots, projects and works."""
        return land_figures(self.stood)

    @cached_property
    def carbon(self) -> CityCarbon:
        """Carbon verifications."""
        return carbon_figures(self.stood)

    @cached_property
    def supervision(self) -> CitySupervision:
        """Inspections and open opinions."""
        return supervision_figures(self.stood, self.made_on)

    @cached_property
    def outlook(self) -> OutlookFigures:
        """Warnings and recommendations."""
        return outlook_figures(self.stood, self.scores, self.made_on)

    @cached_property
    def methods(self) -> MethodFigures:
        """Methods."""
        return method_figures(self.stood, self.scores)

    @property
    def reference(self) -> bool:
        """Whether any score is of an unofficial edition."""
        return any(row.reference for row in self.scores.rows)

    @property
    def groups(self) -> Iterator[tuple[str, tuple[CityFigure, ...]]]:
        """Figures by part of the report. Those that read every score table come last."""
        yield "总体情况", title_figures(self.stood)
        yield "评估和验收", self.assessments.figures
        yield "土地与项目", self.land.figures
        yield "碳排放", self.carbon.figures
        yield "监督检查和意见", self.supervision.figures
        yield "自查报送", self.checks.figures
        yield "自查得分", self.scores.figures
        yield "预警与建议", self.outlook.figures

    @cached_property
    def figures(self) -> dict[str, CityFigure]:
        """Every figure of the report by its key."""
        return {figure.key: figure for _, found in self.groups for figure in found}

    def figure(self, key: str) -> CityFigure | None:
        """One figure; no part behind its own is read."""
        return next((figure for _, found in self.groups for figure in found if figure.key == key), None)


def basis_words(year: int, today: dt.date) -> str:
    """What the figures of a year stand on: no year is closed yet, so that they may still change."""
    return f"{year}年度未关账，数据截至{today.year}年{today.month}月{today.day}日"


def has_received(year: int, *, demo: bool) -> bool:
    """Whether a self-check on the year was received."""
    return SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED, district__is_demo=demo).exists()


def city_report(year: int, *, demo: bool) -> CityReport:
    """Figures of a year, in a constant number of queries. Raises ``Refused`` when no self-check of it was received."""
    if not has_received(year, demo=demo):
        msg = f"{year}年度尚无已接收的自查，不能出全市报告"
        raise Refused(msg)
    return CityReport(year, demo=demo)
