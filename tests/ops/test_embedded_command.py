"""``manage.py embedded``: its words and exit codes."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from greendistrict import embedded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def portal(monkeypatch):
    """Calls ``manage.py embedded`` for servers of the test's own."""
    folder = Path(tempfile.mkdtemp(prefix="gd-command-"))
    folder.chmod(0o755)
    monkeypatch.setenv("GD_STATE_DIR", str(folder / "state"))
    base = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}

    def call(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=base,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    yield call
    call("embedded", "stop")
    shutil.rmtree(embedded.socket_folder(), ignore_errors=True)
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
def test_start_status_stop(portal):
    code, said = portal("embedded", "status")
    assert code == 1
    assert "postgres: stopped" in said
    assert "redis: stopped" in said
    code, said = portal("embedded", "start")
    assert code == 0
    assert "\nDATABASE_URL=postgresql://greendistrict_app@%2Ftmp%2Fgd-" in f"\n{said}"
    assert "GD_OWNER_DATABASE_URL=postgresql://greendistrict@%2Ftmp%2Fgd-" in said
    code, said = portal("embedded", "status")
    assert (code, said.count("running, pid")) == (0, 2)
    assert portal("embedded", "stop") == (0, "stopped: redis, postgres\n")
    assert portal("embedded", "stop") == (0, "stopped: nothing was running\n")
