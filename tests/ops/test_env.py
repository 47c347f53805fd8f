"""Readers of the environment and production settings that refuse to guess."""

import os

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


def load_settings(**variables):
    """Import the settings in a new process; returns its exit code and what it said."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("GD_") and name not in PRODUCTION}
    done = python("-c", f"import greendistrict.settings as s; print({TOLD})", env={**base, **variables})
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


def test_production_settings_load_from_complete_variables():
    code, said = load_settings(**PRODUCTION)
    assert (code, said.split()) == (0, ["db.example", "31536000", "__Host-sessionid", "__Host-csrftoken"])


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
