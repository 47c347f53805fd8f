"""System checks: what a machine or a configuration lacks is named with what to install or set."""

from pathlib import Path

import pytest

from greendistrict import celery
from greendistrict.core import checks
from scripts import setup

ROOT = Path(__file__).resolve().parents[2]
FIELD_KEY, RECEIPT_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "c2VjcmV0LXNlZWQtb2YtdGhpcnR5LXR3by1ieXRlcyE="
PEM = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"
MAIL = "django.core.mail.backends"


def ids(messages):
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("name", "values", "check", "told"),
    [
        ("CLOCK_FILE", ["", "/somewhere/clock"], checks.real_clock, [[], ["gd.E003"]]),
        ("FIELD_KEY", ["", FIELD_KEY, "short"], checks.field_keys, [[], [], ["gd.E017"]]),
        ("WITHOUT_CLAMD", ["", "不使用", "1", "不使用：网关已查毒"], checks.viruses_are_decided_on, [*[["gd.E025"]] * 3, []]),
        ("CLAMD", ["", "tcp://clamd:3310"], checks.viruses_are_decided_on, [["gd.E025"], []]),
        ("FIELD_KEY", ["", FIELD_KEY], checks.field_key_is_set, [["gd.W005"], []]),
        ("EMAIL_BACKEND", [f"{MAIL}.filebased.EmailBackend", f"{MAIL}.smtp.EmailBackend"], checks.mail_goes_out, [["gd.W001"], []]),
        ("RECEIPT_FORMER_KEYS", ["", "/none"], checks.given_receipt_key, [[], ["gd.E008"]]),
        ("RECEIPT_KEY", [RECEIPT_KEY, "", "c2hvcnQ=", "not base64", PEM], checks.receipt_key, [[], *[["gd.E008"]] * 4]),
    ],
)
def test_a_setting_is_held_against_what_a_deployment_needs(settings, name, values, check, told):
    found = []
    for value in values:
        setattr(settings, name, value)
        found.append(ids(check()))
    assert found == told


def test_this_machine_can_make_chinese_pdfs():
    assert checks.pdf_libraries() == []
    assert checks.chinese_font() == []


def test_set_up_and_checks_know_the_same_libraries():
    assert set(setup.LIBRARIES) == set(checks.LIBRARIES)
    assert set(checks.LIBRARIES_HINT.split()) >= set(setup.LIBRARIES.values())
    installed = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert all(f" {package} " in installed for package in setup.LIBRARIES.values())


@pytest.mark.django_db
def test_a_worker_does_not_start_without_a_library_of_the_papers(monkeypatch):
    """WeasyPrint itself makes do without the subsetter, in silence: 43 s instead of half a second for a page of Chinese text."""
    celery.refuse_unfit_worker()
    monkeypatch.setattr(checks, "LIBRARIES", ("libharfbuzz-subset-hidden.so.0",))
    with pytest.raises(SystemExit, match=r"libharfbuzz-subset-hidden.so.0（gd.E001）"):
        celery.refuse_unfit_worker()
    celery.refuse_misconfiguration()  # beat makes no papers


def test_missing_libraries_are_named_with_the_package(monkeypatch):
    monkeypatch.setattr(checks, "LIBRARIES", ("libc.so.6", "libno-such-thing.so.0"))
    (found,) = checks.pdf_libraries()
    assert (found.id, "libpango-1.0-0" in found.hint) == ("gd.E001", True)
    assert "libno-such-thing.so.0" in found.msg
    assert "libc" not in found.msg


def test_a_machine_without_fontconfig_or_chinese_font_is_told_what_to_install(monkeypatch, tmp_path):
    assert checks.cjk_fonts("no-such-program") == []
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = checks.chinese_font()
    assert (found.id, "fonts-noto-cjk" in found.hint) == ("gd.E002", True)


def test_settings_of_a_developers_machine_are_refused_for_deployment(settings):
    settings.PRODUCTION, settings.DEBUG, settings.ALLOWED_HOSTS, settings.SECRET_KEY = False, True, ["*"], "short"
    assert ids(checks.production_settings()) == ["gd.E004", "gd.E005", "gd.E006", "gd.E007"]
    settings.PRODUCTION, settings.DEBUG, settings.ALLOWED_HOSTS = True, False, ["portal.example"]
    settings.SECRET_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
    assert checks.production_settings() == []


@pytest.mark.parametrize(
    "secret", ["", "k" * 60, "local-development-and-demo-only-key-never-for-production-but-longer", "abcdefghijklmnopqrstuvwxyz"]
)
def test_weak_secrets(secret):
    assert checks.weak_secret(secret)


def test_a_gateway_has_all_its_settings(settings):
    assert ids(checks.gateways_are_complete()) == []
    settings.SMS_URL, settings.SMS_KEY_ID, settings.SMS_SIGN_NAME, settings.SMS_TEMPLATE = "https://sms.invalid", "k", "s", "t"
    assert [error.msg for error in checks.gateways_are_complete()] == ["GD_SMS_NEWS_TEMPLATE 没有设置"]
    settings.SMS_NEWS_TEMPLATE = "t2"
    assert ids(checks.gateways_are_complete()) == []
    settings.WECOM_URL = "https://wecom.invalid"
    assert [error.msg for error in checks.gateways_are_complete()] == ["GD_WECOM_CORP、GD_WECOM_AGENT 没有设置"]


def test_gateways_of_messages_are_reached_by_https_only(settings):
    assert ids(checks.gateways_are_encrypted()) == []
    settings.SMS_URL, settings.WECOM_URL = "https://dysmsapi.aliyuncs.com", "http://wecom.internal"
    assert [error.msg for error in checks.gateways_are_encrypted()] == ["GD_WECOM_URL 不是 https:// 地址"]
