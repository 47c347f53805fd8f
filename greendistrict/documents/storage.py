"""Storage backend that writes a file completely or not at all."""

from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from greendistrict.core import disk


class WholeFileStorage(FileSystemStorage):
    """File storage that deletes a partly written file and raises ``StorageUnavailable`` on a full disk."""

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        was_there = path.exists()
        with disk.named():
            try:
                kept: str = super()._save(name, content)  # type: ignore[misc]  # its types leave it out
            except OSError:
                if not was_there:
                    path.unlink(missing_ok=True)
                raise
        return kept
