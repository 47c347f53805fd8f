"""Deadlines of a review: draw, experts' answers, meeting, signatures, replies to the panel's opinions (pure functions)."""

import datetime as dt

from greendistrict.policy.dates import TermSettings

# Setting with the number of working days for each deadline.
DRAWING, ANSWERING, MEETING, SIGNING, REPLYING = "draw_days", "expert_reply_days", "meeting_days", "signature_days", "opinion_reply_days"


def drawing_term(accepted: dt.date, terms: TermSettings, held: int = 0) -> dt.date:
    """Last day to draw the panel after acceptance; ``held`` working days during which the applicant caused a wait do not count."""
    return terms.last_day(accepted, DRAWING, held)


def answering_term(invited: dt.date, terms: TermSettings) -> dt.date:
    """Last day to answer an invitation to a panel."""
    return terms.last_day(invited, ANSWERING)


def meeting_term(scored: dt.date, terms: TermSettings) -> dt.date:
    """Last day to hold the meeting after all scores are in."""
    return terms.last_day(scored, MEETING)


def signing_term(met: dt.date, terms: TermSettings) -> dt.date:
    """Last day to sign the opinion after the meeting."""
    return terms.last_day(met, SIGNING)


def replying_term(drawn_up: dt.date, terms: TermSettings) -> dt.date:
    """Last day to reply to the binding opinions of a panel."""
    return terms.last_day(drawn_up, REPLYING)
