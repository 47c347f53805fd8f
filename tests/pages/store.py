"""Stores the world of the kept pages anew: ``make pages WORLD=1 KEEP=1``, when a page needs something that the stored story has not.

Keys of rows change with it, and addresses in ``pages.txt`` with them; so a new feature should rather ask for its own matters.
"""

import lzma
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django


def store() -> str:
    """Load the demo's story and its January as the slow tests do, and keep its database."""
    from django.db import connection

    from portal.backup import postgres
    from tests.e2e.conftest import OPENED, TOLD_ON, open_january
    from tests.e2e.steps.setting import told_digest
    from tests.pages.world import STORED
    from tests.processes import Portal

    with tempfile.TemporaryDirectory() as folder, Portal(Path(folder) / "portal", "pages_stored") as portal:
        portal.move(TOLD_ON)
        portal.copy_of(OPENED, told_digest(portal), lambda: open_january(portal))
        url = portal.environment["GD_OWNER_DATABASE_URL"]
        words = [postgres.program("pg_dump", connection.pg_version), "--format=custom", "--compress=0", "--no-owner", "--no-acl", url]
        dumped = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout
    STORED.write_bytes(lzma.compress(dumped, preset=9 | lzma.PRESET_EXTREME))
    return f"{STORED.name}: {STORED.stat().st_size:,} bytes\n"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.portal_settings")
    django.setup()
    sys.stdout.write(store())
