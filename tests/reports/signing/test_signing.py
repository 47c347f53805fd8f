"""Signed PDFs: the signature, the hardware token, and the command that verifies a report."""

import datetime as dt
import hashlib
import mmap
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from reports.common import render
from reports.signing import keys
from reports.signing.checks import signing_key
from reports.signing.services import signed
from reports.signing.signatures import signatures
from reports.signing.verification import CertificateState, Integrity, checked
from tests import pdf_texts
from tests.reports.signing.pki import PASSWORD, authority

AREA = pytest.mark.area("reports/signing", "reports/composition")

REASON = "上海市绿色生态城区年度评估报告"
HTML = '<html lang="zh-CN"><head><title>演示报告（虚构）</title></head><body><h1>总体情况</h1><p>正文。</p></body></html>'


@pytest.fixture(scope="session")
def paper():
    return render.from_html(HTML)


@pytest.fixture(scope="session")
def _authority(tmp_path_factory):
    yield from authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def pki(_authority, settings):
    """The portal trusts it and signs with its good key; timestamps are off."""
    settings.SIGNING_ROOTS = [_authority.root]
    settings.SIGNING_P12 = _authority.key("good")
    settings.SIGNING_PASSWORD = PASSWORD
    _authority.asked.clear()
    _authority.away.clear()
    return _authority


def test_the_paper_stays_as_it_was_below_the_signature(paper):
    found = signed(paper, reason=REASON)
    assert found.startswith(paper)
    with pikepdf.open(BytesIO(paper)) as before, pikepdf.open(BytesIO(found)) as after:
        for key in ("/MarkInfo", "/OutputIntents", "/Lang", "/ViewerPreferences"):
            assert str(after.Root[key]) == str(before.Root[key])
        assert "/StructTreeRoot" in after.Root
        with before.open_metadata() as old, after.open_metadata() as new:
            assert {key: new[key] for key in ("pdfaid:part", "pdfaid:conformance", "dc:title")} == {
                "pdfaid:part": "3", "pdfaid:conformance": "A", "dc:title": old["dc:title"]
            }  # fmt: skip
        (field,) = after.Root.AcroForm.Fields
        assert (str(field.V.SubFilter), str(field.V.Reason)) == ("/ETSI.CAdES.detached", REASON)
        # PDF/A wants a widget printed, not hidden, and without an appearance only where it has no size.
        assert (int(field.F) & 0b10_0111, [float(side) for side in field.Rect]) == (0b100, [0, 0, 0, 0])


@AREA
def test_a_signed_paper_stays_a_pdf_of_the_version_that_its_archive_mark_allows(paper):
    with pikepdf.open(BytesIO(signed(paper, reason="甲"))) as document:
        extensions = str(document.Root.get("/Extensions", ""))
        assert (document.pdf_version, document.Root.get("/Version")) == ("1.7", None)
    assert "2.0" not in extensions, "PDF/A-3 is PDF 1.7"


def test_attachments_and_text_survive_and_qpdf_finds_no_fault(paper, tmp_path):
    with pikepdf.open(BytesIO(paper)) as pdf:
        pdf.attachments["数据.xlsx"] = pikepdf.AttachedFileSpec(pdf, b"xlsx", mime_type="application/vnd.ms-excel")
        out = BytesIO()
        pdf.save(out)
    file = tmp_path / "a.pdf"
    file.write_bytes(signed(out.getvalue(), reason=REASON))
    with pikepdf.open(file) as pdf:
        assert pdf.attachments["数据.xlsx"].get_file().read_bytes() == b"xlsx"
        assert pdf.check_pdf_syntax() == []
    assert "总体情况" in pdf_texts.texts_of(file.read_bytes())[0]


def test_the_demo_signs_with_a_certificate_of_its_own_that_says_so(paper, tmp_path):
    content, file = signed(paper, reason=REASON), tmp_path / "a.pdf"
    found = checked(content)
    assert (found.integrity, found.certificate, found.timestamped) == (Integrity.INTACT, CertificateState.GOOD, False)
    assert "演示数据" in found.signer
    assert abs(found.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert found.digest == hashlib.sha256(content).hexdigest()
    assert Path(keys.settings.SIGNING_DEMO_PATH).stat().st_mode & 0o077 == 0
    file.write_bytes(content)
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert checked(mapped) == found, "a file on disk is read where it lies"


def test_production_without_a_key_leaves_papers_unsigned(paper, settings):
    settings.PRODUCTION = True
    assert not keys.has_key()
    assert signed(paper, reason=REASON) is paper
    assert checked(paper).integrity == Integrity.UNSIGNED
    assert not keys.anchors()


@AREA
def test_another_library_function_agrees_over_the_whole_file(paper, pki):
    (signature,) = PdfFileReader(BytesIO(signed(paper, reason=REASON))).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=keys.anchors()))
    assert (status.valid, status.intact, status.trusted, pki.asked) == (True, True, True, [])
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


@AREA
def test_any_flipped_byte_breaks_it(paper):
    """Everywhere in what is signed, and every byte of the signature itself, its unsigned head and the padding included."""
    found = signed(paper, reason=REASON)
    (place,) = signatures(found)
    own = range(place.before, place.before + 2 * len(place.value.rstrip(b"\0")) + 8)
    for at in [*own[::5], *range(0, place.before, 3001), place.before, place.after - 1, *range(place.after, len(found))]:
        spoilt = bytearray(found)
        spoilt[at] ^= 1
        assert checked(bytes(spoilt)).integrity == Integrity.BROKEN, at


@pytest.mark.parametrize("change", [lambda pdf: pdf + b"\n", lambda pdf: pdf[:-1], lambda pdf: pdf + pdf, lambda pdf: b"%" + pdf])
def test_what_is_added_or_taken_away_breaks_it(paper, change):
    assert checked(change(signed(paper, reason=REASON))).integrity == Integrity.BROKEN


def test_hostile_values_are_refused_quietly():
    for hostile in (
        b"/ByteRange [0 9 9 9]", b"<30>/ByteRange [0 9 13 25]         ", b"<zz>/ByteRange [0 9 13 99999]",
        b"/ByteRange [0 999999999999 999999999999 999999999999]" * 400, b"<" + b"3080" * 2000 + b">/ByteRange [0 9 8011 28]",
    ):  # fmt: skip
        assert checked(b"%PDF-1.7\n" + hostile).integrity == Integrity.BROKEN, hostile


OCSP, LIST = "/gd/ocsp/issuer", "/gd/crls/issuer/latest.crl"
GOOD, REVOKED = CertificateState.GOOD, CertificateState.REVOKED


@pytest.mark.parametrize(
    ("name", "state", "place"),
    [("good", GOOD, OCSP), ("expired", CertificateState.EXPIRED, ""), ("revoked", REVOKED, OCSP), ("listed", REVOKED, LIST)],
)
def test_the_authority_is_asked_for_the_certificate_and_where_it_is_away_the_state_is_unknown(paper, pki, settings, *, name, state, place):
    settings.SIGNING_P12 = pki.key(name)
    pdf = signed(paper, reason=REASON)
    unasked = checked(pdf, ask=False)
    assert (unasked.certificate is CertificateState.GOOD, unasked.revocation_asked, pki.asked) == (name != "expired", False, [])
    found = checked(pdf)
    assert (found.integrity, found.signer, found.certificate) == (Integrity.INTACT, f"演示 {name}", state)
    assert set(pki.asked) == {place} - {""}
    pki.away.set()
    away = checked(pdf)
    assert (away.integrity, away.certificate) == (Integrity.INTACT, CertificateState.UNKNOWN if place else state)


def test_somebody_elses_certificate_is_unknown_and_nobody_is_asked(paper, pki, settings):
    pdf = signed(paper, reason=REASON)
    settings.SIGNING_ROOTS, settings.SIGNING_P12 = [], ""  # only the demo's own is trusted now
    found = checked(pdf)
    assert (found.integrity, found.certificate, found.revocation_asked) == (Integrity.INTACT, CertificateState.UNKNOWN, False)
    assert pki.asked == []


@AREA
def test_a_trusted_timestamp_proves_the_time_and_a_silent_authority_does_not_hold_a_report_up(paper, pki, settings, caplog):
    settings.TIMESTAMP_URL = pki.timestamps
    pdf = signed(paper, reason=REASON)
    found, untrusted = checked(pdf), checked(pdf, trusted=[])
    assert (found.integrity, found.timestamped, found.certificate) == (Integrity.INTACT, True, CertificateState.GOOD)
    assert (untrusted.integrity, untrusted.timestamped) == (Integrity.INTACT, False)
    assert pki.asked[0] == "/gd/tsa/tsa"
    assert abs(found.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    pki.away.set()
    found = checked(signed(paper, reason=REASON))
    assert (found.integrity, found.timestamped) == (Integrity.INTACT, False)
    assert "no timestamp from" in caplog.text


@pytest.mark.parametrize(("p12", "password"), [("missing.p12", ""), ("root.pem", ""), ("good.p12", "wrong")])
def test_a_key_that_cannot_be_used_is_named(paper, pki, settings, p12, password):
    settings.SIGNING_P12, settings.SIGNING_PASSWORD = str(pki.folder / p12), password
    with pytest.raises(keys.UnusableSigningKeyError, match="GD_SIGNING_P12"):
        signed(paper, reason=REASON)


def test_the_deployment_check_wants_a_key_that_works(pki, settings):
    assert signing_key() == []
    settings.SIGNING_PASSWORD = "wrong"
    assert [found.id for found in signing_key()] == ["gd.E013"]
    settings.SIGNING_PASSWORD, settings.SIGNING_ROOTS = PASSWORD, ["/nowhere.pem"]
    assert [found.id for found in signing_key()] == ["gd.E013"]
    settings.SIGNING_P12 = ""
    assert [found.id for found in signing_key()] == ["gd.W002"]


MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "1234"
LIFE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2090, 1, 1, tzinfo=dt.UTC)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "演示令牌（虚构）")])


@pytest.fixture
def token(tmp_path, monkeypatch, settings):
    """A token with a key and its certificate, both labelled 印章; the portal trusts the certificate."""
    assert MODULE.exists(), "SoftHSM is missing: run make setup-browser"
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    util = ["softhsm2-util", "--init-token", "--free", "--label", "演示", "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(util, check=True, capture_output=True)
    pem = tmp_path / "root.pem"
    pem.write_bytes(_filled())
    settings.SIGNING_PKCS11, settings.SIGNING_TOKEN, settings.SIGNING_CERTIFICATE = str(MODULE), "演示", "印章"
    settings.SIGNING_PASSWORD, settings.SIGNING_ROOTS = PIN, [str(pem)]


def _filled():
    """Put key and certificate on the token; returns the certificate."""
    from pkcs11 import Attribute, lib
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    key = rsa.generate_private_key(65537, 2048)
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False)
    certificate = (
        x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key()).serial_number(5)
        .not_valid_before(LIFE[0]).not_valid_after(LIFE[1])
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = decode_rsa_private_key(key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
    with lib(str(MODULE)).get_token(token_label="演示").open(rw=True, user_pin=PIN) as session:
        for found in (private, public):
            session.create_object({**found, Attribute.LABEL: "印章", Attribute.ID: b"1", Attribute.TOKEN: True})
    return certificate.public_bytes(Encoding.PEM)


@AREA
def test_a_token_signs_and_what_is_wrong_with_it_is_named(paper, token, settings):
    for _ in range(2):  # a session for each signature
        found = checked(signed(paper, reason="年度评估报告"))
        assert (found.integrity, found.signer, found.certificate) == (Integrity.INTACT, "演示令牌（虚构）", CertificateState.GOOD)
    assert signing_key() == []
    for name in ("CERTIFICATE", "TOKEN", "PASSWORD", "PKCS11"):
        right = getattr(settings, f"SIGNING_{name}")
        setattr(settings, f"SIGNING_{name}", "wrong")
        assert [problem.id for problem in signing_key()] == ["gd.E013"], name
        with pytest.raises(keys.UnusableSigningKeyError, match="GD_SIGNING_PKCS11"):
            signed(paper, reason="年度评估报告")
        setattr(settings, f"SIGNING_{name}", right)


@pytest.fixture
def report(paper, tmp_path):
    file = tmp_path / "报告.pdf"
    file.write_bytes(signed(paper, reason="年度评估报告"))
    return file


def test_it_prints_what_it_found_and_trusts_the_settings(report, capsys):
    digest = checked(report.read_bytes()).digest
    call_command("verify_report", report, digest=f"{digest[:4].upper()} {digest[4:]}")  # however it is grouped
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


@AREA
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
