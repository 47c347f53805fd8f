"""Storage backend that writes a file completely or not at all."""

from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from greendistrict.core import disk


class WholeFileStorage(FileSystemStorage):
    """Django's own, but what a full disk broke off is removed, and the disk is named."""

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
