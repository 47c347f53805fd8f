"""Where a plot stands, in words: its step with the tone of its tag, and what is late (pure functions)."""

import datetime as dt
from typing import Any

from districts.common.enums import Acquisition, ControlStep, PlotState
from greendistrict.core.toned_words import TonedWord

LATE_LABELS = {"opinion": "征询或意见逾期", "acquisition": "取得逾期", "start": "开工逾期", "finish": "竣工逾期"}
KEPT, NOT_BEGUN = TonedWord("保留", "line"), TonedWord(str(ControlStep.PREPARE.label), "line")
ENDED = {ControlStep.DONE: "green", ControlStep.SHORT: "red"}  # tones
COMPLETED = {True: (PlotState.BUILT, "green"), False: (PlotState.UNFIT, "red"), None: (PlotState.UNCHECKED, "amber")}


def step_of(plot: Any, status: str | None) -> TonedWord:
    """Current step of a plot (or a row of one) with this status of its control table; one acquired or built outside a table says so."""
    if not plot.buildable:
        return KEPT
    if status not in (None, ControlStep.PREPARE):
        step = ControlStep(status)
        return TonedWord(str(step.label), ENDED.get(step, "blue"))
    if (plot.built_on or plot.acquired_on) and not plot.backfill_id:
        return TonedWord("补录（缺证明）：建成" if plot.built_on else "补录（缺证明）：已取得", "amber")
    if plot.built_on:
        state, tone = COMPLETED[plot.conforms]
        return TonedWord(f"补录：{state.label}", tone)
    return TonedWord("补录：已取得", "line") if plot.acquired_on else NOT_BEGUN


def late_dates(plot: Any, today: dt.date) -> tuple[str, ...]:
    """Planned days that an unbuilt plot (or a row of one) has missed, by key of ``LATE_LABELS``."""
    if not plot.buildable or plot.built_on is not None:
        return ()
    unacquired = plot.acquired_on is None and plot.acquisition != Acquisition.OWN
    missed = {
        "acquisition": unacquired and _before(plot.planned_acquisition, today),
        "start": plot.started_on is None and _before(plot.planned_start, today),
        "finish": _before(plot.planned_finish, today),
    }
    return tuple(name for name, is_late in missed.items() if is_late)


def _before(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today
