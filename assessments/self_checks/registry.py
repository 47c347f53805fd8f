"""Registry of figures that a district may insert into its self-check report; the features above register theirs."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greendistrict.core.registry import Registry


@dataclass(frozen=True)
class LiveFigure:
    """A kind of figure: its name on the page, the sections it is offered in, and a function that states it as a sentence.

    ``says(check, today)`` takes the self-check and returns a sentence without its full stop, empty if there is nothing to state.
    """

    key: str
    label: str
    sections: frozenset[str]
    says: Callable[[Any, dt.date], str]


# Filled by ``wiring.py`` of assessments, approvals and operation; read by ``selectors.report``.
report_figures: Registry[LiveFigure] = Registry(
    "figures of a self-check report",
    entry="a figure that a district may insert into its self-check report: its name, sections and the sentence that states it now",
)
