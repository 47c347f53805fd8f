"""Servers of the test's own, which it may kill."""

import shutil
import tempfile
from pathlib import Path

import pytest

from greendistrict import embedded


@pytest.fixture
def state(monkeypatch):
    """Folder with a blank and Chinese characters that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="gd 测试 "))
    folder.chmod(0o755)
    monkeypatch.setenv("GD_STATE_DIR", str(folder / "state"))
    sockets = embedded.socket_folder()
    yield folder / "state"
    embedded.stop()
    shutil.rmtree(folder)
    shutil.rmtree(sockets, ignore_errors=True)
