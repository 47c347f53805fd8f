"""Processes of a supervisor, with real ones: stopped with their helpers, started again when they end by themselves."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greendistrict import processes
from scripts import children
from scripts.children import ChildError, Children

SECONDS = 60


@pytest.fixture
def running(tmp_path, monkeypatch):
    monkeypatch.setattr(children, "STOP_SECONDS", 1)  # some do not listen
    found = Children({"PATH": "/usr/bin:/bin"}, tmp_path)
    yield found
    found.stop()


def stubborn(folder, word):
    """Module that starts a helper and, like the helper, does not listen to SIGTERM."""
    text = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"subprocess.Popen(['sh', '-c', 'trap \"\" TERM; : {shlex.quote(word)}; sleep 600 & wait'])\n"
        "time.sleep(600)\n"
    )
    (folder / "stubborn.py").write_text(text)


def test_stopping_ends_helpers_that_do_not_listen(running, tmp_path):
    word = f"gd-helper-{time.monotonic_ns()}"
    stubborn(tmp_path, word)
    running.environment["PYTHONPATH"] = str(tmp_path)
    running.start("stubborn", ["stubborn"])
    assert processes.until(lambda: processes.find("sh", word) != [], SECONDS)
    running.stop()
    assert processes.until(lambda: processes.find("sh", word) == [], SECONDS)


def test_children_end_with_a_supervisor_that_is_killed(tmp_path):
    word = f"gd-orphan-{time.monotonic_ns()}"
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(600)\n")
    text = (
        "import os, sys, time\nfrom pathlib import Path\nfrom scripts.children import Children\n"
        f"folder = {str(tmp_path)!r}\nstarted = Children({{'PATH': '/usr/bin:/bin', 'PYTHONPATH': folder}}, Path(folder))\n"
        f"started.start('sleeper', ['sleeper', {word!r}])\n"
        "time.sleep(600)\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", text], cwd=children.ROOT)
    name = Path(sys.executable).name
    try:
        assert processes.until(lambda: len(processes.find(name, f"sleeper\0{word}")) == 1, SECONDS)
    finally:
        supervisor.kill()
        supervisor.wait()
    assert processes.until(lambda: processes.find(name, f"sleeper\0{word}") == [], SECONDS)


def test_a_process_that_ends_by_itself_is_an_error_with_its_last_words(running):
    running.start("web", ["json.tool", "/no/such/file"])

    def ended():
        try:
            running.check()
        except ChildError as error:
            return "web ended with code" in str(error) and "No such file" in str(error)
        return False

    assert processes.until(ended, SECONDS)


def last(running):
    return running._children[-1].process


def test_a_process_that_is_killed_is_started_again_without_the_others(running, tmp_path, capsys):
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(600)\n")
    running.environment["PYTHONPATH"] = str(tmp_path)
    running.start("web", ["sleeper"])
    web = last(running).pid
    running.start("beat", ["sleeper"])
    beat = last(running).pid
    os.kill(beat, signal.SIGKILL)

    def again():
        running.look_after()
        return last(running) is not None and last(running).pid != beat

    assert processes.until(again, SECONDS)
    assert last(running).poll() is None
    assert running._children[0].process.pid == web
    said = capsys.readouterr().out
    assert "beat ended with code -9" in said
    assert "starting beat again" in said


def test_helpers_of_a_killed_process_are_gone_before_it_is_started_again(running, tmp_path):
    word = f"gd-left-{time.monotonic_ns()}"
    stubborn(tmp_path, word)
    running.environment["PYTHONPATH"] = str(tmp_path)
    running.start("worker", ["stubborn"])
    assert processes.until(lambda: len(processes.find("sh", word)) == 1, SECONDS)
    (left,) = processes.find("sh", word)
    os.kill(last(running).pid, signal.SIGKILL)

    def replaced():
        running.look_after()
        found = processes.find("sh", word)
        return len(found) == 1 and found != [left]

    assert processes.until(replaced, SECONDS)


def test_a_process_that_cannot_live_is_given_up_with_its_last_words(running, monkeypatch):
    monkeypatch.setattr(children, "PAUSE_SECONDS", 0.01)
    running.start("worker", ["json.tool", "/no/such/file"])

    def given_up():
        try:
            running.look_after()
        except ChildError as error:
            return "No such file" in str(error) and f"ended {children.MOST_ENDS} times" in str(error)
        return False

    assert processes.until(given_up, SECONDS)


def test_a_second_end_is_not_made_good_at_once(running, monkeypatch):
    monkeypatch.setattr(children, "PAUSE_SECONDS", 600)
    running.start("worker", ["json.tool", "/no/such/file"])

    def twice():
        running.look_after()
        return len(running._children[0].ends) == 2

    assert processes.until(twice, SECONDS)
    running.look_after()
    assert last(running) is None
