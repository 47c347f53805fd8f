"""Last days of a review: drawing the panel, answers of experts, meeting, signatures, answers to its opinions. Pure."""

import datetime as dt

from greendistrict.policy.dates import TermSettings

# Setting that gives the working days of each term.
DRAWING, ANSWERING, MEETING, SIGNING, REPLYING = "draw_days", "expert_reply_days", "meeting_days", "signature_days", "opinion_reply_days"


def drawing_term(accepted: dt.date, terms: TermSettings, held: int = 0) -> dt.date:
    """Drawing the panel of what was accepted on a day; the applicant ``held`` it that many working days, which do not count."""
    return terms.last_day(accepted, DRAWING, held)


def answering_term(invited: dt.date, terms: TermSettings) -> dt.date:
    """Answering an invitation to a panel."""
    return terms.last_day(invited, ANSWERING)


def meeting_term(scored: dt.date, terms: TermSettings) -> dt.date:
    """Holding the meeting once every score is in."""
    return terms.last_day(scored, MEETING)


def signing_term(met: dt.date, terms: TermSettings) -> dt.date:
    """Signing the opinion after the meeting."""
    return terms.last_day(met, SIGNING)


def replying_term(drawn_up: dt.date, terms: TermSettings) -> dt.date:
    """Answering the binding opinions of a panel."""
    return terms.last_day(drawn_up, REPLYING)
