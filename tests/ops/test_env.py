"""Readers of the environment and production settings that refuse to guess."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from greendistrict import env

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "GD_PRODUCTION": "1",
    "SECRET_KEY": "k" * 20 + "abcdefghijklmnopqrstuvwxyz0123456789",
    "GD_FIELD_KEY": "ZmllbGQta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXMhISE=",
    "GD_RECEIPT_KEY": "c2VjcmV0LXNlZWQtb2YtdGhpcnR5LXR3by1ieXRlcyE=",
    "ALLOWED_HOSTS": "portal.example",
    "GD_TRUSTED_PROXIES": "192.0.2.0/24",
    "DATABASE_URL": "postgresql://somebody@db.example/portal",
    "REDIS_URL": "redis://redis.example:6379/0",
}


TOLD = "s.DATABASES['default']['HOST'], s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME"


def load_settings(**variables):
    """Import the settings in a new process; returns its exit code and what it said."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("GD_") and name not in PRODUCTION}
    done = subprocess.run(
        [sys.executable, "-c", f"import greendistrict.settings as s; print({TOLD})"],
        cwd=ROOT,
        env={**base, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_missing_variable_is_named(monkeypatch):
    monkeypatch.delenv("GD_EXAMPLE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE is required"):
        env.text("GD_EXAMPLE")


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("GD_EXAMPLE", " ")
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE is required"):
        env.text("GD_EXAMPLE")
    assert env.text("GD_EXAMPLE", "") == " "


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_truth_values(monkeypatch, value, expected):
    monkeypatch.setenv("GD_EXAMPLE", value)
    assert env.boolean("GD_EXAMPLE", default=not expected) is expected


def test_half_truths_are_refused(monkeypatch):
    monkeypatch.setenv("GD_EXAMPLE", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"GD_EXAMPLE.*'maybe'"):
        env.boolean("GD_EXAMPLE", default=True)


@pytest.mark.parametrize(("value", "reason"), [("ten", "not a whole number"), ("0", "below 1")])
def test_numbers_out_of_range_are_refused(monkeypatch, value, reason):
    monkeypatch.setenv("GD_EXAMPLE", value)
    with pytest.raises(ImproperlyConfigured, match=reason):
        env.integer("GD_EXAMPLE", 5, minimum=1)


def test_secrets_come_from_files(monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("from a file\n")
    monkeypatch.setenv("GD_EXAMPLE", "from the environment")
    monkeypatch.setenv("GD_EXAMPLE_FILE", str(path))
    assert env.secret("GD_EXAMPLE") == "from a file"
    path.write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE_FILE is empty"):
        env.secret("GD_EXAMPLE")
    path.unlink()
    with pytest.raises(ImproperlyConfigured, match="GD_EXAMPLE_FILE cannot be read"):
        env.secret("GD_EXAMPLE")


def test_words_are_split_and_stripped(monkeypatch):
    monkeypatch.setenv("GD_EXAMPLE", " a, ,b ")
    assert env.words("GD_EXAMPLE") == ["a", "b"]


def test_socket_folders_and_options_of_a_database_url():
    assert env.database("postgresql://me@%2Ftmp%2Fgd-1/portal")["HOST"] == "/tmp/gd-1"  # noqa: S108 -- only parsed
    assert env.database("postgresql://me@db/portal?sslmode=require")["OPTIONS"] == {"sslmode": "require"}
    with pytest.raises(ImproperlyConfigured, match="must be a postgresql"):
        env.database("sqlite:///x.db")


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
