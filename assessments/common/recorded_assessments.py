"""Registry of assessments recorded from paper (历史补录) by apps above."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import memoisation
from greendistrict.core.registry import Registry
from greendistrict.core.toned_words import TonedWord


class RecordedStageAssessment(NamedTuple):
    """A stage assessment held on paper: district, day, result and source."""

    district_id: int
    district: str
    is_demo: bool
    on: dt.date
    passed: bool
    source: str


ON_PAPER = TonedWord("已有补录结论")  # of an assessment opened in the portal for a point of the cycle that was assessed on paper
Days = Callable[[], Mapping[int, Sequence[dt.date]]]
Source = Callable[[Viewer], list[RecordedStageAssessment]]
# Filled by ``approvals/wiring.py``; read by ``recorded``, which the list of stage assessments calls.
_sources: Registry[Source] = Registry("stage assessments recorded from paper", entry="stage assessments that are held on paper only")
_days: Registry[Days] = Registry("days of stage assessments on paper", entry="days of stage assessments held on paper, by district")


def register(source: Source) -> None:
    """Register the source; called once, when the apps are ready. Raises ``ValueError`` the second time."""
    _sources.register("recorded", source)


def register_days(source: Days) -> None:
    """Register the source of the days; called once, when the apps are ready. Raises ``ValueError`` the second time."""
    _days.register("recorded", source)


def days_on_paper(district: int) -> Sequence[dt.date]:
    """Days of the recorded stage assessments of a district, whoever reads; all districts are read once for a page."""
    return memoisation.once(_days_by_district).get(district, ())


def _days_by_district() -> Mapping[int, Sequence[dt.date]]:
    return _days.only()()


def recorded(viewer: Viewer) -> list[RecordedStageAssessment]:
    """Recorded stage assessments visible to the person."""
    return [row for source in _sources for row in source(viewer)]
