"""All figures of a year's report; for a closed year as frozen."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from assessments.self_checks.models import SelfCheck, SelfCheckState
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from reports.annual.figures import DistrictFigures, figures_in_turn
from reports.city.enums import ReportEdition
from reports.city.figures.asked import CityAsked, asked_figures
from reports.city.figures.assessments import CityAssessments, assessment_figures, unmended_apart
from reports.city.figures.bodies import CityBody, body_figures
from reports.city.figures.carbon import CityCarbon, carbon_figures
from reports.city.figures.checks import CityChecks, check_figures
from reports.city.figures.land import CityLand, land_figures
from reports.city.figures.methods import CityMethods, method_figures
from reports.city.figures.operation import CityOperation, CityRenewal, operation_figures, renewal_figures
from reports.city.figures.outlook import CityOutlook, outlook_figures, shown_outlook
from reports.city.figures.scores import CityScores, ReadScores, ShownScores, read_scores, shown_scores, with_comparable_median
from reports.city.figures.standing import TitleStand, standing
from reports.city.figures.standing import figures_of as title_figures
from reports.city.figures.supervision import CitySupervision, supervision_figures
from reports.city.figures.themes import CityThemes, theme_figures
from reports.city.sources import CityFigure
from reports.closings.figures import YearFigures, year_figures
from reports.closings.plain import from_plain
from reports.closings.registry import frozen, is_frozen, receipts_day
from reports.closings.selectors import Closing, closing_of

T = TypeVar("T")
LONG = 40  # districts
CITY_REPORT = "city.report"  # key under which the parts are frozen
PARTS: Mapping[str, Any] = {
    "stood": TitleStand,
    "bodies": tuple[CityBody, ...],
    "checks": CityChecks,
    "scores": CityScores,
    "assessments": CityAssessments,
    "land": CityLand,
    "carbon": CityCarbon,
    "operation": CityOperation,
    "renewal": CityRenewal,
    "supervision": CitySupervision,
    "outlook": CityOutlook,
    "methods": CityMethods,
    "asked": CityAsked,
    "themes": CityThemes,
}
SHOWN: Mapping[str, str] = {  # parts with figures, by their words; those that read every score table come last
    "stood": "总体情况", "assessments": "评估和验收", "land": "土地与项目", "carbon": "碳排放", "operation": "运营",
    "renewal": "美丽街区和美丽家园", "supervision": "监督检查和意见",
    "checks": "自查报送", "scores": "自查得分", "outlook": "预警与建议",
}  # fmt: skip


def part_key(name: str, *, demo: bool) -> str:
    """Key under which a part is frozen, separately for demo and real districts."""
    return f"{'demo' if demo else 'real'}.{name}"


class CityReport:
    """Figures of the city's annual report for either demo or real districts. Each part is read on first use.

    ``brief``: for pages, which show the figures and nothing else of the scores and of the outlook. ``beside``: to compare a later year
    with, of which only the figures of the parts and the lines of carbon are read.
    """

    def __init__(self, year: int, today: dt.date, *, demo: bool, brief: bool = False, beside: bool = False) -> None:
        self.year, self.is_demo, self.made_on, self._brief, self._whole = year, demo, today, brief, not beside

    @cached_property
    def basis(self) -> str:
        """The year's two reference days and its edition in words, or that it is not closed yet."""
        return self.days.basis

    @cached_property
    def days(self) -> YearFigures:
        """The year's two reference days and its edition."""
        return year_figures(self.year, self.made_on)

    @cached_property
    def closing(self) -> Closing | None:
        """The closing in force; None if the year is not closed."""
        return closing_of(self.year)

    @property
    def judged_on(self) -> dt.date:
        """Day on which overdue duties are judged: the last day of receipt, or today if that is earlier."""
        return min(receipts_day(self.year), self.made_on)

    @property
    def stood_on(self) -> str:
        """The snapshot day in words, marked while it rests on a setting that the city has not confirmed."""
        return self.days.snapshot_words if self.stood.on == self.days.snapshot_day else day_in_words(self.stood.on)

    @property
    def checks_basis(self) -> str:
        """Which districts' duties are counted and by which day, in words; pages outside the report use today's titles instead."""
        return f"统计{self.stood_on}持有称号的城区，办理情况截至{day_in_words(self.judged_on)}"

    @property
    def is_long(self) -> bool:
        """Whether parts and annexes start on new pages because there are many districts, so that the document is split (docs/adr/0012)."""
        return len(self.stood.rows) > LONG

    def _part(self, name: str, compute: Callable[[], T]) -> T:
        """A part as frozen when the year was closed, else computed now."""
        kept = frozen(self.year, CITY_REPORT, part_key(name, demo=self.is_demo))
        return compute() if kept is None else cast("T", from_plain(PARTS[name], kept["values"]))

    @property
    def edition_words(self) -> str:
        """第1版, 更正第2版, or a note that the year is not closed yet."""
        return self.days.edition_words

    @cached_property
    def stood(self) -> TitleStand:
        """Titles on the snapshot day."""
        return self._part("stood", lambda: standing(self.year, self.made_on, demo=self.is_demo, whole=self._whole))

    @cached_property
    def bodies(self) -> tuple[CityBody, ...]:
        """Leading bodies."""
        return self._part("bodies", lambda: body_figures(self.stood))

    @cached_property
    def checks(self) -> CityChecks:
        """Self-checks and other duties of the year."""
        return self._part("checks", lambda: check_figures(self.stood, self.bodies if self._whole else (), self.judged_on))

    @cached_property
    def scores(self) -> CityScores:
        """Scores of the received self-checks."""
        return self._part("scores", lambda: self._read_scores.city)

    @cached_property
    def _read_scores(self) -> ReadScores:
        return read_scores(self.year, self.made_on, demo=self.is_demo)

    @property
    def districts(self) -> Iterator[DistrictFigures]:
        """Figures of each district with a title on the snapshot day; score tables already read for the city are not read again."""
        known = self._read_scores.outlines if "_read_scores" in vars(self) else None
        return figures_in_turn([place.district for place in self.stood.rows], self.year, self.made_on, known)

    @cached_property
    def assessments(self) -> CityAssessments:
        """Assessments, draws and panels."""
        return unmended_apart(self._part("assessments", lambda: assessment_figures(self.stood, self.judged_on, whole=self._whole)))

    @cached_property
    def land(self) -> CityLand:
        """Plots, projects and works."""
        return self._part("land", lambda: land_figures(self.stood, whole=self._whole))

    @cached_property
    def carbon(self) -> CityCarbon:
        """Carbon verifications."""
        return self._part("carbon", lambda: carbon_figures(self.stood, self.made_on))

    @cached_property
    def operation(self) -> CityOperation:
        """Operation reports and ledgers; nothing in editions closed before they were kept."""
        return self._part(
            "operation", lambda: CityOperation((), ()) if self._was_closed else operation_figures(self.stood, whole=self._whole)
        )

    @cached_property
    def renewal(self) -> CityRenewal:
        """美丽街区 and 美丽家园 projects; nothing in editions closed before they were kept."""
        return self._part("renewal", lambda: CityRenewal((), ()) if self._was_closed else renewal_figures(self.stood))

    @property
    def _was_closed(self) -> bool:
        """Whether the year's parts were frozen."""
        return is_frozen(self.year, CITY_REPORT, part_key("stood", demo=self.is_demo))

    @cached_property
    def supervision(self) -> CitySupervision:
        """Inspections and open opinions."""
        return self._part("supervision", lambda: supervision_figures(self.stood))

    @cached_property
    def outlook(self) -> CityOutlook:
        """Warnings and recommendations."""
        return self._part("outlook", lambda: outlook_figures(self.stood, self.scores.rows, self.judged_on))

    @cached_property
    def methods(self) -> CityMethods:
        """Methods."""

        def read() -> CityMethods:
            stood, scores, carbon = self.stood, self.scores, self.carbon
            with parameters.as_of(self.judged_on):
                return method_figures(stood, scores, carbon)

        return self._part("methods", read)

    @cached_property
    def asked(self) -> CityAsked | None:
        """What is asked of whom; None in editions closed before reports concluded anything, which are printed as they were."""

        def read() -> CityAsked | None:
            return None if self._was_closed else asked_figures(self.stood, self.judged_on)

        return self._part("asked", read)

    @property
    def is_kept_whole(self) -> bool:
        """Whether it is open, or was closed since the work that is left was kept with it."""
        return self.asked is not None and self.asked.work is not None

    @cached_property
    def themes(self) -> CityThemes:
        """What the paragraphs of the themes tell of other years; nothing in editions closed before it was kept."""

        def read() -> CityThemes:
            if self._was_closed:
                return CityThemes()
            earlier = CityReport(self.year - 1, self.made_on, demo=self.is_demo, beside=True)
            parts = (
                earlier.assessments, earlier.land, earlier.carbon, earlier.operation, earlier.renewal, earlier.supervision, earlier.checks,
            )  # fmt: skip
            before = (figure for part in parts for figure in part.figures)
            return theme_figures(self.stood, self.judged_on, before, (earlier.carbon, self.carbon), self.scores.totals)

        return self._part("themes", read)

    @property
    def enough_words(self) -> str:
        """Self-checks that the mean of a clause needs; years closed before reports concluded anything took two."""
        return "三" if self.asked else "两"

    @property
    def reference(self) -> bool:
        """Whether any score is under an unofficial edition."""
        return any(row.reference for row in self._scores_shown.rows)

    @cached_property
    def _scores_shown(self) -> CityScores | ShownScores:
        is_read = not self._brief or is_frozen(self.year, CITY_REPORT, part_key("scores", demo=self.is_demo))
        return self.scores if is_read else shown_scores(self.year, self.made_on, demo=self.is_demo)

    def figures_of(self, part: str) -> tuple[CityFigure, ...]:
        """Figures of a part in ``SHOWN``."""
        if part == "stood":
            return title_figures(self.stood)
        if part == "scores":
            shown = self._scores_shown
            return with_comparable_median(shown) if isinstance(shown, CityScores) else shown.figures
        if part == "outlook" and self._brief and not is_frozen(self.year, CITY_REPORT, part_key("outlook", demo=self.is_demo)):
            return shown_outlook(self.stood, self._scores_shown.rows, self.judged_on)
        found: tuple[CityFigure, ...] = getattr(self, part).figures
        return found

    @cached_property
    def figures(self) -> dict[str, CityFigure]:
        """Every figure of the report by its key."""
        return {figure.key: figure for part in SHOWN for figure in self.figures_of(part)}

    def figure(self, key: str) -> tuple[str, CityFigure] | None:
        """One figure with its part; parts after its own are not read."""
        return next(((part, figure) for part in SHOWN for figure in self.figures_of(part) if figure.key == key), None)


def figures_in(report: CityReport, edition: ReportEdition) -> dict[str, CityFigure]:
    """Figures of an edition by key; the external one has none of 预警与建议."""
    left_out = set() if edition is ReportEdition.INTERNAL else {figure.key for figure in report.outlook.figures}
    return {key: figure for key, figure in report.figures.items() if key not in left_out}


def has_received(year: int, *, demo: bool) -> bool:
    """Whether any self-check for the year was received, even late; for a closed year whether its report was frozen."""
    if is_frozen(year, CITY_REPORT, part_key("scores", demo=demo)):
        return True
    return SelfCheck.objects.filter(year=year, status=SelfCheckState.RECEIVED, district__is_demo=demo).exists()


def city_report(year: int, today: dt.date, *, demo: bool, brief: bool = False) -> CityReport:
    """Figures of a year (``brief``: as pages show them), in a constant number of queries.

    Raises ``Refused`` if no self-check for it was received.
    """
    if not has_received(year, demo=demo):
        msg = f"{year}年度尚无已接收的自查，不能出全市报告"
        raise Refused(msg)
    return CityReport(year, today, demo=demo, brief=brief)
