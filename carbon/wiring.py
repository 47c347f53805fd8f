"""Registries of lower apps that this app fills; called once when the models are ready."""

from assessments.yearly_reports.registry import operation_figures
from carbon.inventories.procedure import INVENTORY_STEPS
from carbon.inventories.report_figure import INVENTORY
from carbon.metering.services import imports
from carbon.verification.procedure import VERIFICATION_STEPS
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration, outbox

PROCEDURES = (INVENTORY_STEPS, VERIFICATION_STEPS)


def wire() -> None:
    """Make the machines known, state inventories in reports on operation, and say how files of readings are handed to their queue."""
    operation_figures.register(INVENTORY.key, INVENTORY)
    outbox.handle(imports.OUTBOX_KIND, imports.enqueue, "读数导入")
    for steps in PROCEDURES:
        declaration.register(steps, messages=Message.values)
