"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration
from indicators.editions.procedure import EDITION_STEPS


def wire() -> None:
    """Make the life of an edition and its steps known to the workflow."""
    declaration.register(EDITION_STEPS, messages=Message.values)
