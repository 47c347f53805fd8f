"""Verify the signature of a PDF by its digest: integrity, signer, time, state of the certificate."""

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from mmap import mmap
from typing import Any

from asn1crypto import cms, parser
from django.conf import settings
from django.db import models
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathBuildingError, PathValidationError, RevokedError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from reports.signing.keys import anchors, run
from reports.signing.signatures import FoundSignature, SignedBytes, is_signed, signatures


class Integrity(models.TextChoices):
    """Whether the bytes changed since they were signed."""

    INTACT = "intact", "签名有效，签名后没有改动"
    BROKEN = "broken", "签名无效，签名后内容有改动"
    UNSIGNED = "unsigned", "没有数字签名"


class CertificateState(models.TextChoices):
    """State of the signer's certificate at the time of the signature, or today if no timestamp proves that time."""

    GOOD = "good", "有效"
    EXPIRED = "expired", "不在有效期内"
    REVOKED = "revoked", "已吊销"
    UNKNOWN = "unknown", "无法确认"


logger = logging.getLogger(__name__)
PIECE = 1024 * 1024
FETCH_SECONDS = 5
USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
NOTHING = CertificateState.UNKNOWN


@dataclass(frozen=True)
class SignatureVerdict:
    """Result of verifying a PDF's signature.

    ``signed_at`` is proved by a trusted timestamp if ``timestamped``, else stated by the signer. ``revocation_asked``: the certificate's
    authority was asked, or has no service to ask.
    """

    digest: str
    integrity: Integrity
    signer: str = ""
    signed_at: dt.datetime | None = None
    timestamped: bool = False
    certificate: CertificateState = NOTHING
    revocation_asked: bool = False

    @property
    def time_words(self) -> str:
        """How the time of the signature is proved."""
        return "有时间戳证明" if self.timestamped else "签名人自述，没有时间戳"

    @property
    def certificate_words(self) -> str:
        """State of the certificate, and how reliable it is."""
        if self.certificate == CertificateState.UNKNOWN:
            return f"{self.certificate.label}（不是本平台信任的证书，或者查询不到吊销情况）"
        asked = "" if self.revocation_asked or self.certificate != CertificateState.GOOD else "（未查询吊销情况）"
        return f"{self.certificate.label}{asked}"


def checked(pdf: bytes | mmap, *, trusted: Sequence[Any] | None = None, ask: bool | None = None) -> SignatureVerdict:
    """Verify a PDF without opening it.

    ``trusted`` are certificates to trust, by default those of the portal; ``ask`` says whether their authorities are asked about
    revocation, by default as in the settings. Untrusted certificates never cause a network request.
    """
    digest = hashlib.sha256()
    for start in range(0, len(pdf), PIECE):
        digest.update(pdf[start : start + PIECE])
    verdict = SignatureVerdict(digest.hexdigest(), Integrity.UNSIGNED)
    found = list(signatures(pdf))
    whole = next((one for one in found if one.end == len(pdf)), None)
    if whole is None:
        return replace(verdict, integrity=Integrity.BROKEN) if found or is_signed(pdf) else verdict
    roots = anchors() if trusted is None else list(trusted)
    return run(_judged(pdf, whole, verdict, roots, ask=settings.REVOCATION_CHECKED if ask is None else ask))


async def _judged(pdf: bytes | mmap, found: FoundSignature, verdict: SignatureVerdict, roots: list[Any], *, ask: bool) -> SignatureVerdict:
    broken = replace(verdict, integrity=Integrity.BROKEN)
    try:
        content = _signed_data(found.value)
        offline = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
        status = await async_validate_detached_cms(
            SignedBytes(pdf, found), content, signer_validation_context=offline, key_usage_settings=USAGE
        )
    except Exception:  # a value made by anybody may fail anywhere in the libraries: what cannot be read is not valid
        logger.info("unreadable signature in a PDF", exc_info=True)
        return broken
    if not (status.intact and status.valid):
        return broken
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        return broken
    stamped = stamp is not None and stamp.trusted
    at = stamp.timestamp if stamp is not None and stamped else found.stated
    signer = status.signing_cert.subject.native.get("common_name") or status.signing_cert.subject.human_friendly
    state, asked = await _state(status, content, roots, at if stamped else None, ask=ask)
    return replace(
        verdict, integrity=Integrity.INTACT, signer=signer, signed_at=at, timestamped=stamped, certificate=state, revocation_asked=asked
    )


def _signed_data(value: bytes) -> cms.SignedData:
    """The signature value: one CMS object padded with zeros, whose unsigned header agrees with its only signer. Raises ``ValueError``."""
    size, body = parser.peek(value), parser.parse(value)[4]
    parser.parse(body[parser.peek(body) :], strict=True)
    content = cms.ContentInfo.load(value)["content"]
    (signer,) = content["signer_infos"]
    (algorithm,) = content["digest_algorithms"]
    same = algorithm.dump() == signer["digest_algorithm"].dump() and algorithm["parameters"].native is None
    versions = content["version"].native, signer["version"].native
    if value[size:].strip(b"\0") or not same or versions != ("v1", "v1") or content["encap_content_info"]["content_type"].native != "data":
        msg = "no PAdES signature"
        raise ValueError(msg)
    return content


async def _state(
    status: StandardCMSSignatureStatus, content: cms.SignedData, roots: list[Any], proved: dt.datetime | None, *, ask: bool
) -> tuple[CertificateState, bool]:
    """State of the signer's certificate at a proved time, or now; and whether its revocation was checked."""
    certificate = status.signing_cert
    others = [one.chosen for one in content["certificates"] if one.name == "certificate"]
    path = await _path(certificate, others, roots)
    if path is None:
        return CertificateState.UNKNOWN, False
    moment = proved or dt.datetime.now(dt.UTC)
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return CertificateState.EXPIRED, False
    if any(root.dump() == certificate.dump() for root in roots):
        return CertificateState.GOOD, True  # trusted by itself: nobody else can revoke it
    return await _asked(certificate, path, roots, moment, ask=ask), ask


async def _path(certificate: Any, others: list[Any], roots: list[Any]) -> list[Any] | None:
    """Certificates between the signer's and a trusted one, from the signature; None if there is no such chain."""
    context = ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=False)
    try:
        async for path in context.path_builder.async_build_paths_lazy(certificate):
            return [one for one in path.iter_certs(include_root=False) if one.dump() != certificate.dump()]
    except PathBuildingError:
        pass
    return None


async def _asked(certificate: Any, path: list[Any], roots: list[Any], moment: dt.datetime, *, ask: bool) -> CertificateState:
    async with AIOHttpFetcherBackend(per_request_timeout=FETCH_SECONDS) as fetchers:
        context = ValidationContext(
            trust_roots=roots,
            other_certs=path,
            allow_fetching=ask,
            revocation_mode="hard-fail" if ask else "soft-fail",
            moment=moment,
            retroactive_revinfo=True,
            fetchers=fetchers if ask else None,
        )
        try:
            await CertificateValidator(certificate, path, context).async_validate_usage(set())  # type: ignore[no-untyped-call]
        except RevokedError:
            return CertificateState.REVOKED
        except (ExpiredError, NotYetValidError):
            return CertificateState.EXPIRED
        except (PathBuildingError, PathValidationError):
            return CertificateState.UNKNOWN
    return CertificateState.GOOD
