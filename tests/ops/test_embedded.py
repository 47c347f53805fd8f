"""The embedded servers, started for real in a state folder of their own."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from greendistrict import embedded, processes
from scripts import demo
from scripts.children import Children
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
JOIN = "from greendistrict import embedded; print(embedded.ensure().database_url, *map(str, embedded.running().values()))"


def join_from(count):
    """``count`` processes that start or join at the same moment; returns what each printed."""
    started = [
        subprocess.Popen([sys.executable, "-c", JOIN], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _number in range(count)
    ]
    return [(process.communicate(timeout=120)[0], process.returncode) for process in started]


def only(name):
    (pid,) = embedded.running()[name]
    return pid


def query(sql):
    with psycopg.connect(host=str(embedded.socket_folder()), user="greendistrict", dbname="greendistrict", autocommit=True) as connection:
        found = connection.execute(sql)
        return found.fetchall() if found.description else None


@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
def test_four_processes_start_one_pair_of_servers(state):
    answers = join_from(4)
    assert [code for _said, code in answers] == [0, 0, 0, 0], answers
    assert len({said for said, _code in answers}) == 1
    assert len(embedded.running()["postgres"]) == len(embedded.running()["redis"]) == 1


@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
def test_killed_servers_recover_with_their_rows(state):
    embedded.ensure()
    query("CREATE TABLE kept AS SELECT 7 AS figure")
    first = only("postgres"), only("redis")
    os.kill(first[0], signal.SIGKILL)
    os.kill(first[1], signal.SIGKILL)
    (said, code) = join_from(1)[0]
    assert code == 0, said
    assert query("SELECT figure FROM kept") == [(7,)]
    assert {only("postgres"), only("redis")}.isdisjoint(first)


def test_a_stale_pid_file_with_a_strangers_number_harms_nobody(state):
    embedded.ensure()
    assert sorted(embedded.stop()) == ["postgres", "redis"]
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (state / "pgdata" / "postmaster.pid").write_text(f"{stranger.pid}\n{state}/pgdata\n")
        embedded.ensure()
        embedded.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
def test_lost_sockets_and_a_broken_queue_file_are_replaced(state):
    embedded.ensure()
    shutil.rmtree(embedded.socket_folder())
    embedded.ensure()
    assert query("SELECT 1") == [(1,)]
    embedded.stop()
    next((state / "redis").glob("appendonly*")).write_bytes(b"*9\r\nnonsense")
    embedded.ensure()
    assert redis.Redis(unix_socket_path=str(embedded.socket_folder() / "redis.sock")).ping()


def test_a_half_made_cluster_is_made_anew(state):
    (state / "pgdata.new").mkdir(parents=True)
    (state / "pgdata.new" / "PG_VERSION").write_text("18\n")
    embedded.ensure(cache=False)
    assert query("SELECT 1") == [(1,)]
    assert not (state / "pgdata.new").exists()


def test_a_cluster_of_another_version_is_left_alone(state):
    (state / "pgdata").mkdir(parents=True)
    (state / "pgdata" / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.EmbeddedError, match="PostgreSQL 16"):
        embedded.ensure(cache=False)
    assert (state / "pgdata" / "PG_VERSION").read_text() == "16\n"


def test_a_socket_folder_of_somebody_else_is_refused(state):
    sockets = embedded.socket_folder()
    sockets.symlink_to(state.parent)
    try:
        with pytest.raises(embedded.EmbeddedError, match="属于其他用户"):
            embedded.ensure()
    finally:
        sockets.unlink()


def test_long_state_paths_have_short_sockets(monkeypatch):
    monkeypatch.setenv("GD_STATE_DIR", "/somewhere/" + "very-long/" * 30)
    assert len(f"{embedded.socket_folder()}/.s.PGSQL.5432") < 107


def test_refused_under_production_settings(state, monkeypatch):
    monkeypatch.setenv("GD_PRODUCTION", "1")
    with pytest.raises(embedded.EmbeddedError, match="set DATABASE_URL and REDIS_URL"):
        embedded.ensure()
    assert not state.exists()


def test_stopping_nothing_is_no_error(state):
    assert embedded.stop() == []


@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
def test_the_command_starts_tells_and_stops(state):
    base = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}

    def command(word):
        done = python("manage.py", "embedded", word, env=base)
        return done.returncode, done.stdout + done.stderr

    code, said = command("status")
    assert (code, "postgres: stopped" in said, "redis: stopped" in said) == (1, True, True)
    code, said = command("start")
    assert code == 0
    assert "\nDATABASE_URL=postgresql://greendistrict_app@%2Ftmp%2Fgd-" in f"\n{said}"
    assert "GD_OWNER_DATABASE_URL=postgresql://greendistrict@%2Ftmp%2Fgd-" in said
    code, said = command("status")
    assert (code, said.count("running, pid")) == (0, 2)
    assert command("stop") == (0, "stopped: redis, postgres\n")
    assert command("stop") == (0, "stopped: nothing was running\n")


def test_processes_are_known_by_their_own_program_and_word():
    word = f"gd-word-{time.monotonic_ns()}"
    process = subprocess.Popen(["sh", "-c", f": {shlex.quote(word)}; sleep 600 & wait"], start_new_session=True)
    try:
        assert processes.until(lambda: processes.find("sh", word) == [process.pid], 60)
        assert processes.find("postgres", word) == []
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # The child that had not become “sleep” yet still bears the shell's words, and is reaped by somebody else.
    assert processes.until(lambda: processes.find("sh", word) == [], 60)


@pytest.mark.area("greendistrict/embedded.py", "greendistrict/processes.py")
@pytest.mark.parametrize("name", ["redis", "postgres"])
def test_the_demo_starts_a_server_again_that_was_killed(state, tmp_path, capsys, name):
    servers = {"database": True, "cache": True}
    embedded.ensure(**servers)
    keeper = demo.Keeper(Children({}, tmp_path), servers)
    keeper.look()
    assert capsys.readouterr().out == ""
    killed = only(name)
    os.kill(killed, signal.SIGKILL)
    assert processes.until(lambda: not embedded.answering(**servers), 30)
    time.sleep(demo.SERVERS_SECONDS)
    keeper.look()
    assert embedded.answering(**servers)
    assert only(name) != killed
    assert "starting it again" in capsys.readouterr().out
