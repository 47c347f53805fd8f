"""Backup and restore by real processes: one that is killed leaves nothing that looks whole, and what is put back elsewhere is the same."""

import os
import shlex
import subprocess
import sys

import pyrage
import pytest

from greendistrict.processes import until
from portal.backup import postgres
from tests.e2e.conftest import TOLD_ON
from tests.e2e.steps.setting import load_demo
from tests.processes import ROOT, Portal

pytestmark = pytest.mark.area("portal/backup", "portal/data_check")
WAIT = 120


def manage(portal, *words):
    """(exit code, output, complaint) of a command."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=portal.environment, capture_output=True, text=True, timeout=900, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_backup_that_is_killed_leaves_none(tmp_path):
    """pg_dump of the right version that writes a part and goes no further, under the real command."""
    backups, tools, begun = tmp_path / "backups", tmp_path / "bin", tmp_path / "begun"
    real = postgres.program("pg_dump", 180000)
    tools.mkdir()
    fake = tools / "pg_dump"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {shlex.quote(real)} --version\n'
        f"echo PGDMP; touch {shlex.quote(str(begun))}; exec sleep {shlex.quote(str(WAIT))}\n",
        encoding="utf-8",
    )
    fake.chmod(0o755)
    with Portal(tmp_path / "portal", f"killed_{os.getpid()}", GD_BACKUP_DIR=str(backups)) as portal:
        portal.migrate()
        path = os.environ["PATH"]
        portal.start("backup", "django", "backup", PATH=f"{tools}:{path}")
        assert until(begun.exists, WAIT), portal.log("backup").read_text(encoding="utf-8")
        portal.kill("backup")
        (left,) = [one for one in backups.iterdir() if one.name != ".lock"]
        assert left.name.endswith(".tar.part")
        assert manage(portal, "verify_backup", str(left))[0] == 1
        assert portal.rows("SELECT succeeded_at FROM core_jobrun WHERE name = 'backup'") == []
        portal.run("manage.py", "backup")
        (made,) = [one for one in backups.iterdir() if one.name != ".lock"]
        assert made.suffix == ".tar"
        assert manage(portal, "verify_backup", str(made))[0] == 0


def test_what_is_put_back_elsewhere_is_the_same(tmp_path):
    identity, backups = pyrage.x25519.Identity.generate(), tmp_path / "backups"
    keys = tmp_path / "keys.txt"
    keys.write_text(f"{identity}\n", encoding="utf-8")
    given = {"GD_BACKUP_DIR": str(backups), "GD_BACKUP_RECIPIENT": str(identity.to_public())}
    with (
        Portal(tmp_path / "first", f"rehearsed_{os.getpid()}", **given) as first,
        Portal(tmp_path / "second", f"restored_{os.getpid()}") as second,
    ):
        first.move(TOLD_ON)
        load_demo(first)
        first.run("manage.py", "shell", "--command", "from greendistrict.audit.tasks import seal; seal()")
        first.run("manage.py", "backup")
        (made,) = backups.glob("*.tar.age")
        # The same installation on another machine: its keys come from elsewhere, never from the copy.
        for name in ("receipt-key", "signing-demo.p12"):
            (second.folder / name).write_bytes((first.folder / name).read_bytes())
        second.move(TOLD_ON)
        code, said, complaint = manage(second, "restore", str(made), "--identity", str(keys), "--verify")
        assert code == 0, said + complaint
        assert "各表行数与清单相符" in said
        assert "没有发现问题" in said
        assert files(second) == {name: held for name, held in files(first).items() if name in files(second)} != {}
        asked = "SELECT number, content::text, signature FROM assessments_receipt ORDER BY number"
        assert second.rows(asked) == first.rows(asked) != []
        second.run("manage.py", "verify_audit")
        assert all(words in said for words in ("个已接收的得分", "份回执", "项决定", "次抽取", "条审计记录")), said
        decided = "SELECT number FROM approvals_case WHERE id IN (SELECT case_id FROM approvals_decisionrecord) ORDER BY id LIMIT 1"
        ((number,),) = second.rows(decided)
        second.run("manage.py", "verify_decision", number)
        ((tables,),) = second.rows("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        code, _said, complaint = manage(second, "restore", str(made), "--identity", str(keys))
        assert (code, complaint) == (1, f"CommandError: 数据库不是空的（{tables}张表）：只恢复到空的数据库\n")


def files(portal):
    """Content of every stored file by its name."""
    return {path.relative_to(portal.media).as_posix(): path.read_bytes() for path in portal.media.rglob("*") if path.is_file()}
