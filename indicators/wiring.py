"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration
from indicators.editions.procedure import EDITION_STEPS


def wire() -> None:
    """Register the machine and the procedure of editions with the workflow."""
    declaration.register(EDITION_STEPS, messages=Message.values)
