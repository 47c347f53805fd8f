"""Registries of lower apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import acting
from greendistrict.accounts.enums import Role

OFFICERS_ACTS = (
    "outreach.answer_opinion", "outreach.publish_opinion", "outreach.reveal_contact", "outreach.set_opinion_aside",
    "outreach.withdraw_summary",
)  # fmt: skip


def wire() -> None:
    """Say whose acts these are, so that the audit record says for whom a deputy did them."""
    acting.acts_of((Role.CITY_OFFICER,), *OFFICERS_ACTS)
