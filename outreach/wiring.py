"""Register this app with the registries of lower apps; called once when the models are ready."""

from approvals.cases.document_numbers import register_numbered
from approvals.cases.facts import kept_apart
from greendistrict.accounts import acting
from greendistrict.accounts.enums import Role
from greendistrict.documents.registry import ReasonGate, register_owner
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration, outbox
from greendistrict.workflow.dry_run import decisive_acts
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.letters import register
from outreach.common.selectors import held_on
from outreach.disclosures import letters
from outreach.disclosures.enums import IssuedPaper
from outreach.disclosures.looks import has_looked
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.procedure import DISCLOSURE_REMEDY_STEPS
from outreach.disclosures.rules import may_add_file as may_hand_over
from outreach.disclosures.selectors import REMEDY_REPLY_NUMBERS, disclosures_visible_to
from outreach.exchange import mails
from outreach.exchange import rules as event_rules
from outreach.exchange.models import ORGANISERS, TAKERS, ExchangeEvent
from outreach.exchange.procedure import EXCHANGE_STEPS
from outreach.exchange.selectors import events_visible_to
from outreach.stories import rules as story_rules
from outreach.stories.models import WRITERS, Story
from outreach.stories.procedure import STORY_STEPS
from outreach.stories.selectors import stories_visible_to

OFFICERS_ACTS = (
    "outreach.answer_opinion", "outreach.publish_opinion", "outreach.reveal_contact", "outreach.set_opinion_aside",
    "outreach.withdraw_summary", "outreach.reply_disclosure", "outreach.reveal_identity", "outreach.ask_completion",
    "outreach.complete_disclosure", "outreach.give_up_disclosure", "outreach.drop_disclosure_file",
    "outreach.keep_disclosure_scan", "outreach.release_filing", "outreach.close_filings",
)  # fmt: skip
WRITERS_ACTS = ("story.open", "story.drop", "story.drop_photo")
ORGANISERS_ACTS = (
    "exchange_event.open", "exchange_event.drop", "exchange_event.drop_row", "exchange_event.drop_material", "exchange_event.mark",
    "exchange_event.strike",
)  # fmt: skip


# Acts that are asked twice, with what they will do.
DECISIVE = {"story.release": "发布案例", "exchange_event.publish": "发布活动"}


def wire() -> None:
    """Register state machines, actors of recorded acts, and access to files of stories, events and requests."""
    acting.acts_of((Role.CITY_OFFICER,), *OFFICERS_ACTS)
    acting.acts_of((Role.CITY_CHECKER,), "outreach.extend_disclosure")
    acting.acts_of(WRITERS, *WRITERS_ACTS)
    acting.acts_of(ORGANISERS, *ORGANISERS_ACTS)
    acting.acts_of(TAKERS, "exchange_event.take")
    kept_apart.register("filings", held_on)
    outbox.handle(mails.KIND, mails.write, "致活动报名人的邮件", lane=Lane.MAIL, outside=True)
    declaration.register(EXCHANGE_STEPS, messages=Message.values)
    register_owner(ExchangeEvent, events_visible_to, event_rules.may_add_file)
    declaration.register(STORY_STEPS, messages=Message.values)
    declaration.register(DISCLOSURE_REMEDY_STEPS, messages=Message.values)
    register_numbered(REMEDY_REPLY_NUMBERS)
    register(letters.SOURCE)
    register(letters.REMEDY_SOURCE)
    register_owner(
        DisclosureRequest, disclosures_visible_to, may_hand_over, gate=ReasonGate(frozenset(map(str, IssuedPaper.labels)), has_looked)
    )
    register_owner(Story, stories_visible_to, story_rules.may_add_file, on_side=story_rules.on_side)
    for key, words in DECISIVE.items():
        decisive_acts.register(key, words)
