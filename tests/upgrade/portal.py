"""The installation whose database the upgrade rehearsal takes over: always of the same day and with the same keys."""

import base64
import hashlib
from pathlib import Path

from tests.e2e.conftest import TOLD_ON
from tests.processes import Portal

FOLDER = Path(__file__).parent
# Keys of a fiction: receipts and the manifest were signed with the first, contacts encrypted with the second.
KEYS = {
    name: base64.b64encode(hashlib.sha256(f"upgrade rehearsal {name}".encode()).digest()).decode()
    for name in ("GD_RECEIPT_KEY", "GD_FIELD_KEY")
}


def rehearsed(folder: Path, name: str, **settings: str) -> Portal:
    """A portal of that installation, still empty."""
    folder.mkdir(parents=True)
    made = Portal(folder, name, **{"DJANGO_SETTINGS_MODULE": "tests.ops.short_story", **KEYS, **settings})
    made.move(TOLD_ON)
    return made
