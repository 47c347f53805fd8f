"""Parts of the demo's supervisor and of the set-up, with real processes."""

import fcntl
import json
import shlex
import socket

import pytest

from greendistrict.core import health
from scripts import demo, setup
from tests.ops.running import python


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


def test_lines_of_a_command_are_heard_as_they_come_and_the_rest_goes_on_meanwhile(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOGS", tmp_path)
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    monkeypatch.setattr(demo, "LOOK_SECONDS", 0.05)
    go = tmp_path / "go"
    text = "import pathlib, time\nprint('一', flush=True)\nwhile not pathlib.Path('go').exists(): time.sleep(0.02)\nprint('二', end='')\n"
    (tmp_path / "manage.py").write_text(text, encoding="utf-8")
    heard, looked = [], []

    def meanwhile():
        looked.append(list(heard))
        if heard:
            go.touch()

    assert demo.manage({"PYTHONUTF8": "1"}, "load", heard=heard.append, meanwhile=meanwhile) == "一\n二"
    assert heard == ["一", "二"]
    assert ["一"] in looked


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOGS", tmp_path)
    monkeypatch.setattr(demo, "ROOT", tmp_path)
    (tmp_path / "manage.py").write_text("import sys\nprint('begun')\nsys.exit('no room')\n")
    with pytest.raises(demo.DemoError, match=r"(?s)load failed with code 1.*begun.*no room"):
        demo.manage({}, "load")


def test_a_second_demo_in_the_same_checkout_is_refused(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "GD_VAR_DIR": str(tmp_path), "HOME": str(tmp_path)}
    with (tmp_path / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = python("scripts/demo.py", env=environment, timeout=60)
    assert (done.returncode, "another make demo runs" in done.stdout) == (1, True)


@pytest.mark.parametrize("library", [None, *sorted(setup.LIBRARIES)])
def test_a_missing_library_is_installed_by_its_package_and_this_machine_lacks_none(monkeypatch, library):
    hidden = {f"{name}-hidden" if name == library else name: wanted for name, wanted in setup.LIBRARIES.items()}
    monkeypatch.setattr(setup, "LIBRARIES", hidden)
    assert setup.missing_packages() == ([hidden[f"{library}-hidden"]] if library else [])


def test_without_the_right_to_install_the_line_to_run_is_printed(monkeypatch):
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup.shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)
    with pytest.raises(SystemExit, match="sudo apt-get update && sudo apt-get install -y libharfbuzz-subset0"):
        setup.install_packages(["libharfbuzz-subset0"])


def test_apt_is_waited_for_while_another_one_holds_its_lock(tmp_path, monkeypatch, capsys):
    program = tmp_path / "apt"
    second = shlex.quote(str(tmp_path / "second"))
    program.write_text(
        "#!/bin/sh\n[ -e SECOND ] && exit 0\ntouch SECOND\necho 'E: Could not get lock x' >&2\nexit 100\n".replace("SECOND", second)
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


class Alive:
    """Children none of which has ended."""

    def check(self):
        pass


@pytest.mark.parametrize(("found", "words"), [({}, "no answer"), ({"database": "failed", "worker": "ok"}, "'database': 'failed'")])
def test_a_web_server_that_is_not_ready_ends_the_demo_and_the_reason_comes_last(monkeypatch, tmp_path, found, words):
    (tmp_path / "web.log").write_text("started\n", encoding="utf-8")
    for name, value in {"LOGS": tmp_path, "READY_SECONDS": 0.01, "readiness": lambda _url: found}.items():
        monkeypatch.setattr(demo, name, value)
    with pytest.raises(demo.DemoError) as raised:
        demo.wait_ready(Alive(), "http://127.0.0.1/")
    assert "started" in str(raised.value)
    assert words in str(raised.value).splitlines()[-1]


def test_a_late_job_or_a_silent_worker_is_told_and_does_not_stop_the_demo(monkeypatch, capsys):
    monkeypatch.setattr(demo, "READY_SECONDS", 0.01)
    monkeypatch.setattr(demo, "readiness", lambda _url: {"database": "ok", "worker": "absent", "schedule": "late"})
    demo.wait_ready(Alive(), "http://127.0.0.1/")
    assert "although {'worker': 'absent', 'schedule': 'late'}" in capsys.readouterr().out
    assert set(health.INFORMATIVE) == demo.INFORMATIVE
