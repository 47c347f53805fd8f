"""Tables of this app."""

from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from outreach.exchange.models import AgendaRow, EventSignUp, ExchangeEvent, LedgerTaking
from outreach.opinions.models import PublicOpinion
from outreach.stories.models import Story, StoryPhoto

__all__ = [
    "AgendaRow",
    "DisclosureRemedy",
    "DisclosureRequest",
    "EventSignUp",
    "ExchangeEvent",
    "LedgerTaking",
    "PublicOpinion",
    "Story",
    "StoryPhoto",
]
