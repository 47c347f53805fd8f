"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.core.features import declared
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration


def wire() -> None:
    """Register the machine and the procedure of editions with the workflow."""
    for steps in declared(declaration.Procedure, "procedure", "indicators"):
        declaration.register(steps, messages=Message.values)
