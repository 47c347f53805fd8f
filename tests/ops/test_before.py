"""A database from before 0.1.0 at a start: the demo's is begun anew, any other stops the start with one line and is left as it is."""

import os

import psycopg
import pytest

from greendistrict import embedded
from greendistrict.core import schema
from scripts import demo
from tests.ops.running import python
from tests.processes import Portal

TRACES = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"
# As far as the portal of before is looked at.
OLD_TABLES = """
CREATE TABLE django_migrations (id bigserial PRIMARY KEY, app text NOT NULL, name text NOT NULL, applied timestamptz NOT NULL);
CREATE TABLE accounts_user (id bigserial PRIMARY KEY, is_demo boolean NOT NULL);
CREATE TABLE documents_evidence (id bigserial PRIMARY KEY, file varchar(200) NOT NULL);
INSERT INTO accounts_user (is_demo) VALUES (true), (true);
INSERT INTO documents_evidence (file) VALUES ('evidence/old.pdf');
"""


def manage(environment, *words):
    done = python("manage.py", *words, env=environment, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.area("greendistrict/core/schema.py", "scripts/demo.py", "tools/management")
def test_a_database_of_ones_own_is_refused_in_one_line_and_kept(tmp_path):
    with Portal(tmp_path / "portal", f"before_{os.getpid()}") as portal:
        portal.migrate()
        for trace in sorted(schema.BEFORE):
            portal.rows(TRACES, *trace)
        made = portal.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        for command in ("migrate", "demo_renew"):
            code, said, complaint = manage(portal.environment, command)
            assert (code, said, complaint) == (schema.EXIT_CODE, "", f"CommandError: {schema.FROM_BEFORE}\n")
        code, _said, complaint = manage(portal.environment, "check", "--database", "default")
        assert (code, "gd.E021" in complaint, "Traceback" in complaint) == (1, True, False)
        assert demo.FROM_BEFORE == schema.EXIT_CODE  # the supervisor knows it
        assert portal.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == made


@pytest.fixture
def old(state, tmp_path, monkeypatch):
    """Embedded servers whose database the chain of before has made, and the environment of a demo that begins with it."""
    for name in ("DATABASE_URL", "GD_OWNER_DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(demo, "LOGS", tmp_path)
    owner = embedded.ensure().owner_url
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(OLD_TABLES)
        for trace in sorted(schema.BEFORE):
            connection.execute(TRACES, trace)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GD_", "PYTEST_", "DJANGO_"))}
    return owner, kept | {"GD_STATE_DIR": str(state), "GD_VAR_DIR": str(tmp_path / "var")}


def asked(owner, query):
    with psycopg.connect(owner) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.area("greendistrict/core/schema.py", "scripts/demo.py", "tools/management")
def test_the_demos_own_database_is_begun_anew(old, tmp_path, capsys):
    owner, environment = old
    files = [tmp_path / "var" / name for name in ("media/evidence/old.pdf", "demo-accounts.json", "anchors/audit-anchors.jsonl")]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    demo.migrate(environment)
    assert "已清除，现在重新生成" in capsys.readouterr().out
    assert asked(owner, "SELECT count(*) FROM accounts_user") == [(0,)]
    assert not set(asked(owner, "SELECT app, name FROM django_migrations")) & schema.BEFORE
    assert not any(file.exists() for file in files)
    assert len(list((tmp_path / "var" / "anchors").iterdir())) == 1  # put aside, not lost
    assert demo.manage(environment, "demo_renew") == "数据库不是 0.1.0 之前的，未作改动"


@pytest.mark.area("greendistrict/core/schema.py", "scripts/demo.py", "tools/management")
def test_with_a_real_account_the_demo_stops_with_one_line(old):
    owner, environment = old
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("INSERT INTO accounts_user (is_demo) VALUES (false)")
    with pytest.raises(demo.DemoError) as refusal:
        demo.migrate(environment)
    assert str(refusal.value) == f"{schema.FROM_BEFORE}，但这里有正式账号，没有自动重建"
    assert asked(owner, "SELECT count(*) FROM accounts_user") == [(3,)]
