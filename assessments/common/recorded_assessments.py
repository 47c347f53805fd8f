"""Registry of assessments recorded from paper (历史补录) by apps above."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry


class RecordedStageAssessment(NamedTuple):
    """A stage assessment held on paper: district, day, result and source."""

    district_id: int
    district: str
    is_demo: bool
    on: dt.date
    passed: bool
    source: str


Source = Callable[[Viewer], list[RecordedStageAssessment]]
# Filled by ``approvals/wiring.py``; read by ``recorded``, which the list of stage assessments calls.
_sources: Registry[Source] = Registry("stage assessments recorded from paper", entry="stage assessments that are held on paper only")


def register(source: Source) -> None:
    """Register the source; called once, when the apps are ready. Raises ``ValueError`` the second time."""
    _sources.register("recorded", source)


def recorded(viewer: Viewer) -> list[RecordedStageAssessment]:
    """Recorded stage assessments visible to the person."""
    return [row for source in _sources for row in source(viewer)]
