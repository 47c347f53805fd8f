"""Decided scores of one district, released ones for the public, as small multiples by chapter, with the same figures as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import BONUS, PublicScore
from greendistrict.core.charts import FULL_SCORE, ceiling, figure
from greendistrict.core.panel_chart import MARKS, PanelPoint, marks_told, panel

TOTAL = "总分"
Released = tuple[ScoreRelease | None, PublicScore]  # None where it is not public


@dataclass(frozen=True)
class ScorePanel:
    """One chapter, or the total: its newest score, of which matter that is, and the drawing."""

    name: str
    newest: Decimal
    of: str
    drawing: SafeString


@dataclass(frozen=True)
class ScorePanels:
    """Panels with their table. ``chapters``: each with its score in every one of ``scores``, None where that has no such chapter.

    ``missing`` are the years before this one, from the first that has a score, of which none is among them.
    """

    scores: list[Released]
    panels: list[ScorePanel]
    chapters: list[tuple[str, list[Decimal | None]]]
    first: int
    last: int
    missing: list[int]
    marks: list[tuple[SafeString, str]]

    @property
    def years(self) -> str:
        """First and last year of the panels."""
        return f"{self.first}年" if self.first == self.last else f"{self.first}年至{self.last}年"

    @property
    def reference(self) -> bool:
        """Whether a score rests on a standard that is not official (参考版)."""
        return any(score.reference for _, score in self.scores)


def panels_of(scores: Sequence[Released], this_year: int) -> ScorePanels | None:
    """Panels of one district's scores, newest first as ``scores_released`` gives them; None without any."""
    if not scores:
        return None
    found = [score for _, score in scores]
    years = {score.year for score in found}
    first, last = min(years), max(*years, this_year)
    natures = list(dict.fromkeys(score.nature for score in reversed(found)))
    chapters = _chapters(found)
    lines: list[tuple[str, list[Decimal | None]]] = [(TOTAL, [score.total for score in found]), *chapters]
    return ScorePanels(
        scores=list(scores),
        panels=[_panel(name, values, found, natures, first=first, last=last) for name, values in lines],
        chapters=chapters,
        first=first,
        last=last,
        missing=[year for year in range(first, this_year) if year not in years],
        marks=marks_told(natures),
    )


def _chapters(scores: Sequence[PublicScore]) -> list[tuple[str, list[Decimal | None]]]:
    names = dict.fromkeys(name for score in scores for name, _ in score.chapters)
    by_name = [dict(score.chapters) for score in scores]
    return [(name, [one.get(name) for one in by_name]) for name in names]


def _panel(
    name: str, values: Sequence[Decimal | None], scores: Sequence[PublicScore], natures: Sequence[str], *, first: int, last: int
) -> ScorePanel:
    known = [(score, value) for score, value in zip(scores, values, strict=True) if value is not None]
    score, newest = known[0]
    points = [_point(one, value, natures) for one, value in known]
    words = "、".join(point.words for point in reversed(points))
    scale = _scale(name, [value for _, value in known])
    return ScorePanel(name, newest, score.name, panel(points, first=first, last=last, full=scale, title=f"{name}：{words}"))


def _point(score: PublicScore, value: Decimal, natures: Sequence[str]) -> PanelPoint:
    """Scores are joined from year to year only where the same kind of judgment rests on the same standard."""
    words = f"{score.name}{figure(value)}（{score.nature}）"
    run = (score.procedure, score.nature, score.edition_code)
    return PanelPoint(score.year, value, natures.index(score.nature) % MARKS, run, words)


def _scale(name: str, values: Iterable[Decimal]) -> float:
    """Full score of scored chapters; points (加分) and totals above it go up to the next round figure."""
    top = ceiling(values)
    return top if name.endswith(BONUS) else max(float(FULL_SCORE), top)
