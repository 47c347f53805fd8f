"""Writes the database of a released version as the upgrade rehearsal takes it over: ``make release-dump``.

A short story of fiction (one district, a filed self-check), its audit record sealed, copied by ``manage.py backup``; kept as
``tests/upgrade/VERSION.tar.xz``, the heads of its workbooks (``heads``) beside it. Both are made once, when the version is marked, and
never again: the schema of that version is what they hold.
"""

import lzma
import sys
import tempfile
from pathlib import Path

from tests.upgrade.portal import FOLDER, rehearsed


def write() -> Path:
    """Make the story, copy it, keep the copy; its path."""
    from greendistrict.core.release import version

    with (
        tempfile.TemporaryDirectory() as folder,
        rehearsed(Path(folder) / "portal", "release_dump", GD_BACKUP_DIR=f"{folder}/copies") as made,
    ):
        made.migrate()
        made.run("manage.py", "demo_load")
        made.run("manage.py", "shell", "--verbosity", "0", "--command", "from greendistrict.audit.tasks import seal; seal()")
        made.run("manage.py", "shell", "--verbosity", "0", "--command", "from tests.upgrade.heads import keep; keep()")
        made.run("manage.py", "backup")
        (copy,) = Path(folder, "copies").glob("*.tar")
        kept = FOLDER / f"{version()}.tar.xz"
        kept.write_bytes(lzma.compress(copy.read_bytes(), preset=9))
        return kept


if __name__ == "__main__":
    kept = write()
    sys.stdout.write(f"{kept.relative_to(Path.cwd())}: {kept.stat().st_size:,} bytes\n")
