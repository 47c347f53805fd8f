"""The portal's signing key and the certificates it trusts.

The key is a PKCS#12 file or on a PKCS#11 token (settings ``SIGNING_*``). Without either, production does not sign; other environments
create a certificate marked 演示数据 once and keep it in ``var/``. Web servers need no key, only the certificates of ``SIGNING_ROOTS``.
"""

import asyncio
import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.sign.signers import Signer, SimpleSigner

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Result of a coroutine, run in a separate thread because the caller's may already have an event loop."""
    with ThreadPoolExecutor(1, thread_name_prefix="signing") as thread:
        return thread.submit(asyncio.run, work).result()


DEMO_NAME = "演示数据 绿色生态城区平台（不具效力）"
DEMO_FROM, DEMO_TO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2049, 12, 31, tzinfo=dt.UTC)


class UnusableSigningKeyError(ValueError):
    """The configured key cannot be used; the message says why."""


def configured() -> bool:
    """Whether the settings name a key."""
    return bool(settings.SIGNING_P12 or settings.SIGNING_PKCS11)


def has_key() -> bool:
    """Whether papers are signed."""
    return configured() or not settings.PRODUCTION


@contextmanager
def signer() -> Iterator[Signer | None]:
    """Context manager with a signer for one signature; None without a key. Raises ``UnusableSigningKeyError``."""
    if settings.SIGNING_PKCS11:
        with _token() as found:
            yield found
    else:
        yield _of_file()


def anchors() -> list[Any]:
    """Trusted certificates: those of the settings, else the portal's own with the authorities in its file."""
    if settings.SIGNING_ROOTS:
        return read(settings.SIGNING_ROOTS)
    found = None if settings.SIGNING_PKCS11 else _of_file()
    if found is None:
        return []
    authorities = [one for one in found.cert_registry if one.ca and one.self_signed != "no"]
    return authorities or [found.signing_cert]


def read(paths: Sequence[str | Path]) -> list[Any]:
    """Certificates in files, PEM or DER. Raises ``UnusableSigningKeyError``."""
    try:
        return list(load_certs_from_pemder([str(path) for path in paths]))  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        msg = f"读不出信任的证书：{error}"
        raise UnusableSigningKeyError(msg) from error


def certificates() -> str:
    """The trusted certificates as PEM, for verification without the portal."""
    return "".join(_pem(one.dump()) for one in anchors())


def _pem(der: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 -- only here

    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()


def _of_file() -> SimpleSigner | None:
    if settings.SIGNING_P12:
        return _read(Path(settings.SIGNING_P12), settings.SIGNING_PASSWORD)
    return None if settings.PRODUCTION else _read(demo_file(), "")


@lru_cache(maxsize=4)
def _read(path: Path, password: str) -> SimpleSigner:
    try:
        found: SimpleSigner = SimpleSigner.load_pkcs12_data(path.read_bytes(), [], password.encode() or None)
    except OSError as error:
        msg = f"GD_SIGNING_P12 读不到：{error.strerror}"
        raise UnusableSigningKeyError(msg) from error
    except ValueError as error:
        msg = "GD_SIGNING_P12 不是可读的 PKCS#12 文件，或 GD_SIGNING_PASSWORD 不对"
        raise UnusableSigningKeyError(msg) from error
    return found


@contextmanager
def _token() -> Iterator[Signer]:
    import pkcs11  # noqa: PLC0415 -- only where a token is configured
    from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415

    try:
        criteria = TokenCriteria(label=settings.SIGNING_TOKEN) if settings.SIGNING_TOKEN else None
        session = open_pkcs11_session(settings.SIGNING_PKCS11, token_criteria=criteria, user_pin=settings.SIGNING_PASSWORD or None)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        msg = f"GD_SIGNING_PKCS11 打不开密钥设备：{type(error).__name__} {error}"
        raise UnusableSigningKeyError(msg) from error
    with session:
        found = PKCS11Signer(session, cert_label=settings.SIGNING_CERTIFICATE, other_certs_to_pull=None)
        try:
            run(found.ensure_objects_loaded())  # type: ignore[no-untyped-call]
        except pkcs11.PKCS11Error as error:
            msg = f"GD_SIGNING_PKCS11 密钥设备上没有证书“{settings.SIGNING_CERTIFICATE}”或它的私钥：{error}"
            raise UnusableSigningKeyError(msg) from error
        yield found


def demo_file() -> Path:
    """The demo's PKCS#12 file, created if missing; if two processes create one at once, both use the first."""
    path = Path(settings.SIGNING_DEMO_PATH)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".signing-demo") as made:  # mode 0600
            made.write(_demo_key())
            made.flush()
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)
    return path


def _demo_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DEMO_NAME)])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(DEMO_FROM)
        .not_valid_after(DEMO_TO)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates("演示数据".encode(), key, certificate, None, NoEncryption())
