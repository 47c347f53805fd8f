"""A key on a PKCS#11 token signs as one in a file does (SoftHSM, which ``setup.py --browser`` installs)."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reports.signing import keys
from reports.signing.checks import signing_key
from reports.signing.enums import CertificateState, Integrity
from reports.signing.services import signed
from reports.signing.verification import checked

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


@pytest.mark.slow
def test_a_token_signs_and_what_is_wrong_with_it_is_named(paper, token, settings):
    for _ in range(2):  # a session for each signature
        found = checked(signed(paper, reason="年度评估报告"))
        assert (found.integrity, found.signer, found.certificate) == (Integrity.INTACT, "演示令牌（虚构）", CertificateState.GOOD)
    assert signing_key() == []
    for name, wrong in (
        ("SIGNING_CERTIFICATE", "没有"),
        ("SIGNING_TOKEN", "没有"),
        ("SIGNING_PASSWORD", "9999"),
        ("SIGNING_PKCS11", "/no.so"),
    ):
        right = getattr(settings, name)
        setattr(settings, name, wrong)
        assert [problem.id for problem in signing_key()] == ["gd.E013"], name
        with pytest.raises(keys.UnusableSigningKeyError, match="GD_SIGNING_PKCS11"):
            signed(paper, reason="年度评估报告")
        setattr(settings, name, right)
