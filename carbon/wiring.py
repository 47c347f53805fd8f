"""Registries of lower apps that this app fills; called once when the models are ready."""

from carbon.inventories.procedure import INVENTORY_STEPS
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration

PROCEDURES = (INVENTORY_STEPS,)


def wire() -> None:
    """Make the machines known."""
    for steps in PROCEDURES:
        declaration.register(steps, messages=Message.values)
