"""``manage.py verify_report``: a signature is checked with the file and the certificates alone."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from reports.signing import keys
from reports.signing.services import signed
from reports.signing.verification import checked


@pytest.fixture
def report(paper, tmp_path):
    file = tmp_path / "报告.pdf"
    file.write_bytes(signed(paper, reason="年度评估报告"))
    return file


def test_it_prints_what_it_found_and_trusts_the_settings(report, capsys):
    call_command("verify_report", report)
    said = capsys.readouterr().out
    for line in (
        "校验值（SHA-256） ",
        "数字签名 签名有效，签名后没有改动",
        "签名人 演示数据",
        "没有时间戳",
        "签名证书 有效",
        "可信：报告.pdf",
    ):
        assert line in said, line


def test_what_does_not_hold_is_told(report, paper, pki, tmp_path):
    with pytest.raises(CommandError, match="签名证书无法确认"):
        call_command("verify_report", report, trust=[pki.root])
    with pytest.raises(CommandError, match=f"校验值应为 {'0' * 64}"):
        call_command("verify_report", report, digest="0" * 64)
    spoilt = tmp_path / "改动.pdf"
    spoilt.write_bytes(report.read_bytes() + b"\n")
    with pytest.raises(CommandError, match="签名后内容有改动"):
        call_command("verify_report", spoilt)
    spoilt.write_bytes(paper)
    with pytest.raises(CommandError, match="没有数字签名"):
        call_command("verify_report", spoilt)
    for content, words in ((b"", "读不到文件"), (b"PK", "不是 PDF 文件")):
        spoilt.write_bytes(content)
        with pytest.raises(CommandError, match=words):
            call_command("verify_report", spoilt)
    with pytest.raises(CommandError, match="读不出信任的证书"):
        call_command("verify_report", report, trust=[spoilt])


def test_a_digest_is_compared_however_it_is_grouped(report, capsys):
    digest = checked(report.read_bytes()).digest
    call_command("verify_report", report, digest=f"{digest[:4].upper()} {digest[4:]}")
    assert "可信" in capsys.readouterr().out


def test_online_the_authority_is_asked(paper, pki, settings, tmp_path, capsys):
    settings.SIGNING_P12 = pki.key("revoked")
    file = tmp_path / "a.pdf"
    file.write_bytes(signed(paper, reason="x"))
    call_command("verify_report", file)
    assert "签名证书 有效（未查询吊销情况）" in capsys.readouterr().out
    assert pki.asked == []
    with pytest.raises(CommandError, match="签名证书已吊销"):
        call_command("verify_report", file, online=True)
    assert pki.asked


@pytest.mark.slow
def test_it_needs_no_database_and_trusts_the_exported_certificates(report, tmp_path):
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(keys.certificates(), encoding="ascii")
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"GD_STATE_DIR": str(tmp_path / "state"), "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    words = [sys.executable, "manage.py", "verify_report", str(report), "--trust", str(trusted)]
    good = subprocess.run(words, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout.splitlines()[-1:], good.stderr) == (0, ["可信：报告.pdf"], "")
    report.write_bytes(report.read_bytes()[:-1])
    bad = subprocess.run(words, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (bad.returncode, "不可信：报告.pdf" in bad.stderr) == (1, True)
    assert not (tmp_path / "state").exists()
