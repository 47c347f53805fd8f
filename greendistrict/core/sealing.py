"""The portal's signing key (Ed25519): with the public key, signatures can be verified without the portal.

In production ``GD_RECEIPT_KEY`` holds the key: 32 random bytes in base64, or an unencrypted PEM. Elsewhere it is created at set-up or
first use and stored in ``var/``, readable by its owner only. ``cryptography`` is imported with the first signature.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
ALGORITHM = "Ed25519"
LONGEST_KEY = 32  # characters of a foreign key that are shown
END = "-----END PUBLIC KEY-----"


class UnusableKeyError(ValueError):
    """A key that cannot be used; the text says why."""


def private_key() -> "Ed25519PrivateKey":
    """Key of this portal. Raises ``ImproperlyConfigured`` if the configured key is not an Ed25519 key."""
    try:
        return read_private(settings.RECEIPT_KEY or _kept(Path(settings.RECEIPT_KEY_PATH)))
    except UnusableKeyError as problem:
        msg = f"GD_RECEIPT_KEY: {problem}"
        raise ImproperlyConfigured(msg) from problem


def read_private(text: str) -> "Ed25519PrivateKey":
    """Private key from PEM or from 32 bytes in base64. Raises ``UnusableKeyError``."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 -- who signs pays for it
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 -- as above

    if "-----BEGIN" not in text:
        return Ed25519PrivateKey.from_private_bytes(_seed(text))
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError) as error:
        msg = "不是可读的 PEM 私钥"
        raise UnusableKeyError(msg) from error
    if not isinstance(key, Ed25519PrivateKey):
        msg = "不是 Ed25519 私钥"
        raise UnusableKeyError(msg)
    return key


def _seed(text: str) -> bytes:
    try:
        seed = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        msg = "不是 base64，也不是 PEM"
        raise UnusableKeyError(msg) from error
    if len(seed) != SEED_BYTES:
        msg = f"应为{SEED_BYTES}字节的随机数，现为{len(seed)}字节"
        raise UnusableKeyError(msg)
    return seed


def _kept(path: Path) -> str:
    """Key stored in a file, created if missing; if two processes create one at once, both use the first."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".receipt-key", encoding="ascii") as made:  # mode 0600
        made.write(base64.b64encode(os.urandom(SEED_BYTES)).decode())
        made.flush()
        with contextlib.suppress(FileExistsError):
            os.link(made.name, path)
    return path.read_text(encoding="ascii")


def public_pem() -> str:
    """Public key of this portal, as PEM."""
    return _pem(private_key().public_key())


def _pem(key: "Ed25519PublicKey") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 -- who signs pays for it

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public(pem: str) -> "Ed25519PublicKey":
    """Public key from PEM. Raises ``UnusableKeyError``."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 -- who verifies pays for it
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 -- as above

    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        msg = "不是可读的 PEM 公钥"
        raise UnusableKeyError(msg) from error
    if not isinstance(key, Ed25519PublicKey):
        msg = "不是 Ed25519 公钥"
        raise UnusableKeyError(msg)
    return key


def key_id(pem: str) -> str:
    """Sixteen hex digits identifying a public key: the beginning of the SHA-256 of its 32 bytes. Raises ``UnusableKeyError``."""
    return hashlib.sha256(read_public(pem).public_bytes_raw()).hexdigest()[:16]


def trusted_keys(named: Iterable[str] = ()) -> dict[str, str]:
    """PEM by key id of those whose signatures count: the portal's key, its former ones, and ``named``. Raises ``UnusableKeyError``."""
    return {key_id(pem): pem for pem in (public_pem(), *former_keys(), *named)}


def former_keys() -> list[str]:
    """Public keys that the portal signed with before, from ``GD_RECEIPT_FORMER_KEYS``. Raises ``UnusableKeyError``."""
    return pems_in(Path(settings.RECEIPT_FORMER_KEYS)) if settings.RECEIPT_FORMER_KEYS else []


def pems_in(path: Path) -> list[str]:
    """Public keys in a PEM file. Raises ``UnusableKeyError`` if there is none, or something else."""
    try:
        found = [f"{part}{END}" for part in path.read_text(encoding="ascii").strip().split(END)[:-1]]
        usable = [_pem(read_public(pem)) for pem in found]
    except (OSError, UnicodeDecodeError, UnusableKeyError) as error:
        msg = f"{path.name} 读不出 PEM 公钥"
        raise UnusableKeyError(msg) from error
    if not usable:
        msg = f"{path.name} 中没有 PEM 公钥"
        raise UnusableKeyError(msg)
    return usable


def signed_by(keys: Mapping[str, str], key: str, signature: str, content: bytes) -> bool:
    """Whether the key of this id is one of ``keys`` and made the signature: a key that nobody vouches for proves nothing."""
    return key in keys and verifies(keys[key], signature, content)


def sign(content: bytes) -> str:
    """Signature of this portal over the bytes, base64."""
    return base64.b64encode(private_key().sign(content)).decode()


def signature_of(content: bytes) -> dict[str, str]:
    """Signature of this portal as files carry it: algorithm, key id, value."""
    return {"algorithm": ALGORITHM, "key": key_id(public_pem()), "value": sign(content)}


def doubts(signature: Any, content: bytes, named: Iterable[str] = ()) -> str:
    """Why a signature that a file carries (None: it has none) proves nothing about ``content``; empty if a trusted key made it.

    Raises ``UnusableKeyError`` for a key of ``named``.
    """
    if not isinstance(signature, Mapping):
        return "没有签名，任何人都可以做出这样的文件，不能证明出自本平台"
    keys, key = trusted_keys(named), str(signature.get("key"))
    if key not in keys:
        return f"由另一把密钥（{key[:LONGEST_KEY]}）签署，未核对；确认来源可信的，用 --key 给出该公钥（PEM）"
    return "" if signed_by(keys, key, str(signature.get("value")), content) else "签名不符：内容与签署时不同"


def verifies(pem: str, signature: str, content: bytes) -> bool:
    """Whether the signature over the bytes was made with the private key of this public key. Raises ``UnusableKeyError``."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- who verifies pays for it

    key = read_public(pem)
    try:
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
