"""Readers of the environment and production settings that refuse to guess."""

import os
from urllib.parse import quote

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from greendistrict import env
from tests.ops.running import python

PRODUCTION = {
    "GD_PRODUCTION": "1", "SECRET_KEY": "k" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789",
    "GD_FIELD_KEY": "ZmllbGQta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXMhISE=", "GD_RECEIPT_KEY": "c2VjcmV0LXNlZWQtb2YtdGhpcnR5LXR3by1ieXRlcyE=",
    "ALLOWED_HOSTS": "portal.example", "GD_TRUSTED_PROXIES": "192.0.2.0/24", "DATABASE_URL": "postgresql://somebody@db.example/portal",
    "REDIS_URL": "redis://redis.example:6379/0",
}  # fmt: skip


TOLD = "s.DATABASES['default']['HOST'], s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME"
COOKIES = "s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT"


def load_settings(**variables):
    """Import the settings in a new process; returns its exit code and what it said."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("GD_") and name not in PRODUCTION}
    done = python("-c", f"import greendistrict.settings as s; print({TOLD}, {COOKIES})", env={**base, **variables})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("given", [None, " "])
def test_a_missing_or_empty_variable_is_named(monkeypatch, given):
    monkeypatch.delenv("GD_EXAMPLE", raising=False)
    if given:
        monkeypatch.setenv("GD_EXAMPLE", given)
        assert env.text("GD_EXAMPLE", "") == given
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE is required"):
        env.text("GD_EXAMPLE")


@pytest.mark.parametrize(
    ("value", "read", "told"),
    [
        ("1", env.boolean, True), ("Yes", env.boolean, True), ("off", env.boolean, False), ("", env.boolean, False),
        ("maybe", env.boolean, r"GD_EXAMPLE.*'maybe'"), ("ten", env.integer, "not a whole number"), ("0", env.integer, "below 1"),
        (" a, ,b ", env.words, ["a", "b"]),
    ],
)  # fmt: skip
def test_truth_values_numbers_and_words(monkeypatch, value, read, told):
    monkeypatch.setenv("GD_EXAMPLE", value)
    more = {env.boolean: {"default": told is False}, env.integer: {"default": 5, "minimum": 1}}.get(read, {})
    if not isinstance(told, str):
        assert read("GD_EXAMPLE", **more) == told
        return
    with pytest.raises(ImproperlyConfigured, match=told):
        read("GD_EXAMPLE", **more)


def test_secrets_come_from_files(monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    monkeypatch.setenv("GD_EXAMPLE", "from the environment")
    monkeypatch.setenv("GD_EXAMPLE_FILE", str(path))
    assert env.secret("GD_EXAMPLE") == "from a file"
    path.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE_FILE is empty"):
        env.secret("GD_EXAMPLE")
    assert env.secret("GD_EXAMPLE", "") == ""  # who can do without is given an empty file
    path.unlink()
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE_FILE cannot be read"):
        env.secret("GD_EXAMPLE")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://me@db:5432/portal", "postgresql://me:a%2Fb%40@db:5432/portal"),
        ("postgresql://me:own@db/portal", "postgresql://me:own@db/portal"),
        ("redis://redis:6379/0", "redis://:a%2Fb%40@redis:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"), ("", ""),
    ],
)  # fmt: skip
def test_a_password_may_be_kept_apart_from_its_address(url, told):
    assert env.with_password(url, "a/b@") == told
    assert env.with_password(url, "") == url


def test_socket_folders_and_options_of_a_database_url():
    assert env.database("postgresql://me@%2Ftmp%2Fgd-1/portal")["HOST"] == "/tmp/gd-1"  # noqa: S108 -- only parsed
    assert env.database("postgresql://me@db/portal?sslmode=require")["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(ImproperlyConfigured, match="must be a postgresql"):
        env.database("sqlite:///x.db")


def test_production_reads_passwords_from_files_beside_addresses(tmp_path):
    (tmp_path / "password").write_text("p/w\n")
    files = {f"GD_{name}_PASSWORD_FILE": str(tmp_path / "password") for name in ("DATABASE", "OWNER_DATABASE", "REDIS")}
    told = "s.APP_DATABASE['PASSWORD'], s.REDIS_URL, s.env.database(s.OWNER_DATABASE_URL)['PASSWORD']"
    done = python(
        "-c",
        f"import greendistrict.settings.base as s; print({told})",
        env={**os.environ, **PRODUCTION, **files, "GD_OWNER_DATABASE_URL": "postgresql://owner@db.example/portal"},
    )
    assert done.stdout.split() == ["p/w", "redis://:p%2Fw@redis.example:6379/0", "p/w"], done.stderr


def test_several_hosts_of_a_database_lead_to_the_one_that_takes_writes():
    found = env.database("postgresql://me:p@db1.example,db2.example:5433/portal?sslmode=require")
    assert (found["HOST"], found["PORT"], found["USER"], found["NAME"]) == ("db1.example,db2.example", "5432,5433", "me", "portal")
    assert found["OPTIONS"] == {"sslmode": "require", "target_session_attrs": "read-write"}
    primary = env.database("postgresql://me@a:1,b:2/portal?target_session_attrs=primary")
    assert (primary["PORT"], primary["OPTIONS"]["target_session_attrs"]) == ("1,2", "primary")
    for url in ("postgresql://me@a,b/portal?target_session_attrs=any", "postgresql://me@a,/portal"):
        with pytest.raises(
            ImproperlyConfigured, match="several hosts: each needs a name, and target_session_attrs must be read-write or primary"
        ):
            env.database(url)


def test_the_driver_passes_a_host_that_is_away_and_finds_the_writable_one():
    from django.db import connection

    own = connection.get_connection_params()
    config = env.database(f"postgresql://{own['user']}@%2Fnowhere,{quote(str(own['host']), safe='')}/postgres")
    given = {"host": config["HOST"], "port": config["PORT"], "user": config["USER"], "dbname": config["NAME"]}
    with psycopg.connect(**given, **config["OPTIONS"], connect_timeout=2) as found:
        assert found.info.host == own["host"]


def test_sentinels_are_named_with_what_they_watch_over():
    found = env.sentinels("sentinel://:p%2Fw@s1.example:26379,s2.example:26380/2?master=gd")
    assert found == ((("s1.example", 26379), ("s2.example", 26380)), "gd", "p/w", 2)
    assert env.sentinels("redis://redis:6379/0").places == ()
    for url in ("sentinel://s1:26379/0", "sentinel://s1/0?master=gd", "sentinel://s1:26379/x?master=gd", "sentinel:///0?master=gd"):
        with pytest.raises(ImproperlyConfigured, match="sentinels are named as sentinel://host:26379"):
            env.sentinels(url)


def test_settings_of_several_hosts(tmp_path):
    told = "s.POOLED, d['DISABLE_SERVER_SIDE_CURSORS'], 'options' in d['OPTIONS'], j.CELERY_BROKER_URL"
    begin = "import greendistrict.settings.base as s, greendistrict.settings.jobs as j; d = s.DATABASES['default']"
    words = ("-c", f"{begin}; print({told})")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GD_")} | PRODUCTION
    kept["REDIS_URL"] = "sentinel://s1:26379,s2:26379/0?master=gd"
    kept["GD_REDIS_PASSWORD"] = "p/w"
    behind = python(*words, env={**kept, "GD_DATABASE_POOL": "1", "GD_DATABASE_POOLER": "1"})
    broker = "sentinel://:p%2Fw@s1:26379/0;sentinel://:p%2Fw@s2:26379/0"
    assert behind.stdout.split() == ["False", "True", "False", broker], behind.stderr
    small = python(*words, env={**kept, "GD_DATABASE_POOL": "1", "GD_WEB_THREADS": "9"})
    assert "GD_POOL_SIZE (8) is below GD_WEB_THREADS (9)" in small.stderr
    conf = ("-c", "import runpy; found = runpy.run_path('gunicorn.conf.py'); print(found['workers'], found['threads'])")
    assert python(*conf, env=kept).stdout.split() == ["2", "4"]
    assert python(*conf, env={**kept, "GD_WEB_WORKERS": "6", "GD_WEB_THREADS": "8"}).stdout.split() == ["6", "8"]
    assert "GD_WEB_WORKERS" in python(*conf, env={**kept, "GD_WEB_WORKERS": "0"}).stderr


def test_production_settings_load_from_complete_variables():
    code, said = load_settings(**PRODUCTION)
    assert (code, said.split()) == (
        0,
        ["db.example", "31536000", "__Host-sessionid", "__Host-csrftoken", "True", "Lax", "True", "True", "True"],
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "GD_RECEIPT_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"])
@pytest.mark.parametrize("as_empty", [False, True])
def test_production_names_what_is_missing_and_starts_no_server(tmp_path, missing, as_empty):
    variables = {**PRODUCTION, missing: "", "GD_STATE_DIR": str(tmp_path / "state")}
    if not as_empty:
        del variables[missing]
    code, said = load_settings(**variables)
    assert code == 1
    assert f"environment variable {missing} is required" in said
    assert not (tmp_path / "state").exists()
