"""Register this app with the registries of lower apps; called once when the models are ready."""

from approvals.cases.document_numbers import register_numbered
from approvals.cases.facts import kept_apart
from greendistrict.documents.registry import ReasonGate, register_owner
from greendistrict.workflow import outbox
from greendistrict.workflow.enums import Lane
from outreach.common.selectors import held_on
from outreach.disclosures.looks import has_looked
from outreach.disclosures.models import DisclosureRequest, IssuedPaper
from outreach.disclosures.rules import may_add_file as may_hand_over
from outreach.disclosures.selectors import REMEDY_REPLY_NUMBERS, disclosures_visible_to
from outreach.exchange import mails
from outreach.exchange import rules as event_rules
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.selectors import events_visible_to
from outreach.stories import rules as story_rules
from outreach.stories.models import Story
from outreach.stories.selectors import stories_visible_to


def wire() -> None:
    """Register access to files of stories, events and requests, numbers of replies, and who is kept apart."""
    kept_apart.register("filings", held_on)
    outbox.handle(mails.KIND, mails.write, "致活动报名人的邮件", lane=Lane.MAIL, outside=True)
    register_owner(ExchangeEvent, events_visible_to, event_rules.may_add_file)
    register_numbered(REMEDY_REPLY_NUMBERS)
    register_owner(
        DisclosureRequest, disclosures_visible_to, may_hand_over, gate=ReasonGate(frozenset(map(str, IssuedPaper.labels)), has_looked)
    )
    register_owner(Story, stories_visible_to, story_rules.may_add_file, on_side=story_rules.on_side)
