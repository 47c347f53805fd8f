"""Effects of the steps of a version of the indicator system."""

from typing import Any

from districts.indicator_systems.models import IndicatorSystem
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.procedure import Taken


def on_hand_up(taken: Taken) -> None:
    """Store who handed up, because another person must sign."""
    taken.obj.handed_up_by = taken.by


def approved_now(_system: IndicatorSystem, _by: User | None, _values: Any) -> dict[str, Any]:
    """Time of approval, which an approved version must have."""
    return {"approved_at": clock.now()}
