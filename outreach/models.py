"""Tables of this app."""

from outreach.common.models import HeldFiling
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
    "HeldFiling",
    "LedgerTaking",
    "PublicOpinion",
    "Story",
    "StoryPhoto",
]
