"""Files and values that a portal is started with: what is wrong with them is named before anybody meets it on a page."""

import os
import re
import shutil
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

from greendistrict.core import checks
from greendistrict.policy import checks as policy_checks
from greendistrict.policy import loader, parameters, yaml_file
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
TEXT = parameters.DEFAULTS.read_text(encoding="utf-8")
POLICY = next(loader.FOLDER.glob("*.yaml"))


def spoilt(folder, old, new):
    path = folder / "settings.yaml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return policy_checks.settings_problems(path)


def test_files_that_are_shipped_can_be_used():
    assert policy_checks.settings_problems(parameters.DEFAULTS) == []
    assert policy_checks.policy_problems(loader.FOLDER) == []


def test_settings_named_by_their_kind_exist():
    names = {*policy_checks.WHOLE, *policy_checks.SHARES, *policy_checks.FLAGS, *policy_checks.NUMBER_LISTS}
    names |= {*policy_checks.WORD_LISTS, *policy_checks.DATES}
    assert sorted(names - set(parameters.defaults())) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("before: [30, 14, 7, 1]", "before: [thirty]", "reminders.before 应为不小于0的整数的列表"),
        ("before: [30, 14, 7, 1]", "before: 30", "reminders.before"),
        ("before: [30, 14, 7, 1]", "before: []", "reminders.before"),
        ("form_review_days: 10", "form_review_days: ten", "form_review_days 应为不小于0的整数，现为 ten"),
        ("form_review_days: 10", "form_review_days: -1", "form_review_days"),
        ("form_review_days: 10", "form_review_days: 2.5", "form_review_days"),
        ("form_review_days: 10", "from_review_days: 10", "缺少 form_review_days"),
        ("form_review_days: 10", "from_review_days: 10", "没有 from_review_days 这一项"),
        ("spread_limit: 0.3", "spread_limit: 30", "spread_limit 应为0至1之间的数"),
        ("on_day: true", "on_day: yes", "reminders.on_day 应为true 或 false"),
        ("due: Y+1-03-31", "due: Y+1-02-30", "selfcheck.due 应为日期"),
        ("due: Y+1-03-31", "due: 三月底", "selfcheck.due 应为日期"),
        ("plan_due: Y-1-12-31", "plan_due: 年底", "plan_due 应为日期"),
        ("form_review_days: 10", "form_review_days: [", "settings.yaml 读不出"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, old, new, words):
    assert any(words in problem for problem in spoilt(tmp_path, old, new))


@pytest.mark.parametrize("share", [0, 10, 40, 70, 95])
def test_settings_cut_off_anywhere_are_refused(tmp_path, share):
    path = tmp_path / "settings.yaml"
    path.write_text(TEXT[: len(TEXT) * share // 100], encoding="utf-8")
    assert policy_checks.settings_problems(path) != []
    path.write_bytes(TEXT.encode()[: len(TEXT) * share // 100] + b"\xff")
    assert policy_checks.settings_problems(path) != []


@pytest.mark.parametrize(
    ("old", "new"),
    [("\nrules:", "\nrulez:"), ("facts:", "facts: 3 #"), ("policy:", "- policy:"), ("in_force:", "in_force: x #"), ("with:", "with: 3 #")],
)
def test_a_wrong_policy_is_named(tmp_path, old, new):
    text = POLICY.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / POLICY.name).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert policy_checks.policy_problems(tmp_path) != []
    (tmp_path / POLICY.name).write_text(text[: len(text) // 2], encoding="utf-8")
    assert policy_checks.policy_problems(tmp_path) != []
    (tmp_path / POLICY.name).unlink()
    assert policy_checks.policy_problems(tmp_path) != []  # without any


def test_a_file_that_changed_is_read_again(monkeypatch, tmp_path):
    path = tmp_path / "settings.yaml"
    shutil.copy(parameters.DEFAULTS, path)
    monkeypatch.setattr(parameters, "DEFAULTS", path)
    assert policy_checks.settings_file() == []
    spoilt(tmp_path, "form_review_days: 10", "form_review_days: ten")
    os.utime(path, (1, 1))
    assert [found.id for found in policy_checks.settings_file()] == ["gd.E011"]


def test_each_value_of_the_environment_is_named(settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")
    assert checks.misconfigured() == []
    (tmp_path / "clock").write_bytes(b"\xff\xfe")
    settings.RECEIPT_KEY, settings.VAR_DIR = "abc", tmp_path / "clock" / "below"
    found = "；".join(checks.misconfigured())
    assert all(word in found for word in ("GD_CLOCK_FILE", "gd.E009", "GD_VAR_DIR", "gd.E010", "GD_RECEIPT_KEY", "gd.E008"))
    assert checks.unwritable(Path("/proc/nowhere"))


COPIED = (
    *("greendistrict", "indicators", "districts", "assessments", "carbon", "operation", "outreach", "beautiful", "approvals"),
    *("obligations", "reports", "portal", "tools", "templates", "static", "manage.py", "gunicorn.conf.py"),
)
SERVERS = {
    "check": ["manage.py", "check"],
    "web": ["-m", "gunicorn", "greendistrict.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
    "worker": ["-m", "celery", "--app", "greendistrict", "worker"],
    "beat": ["-m", "celery", "--app", "greendistrict", "beat", "--pidfile=", "--schedule", "beat"],
}


@pytest.mark.slow
def test_no_server_starts_with_settings_that_cannot_be_used(tmp_path):
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    path = tmp_path / parameters.DEFAULTS.relative_to(ROOT)
    path.write_text(TEXT.replace("before: [30, 14, 7, 1]", "before: [thirty]"), encoding="utf-8")
    assert yaml_file.read(path)["reminders"]["before"] == ["thirty"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GD_", "DJANGO_", "PYTEST_"))}
    environment = kept | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    environment |= {"REDIS_URL": "unix:///nowhere/redis.sock", "GD_VAR_DIR": str(tmp_path / "var")}
    for name, words in SERVERS.items():
        done = python(*words, cwd=tmp_path, env=environment, timeout=60)
        assert done.returncode != 0, name
        assert "reminders.before" in done.stdout + done.stderr, name


def test_what_looks_after_reports_does_not_wait_behind_them():
    """A worker for reports may be at its only job for half an hour: the sweep for lost ones goes another way."""
    router = current_app.amqp.router
    queue = {name: router.route({}, name)["queue"].name for name in ("reports.tasks.make_report", "reports.tasks.requeue_lost")}
    assert queue == {"reports.tasks.make_report": "reports", "reports.tasks.requeue_lost": "default"}


def test_every_server_entry_point_looks_at_the_encoding():
    """Django fails on a strange one ahead of its middleware: whoever adds a second entry point guards it as well."""
    for file in (settings.BASE_DIR / "greendistrict").glob("*.py"):
        text = file.read_text("utf-8")
        if re.search(r"get_[aw]sgi_application\(\)", text):
            assert (file.name, "in_utf_8(" in text) == ("wsgi.py", True)
