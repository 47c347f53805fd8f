"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.documents import copies, handing_in, scans
from greendistrict.workflow import outbox, registry


def wire() -> None:
    """Register the outbox handlers of conversions and scans, and that nothing in quarantine is handed in."""
    outbox.handle(copies.OUTBOX_KIND, copies.enqueue, "材料转换")
    outbox.handle(scans.OUTBOX_KIND, scans.enqueue, "材料查毒")
    registry.register_hold("quarantine", handing_in.quarantined_files)
