"""Registries of other apps that this app fills; called once when the models are ready."""

from greendistrict.accounts import revocation
from greendistrict.accounts.revocation import RIGHTS_END, Access
from greendistrict.documents import copies, handing_in, scans, uploads
from greendistrict.workflow import outbox, registry


def wire() -> None:
    """Register handlers of conversions and scans, that nothing in quarantine is handed in, and that uploads end with a person's rights."""
    outbox.handle(copies.OUTBOX_KIND, copies.enqueue, "材料转换")
    outbox.handle(scans.OUTBOX_KIND, scans.enqueue, "材料查毒")
    revocation.register(Access("uploads", "没有传完的文件", RIGHTS_END, uploads.end_all))
    registry.register_hold("quarantine", handing_in.quarantined_files)
