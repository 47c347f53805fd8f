"""Parts of the demo's supervisor and of the set-up, with real processes."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greendistrict import processes
from scripts import demo, setup

SECONDS = 60


@pytest.fixture
def children(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOGS", tmp_path)
    found = demo.Children({"PATH": "/usr/bin:/bin"})
    yield found
    found.stop()


def stubborn(folder, word):
    """Module that starts a helper and, like the helper, does not listen to SIGTERM."""
    text = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen(['sh', '-c', 'trap \"\" TERM; : {word}; sleep 600 & wait'])\n"
        "time.sleep(600)\n"
    )
    (folder / "stubborn.py").write_text(text)


def test_stopping_ends_helpers_that_do_not_listen(children, tmp_path, monkeypatch):
    word = f"gd-helper-{time.monotonic_ns()}"
    stubborn(tmp_path, word)
    monkeypatch.setattr(demo, "STOP_SECONDS", 1)
    children.environment["PYTHONPATH"] = str(tmp_path)
    children.start("stubborn", ["stubborn"])
    assert processes.until(lambda: processes.find("sh", word) != [], SECONDS)
    children.stop()
    assert processes.until(lambda: processes.find("sh", word) == [], SECONDS)


def test_children_end_with_a_supervisor_that_is_killed(tmp_path):
    word = f"gd-orphan-{time.monotonic_ns()}"
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(600)\n")
    text = (
        "import os, sys, time\nfrom pathlib import Path\nfrom scripts import demo\n"
        f"demo.LOGS = Path({str(tmp_path)!r})\n"
        f"demo.Children({{'PATH': '/usr/bin:/bin', 'PYTHONPATH': {str(tmp_path)!r}}}).start('sleeper', ['sleeper', {word!r}])\n"
        "time.sleep(600)\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", text], cwd=demo.ROOT)
    name = Path(sys.executable).name
    try:
        assert processes.until(lambda: len(processes.find(name, f"sleeper\0{word}")) == 1, SECONDS)
    finally:
        supervisor.kill()
        supervisor.wait()
    assert processes.until(lambda: processes.find(name, f"sleeper\0{word}") == [], SECONDS)


def test_a_process_that_ends_by_itself_is_an_error_with_its_last_words(children):
    children.start("web", ["json.tool", "/no/such/file"])

    def ended():
        try:
            children.check()
        except demo.DemoError as error:
            return "web ended with code" in str(error) and "No such file" in str(error)
        return False

    assert processes.until(ended, SECONDS)


def test_the_files_of_the_main_job_are_checked(tmp_path):
    pdf, workbook = tmp_path / "annual 年.pdf", tmp_path / "annual.xlsx"
    pdf.write_bytes(b"%PDF-1.7")
    workbook.write_bytes(b"PK\x03\x04")
    files = demo.made_files(f"received ZC-2026-0001\n{pdf}\n{workbook}\ndone\n")
    assert files == [pdf, workbook]
    demo.check_files(files)
    with pytest.raises(demo.DemoError, match=r"no \.xlsx"):
        demo.check_files([pdf])
    workbook.write_bytes(b"")
    with pytest.raises(demo.DemoError, match=r"annual.xlsx is missing, empty"):
        demo.check_files(files)


def test_accounts_that_others_may_read_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "demo-accounts.json"
    monkeypatch.setattr(demo, "ACCOUNTS", path)
    with pytest.raises(demo.DemoError, match="No such file"):
        demo.read_accounts()
    path.write_text(json.dumps([{"seat": "preparer", "username": "a", "password": "b"}]))
    path.chmod(0o644)
    with pytest.raises(demo.DemoError, match="can be read by others"):
        demo.read_accounts()
    path.chmod(0o600)
    assert demo.read_accounts()[0]["seat"] == "preparer"


def test_a_taken_port_is_avoided_unless_it_was_asked_for(monkeypatch):
    monkeypatch.delenv("GD_PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(demo, "FIRST_PORT", port)
        with demo.listening_socket() as found:
            assert found.getsockname()[1] != port
        monkeypatch.setenv("GD_PORT", str(port))
        with pytest.raises(demo.DemoError, match=f"port {port} is taken"):
            demo.listening_socket()


def test_a_second_demo_in_the_same_checkout_is_refused(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "GD_VAR_DIR": str(tmp_path), "HOME": str(tmp_path)}
    import fcntl

    with (tmp_path / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, "scripts/demo.py"], cwd=demo.ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert (done.returncode, "another make demo runs" in done.stdout) == (1, True)


def test_this_machine_lacks_nothing():
    assert setup.missing_packages() == []


def test_apt_is_waited_for_while_another_one_holds_its_lock(tmp_path, monkeypatch, capsys):
    program = tmp_path / "apt"
    program.write_text(
        f"#!/bin/sh\n[ -e {tmp_path}/second ] && exit 0\ntouch {tmp_path}/second\necho 'E: Could not get lock x' >&2\nexit 100\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(setup, "APT_PAUSE_SECONDS", 0.1)
    assert setup._apt([str(program)]) == ""
    assert "等待" in capsys.readouterr().out


def test_other_failures_of_apt_are_reported_at_once(tmp_path):
    program = tmp_path / "apt"
    program.write_text("#!/bin/sh\necho 'E: Unable to locate package x'\nexit 100\n")
    program.chmod(0o755)
    assert "Unable to locate" in setup._apt([str(program)])
