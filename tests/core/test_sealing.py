"""The signing key: made once, read in two forms, never weaker than it says."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.exceptions import ImproperlyConfigured

from greendistrict.core import sealing

SEED = "c2VjcmV0LXNlZWQtb2YtdGhpcnR5LXR3by1ieXRlcyE="


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def fresh(settings, tmp_path):
    settings.RECEIPT_KEY = ""
    settings.RECEIPT_KEY_PATH = tmp_path / "var" / "receipt-key"
    return settings


def test_a_key_is_made_once_and_only_its_owner_reads_it(fresh):
    with ThreadPoolExecutor(8) as several:
        found = set(several.map(lambda _: sealing.public_pem(), range(16)))
    assert len(found) == 1
    path = fresh.RECEIPT_KEY_PATH
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["receipt-key"]


def test_a_signature_holds_for_these_bytes_and_this_key_only(fresh):
    mine, signature = sealing.public_pem(), sealing.sign(b"receipt")
    assert sealing.verifies(mine, signature, b"receipt")
    assert not sealing.verifies(mine, signature, b"Receipt")
    assert not sealing.verifies(mine, "no base64 at all", b"receipt")
    fresh.RECEIPT_KEY = SEED
    assert not sealing.verifies(sealing.public_pem(), signature, b"receipt")
    assert sealing.key_id(sealing.public_pem()) != sealing.key_id(mine)


def test_the_configured_key_may_be_bytes_or_pem(fresh):
    key = Ed25519PrivateKey.generate()
    fresh.RECEIPT_KEY = pem(key)
    assert sealing.public_pem() == key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    fresh.RECEIPT_KEY = f"  {SEED}\n"
    assert sealing.key_id(sealing.public_pem()) == "d3bcb1400611743d"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not base64", "不是 base64，也不是 PEM"),
        ("c2hvcnQ=", "应为32字节的随机数，现为5字节"),
        ("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----", "不是可读的 PEM 私钥"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "不是 Ed25519 私钥"),
    ],
)
def test_what_is_no_key_is_refused_by_name(fresh, text, reason):
    fresh.RECEIPT_KEY = text
    with pytest.raises(ImproperlyConfigured, match=reason):
        sealing.sign(b"x")
    with pytest.raises(sealing.UnusableKeyError, match="不是可读的 PEM 公钥"):
        sealing.key_id("nothing")
