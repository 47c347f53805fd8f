"""Offered steps and timeline entries as shown on pages."""

from dataclasses import replace
from typing import Any

from greendistrict.core.errors import Refusal
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.services import Offered

MOST_REFUSALS = 3


def short_offer(offer: Offered) -> Offered:
    """The offered step cut to its first few refusals; the page 提交前核对 lists them all."""
    if not (more := len(offer.refusals[MOST_REFUSALS:])):
        return offer
    rest = Refusal(f"另有{more}处未填或须更正，见提交前核对")
    return replace(offer, refusals=(*offer.refusals[:MOST_REFUSALS], rest))


def timeline_entry(record: TransitionRecord) -> dict[str, Any]:
    """One step of the timeline as template context."""
    who = "　".join(filter(None, (record.organisation, record.actor_name, record.seat.partition("（")[0])))
    return {"at": record.at, "title": timeline.action_label(record), "who": who, "note": record.reason}
