"""Signing PDFs. Imported by workers and commands, never by web pages."""

import logging
from io import BytesIO

from django.conf import settings
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from reports.signing import keys
from reports.signing.keys import run
from reports.signing.signatures import signatures

logger = logging.getLogger(__name__)
FIELD = "GreenDistrict"
NEWEST, BASE_2 = (1, 7), "/2.0"
RESERVED = 32 * 1024  # hexadecimal digits kept free for the signature with its certificates and timestamp
TIMESTAMP_SECONDS = 15


class _OlderPdf(IncrementalPdfFileWriter):
    """An update that leaves a PDF/A-3 file what it is, PDF 1.7: neither its catalog nor an extension of PDF 2.0 says otherwise."""

    output_version = NEWEST

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Declare no later version, whatever is asked for: nothing that is written needs one."""
        super().ensure_output_version(min(version, NEWEST))  # type: ignore[no-untyped-call] # the library has no types here

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Leave out what extends PDF 2.0, such as the names of curves; a reader needs none of it to verify."""
        if ext.base_version != BASE_2:
            super().register_extension(ext)


def signed(pdf: bytes, *, reason: str) -> bytes:
    """The PDF with the portal's signature; unchanged if no key is configured or it is already signed.

    If the timestamp authority does not answer, the signature has no timestamp and a log entry is written, so that reports are not delayed.
    Raises ``UnusableSigningKeyError`` if a configured key does not work.
    """
    if any(found.end == len(pdf) for found in signatures(pdf)):
        return pdf
    with keys.signer() as signer:
        if signer is None:
            return pdf
        if settings.TIMESTAMP_URL:
            try:
                return _signed(pdf, signer, reason, HTTPTimeStamper(settings.TIMESTAMP_URL, timeout=TIMESTAMP_SECONDS))
            except TimestampRequestError as error:
                logger.error("no timestamp from %s, signed without: %s", settings.TIMESTAMP_URL, error)  # noqa: TRY400 -- the cause says it
        return _signed(pdf, signer, reason, None)


def _signed(pdf: bytes, signer: Signer, reason: str, stamper: HTTPTimeStamper | None) -> bytes:
    meta = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", reason=reason, subfilter=SigSeedSubFilter.PADES)
    writer = _OlderPdf(BytesIO(pdf))
    out = BytesIO()
    run(PdfSigner(meta, signer, timestamper=stamper).async_sign_pdf(writer, output=out, bytes_reserved=RESERVED))
    return out.getvalue()
