"""What is asked of whom and by which day, as of the year's last day of receipt."""

import datetime as dt
from dataclasses import dataclass

from greendistrict.policy import parameters
from obligations.collectors import YEARLY
from obligations.yearly_duties import SELF_CHECK


@dataclass(frozen=True)
class CityAsked:
    """``next_check``: day by which the self-check on the following year is due; None if the settings of the day name none."""

    next_check: dt.date | None


def asked_figures(year: int, judged_on: dt.date) -> CityAsked:
    """What is asked after the report on ``year``, by the settings of ``judged_on``."""
    with parameters.as_of(judged_on):
        return CityAsked(next((due.due for due in YEARLY[SELF_CHECK].dues([year + 1])), None))
