"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.documents import copies
from greendistrict.workflow import outbox


def wire() -> None:
    """Register the outbox handler of conversions."""
    outbox.handle(copies.OUTBOX_KIND, copies.enqueue, "材料转换")
