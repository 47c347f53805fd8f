"""``manage.py verify_report FILE``: verify signature and digest of a PDF with trusted certificates. Uses no database."""

from argparse import ArgumentParser
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from greendistrict.core import clock
from reports.signing import keys
from reports.signing.signatures import is_pdf
from reports.signing.verification import CertificateState, Integrity, SignatureVerdict, checked


class Command(BaseCommand):
    """Exits with 0 if the signature is valid and trusted and the digest is the given one, with 1 and the faults if not."""

    help = "Check signature and digest of a report without the portal; --certificates prints what to trust elsewhere"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare file, trusted certificates, expected digest."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--trust", type=Path, action="append", help="PEM file of a trusted certificate; without it those of the settings"
        )
        parser.add_argument("--digest", help="the SHA-256 that the portal shows for the file")
        parser.add_argument("--online", action="store_true", help="ask the authority whether the certificate was revoked")
        parser.add_argument("--certificates", action="store_true", help="print the certificates that this portal trusts, as PEM")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the results, or raise the faults."""
        del args
        try:
            if options["certificates"]:
                self.stdout.write(keys.certificates(), ending="")
                return
            trusted = keys.read(options["trust"]) if options["trust"] else keys.anchors()
        except keys.UnusableSigningKeyError as problem:
            raise CommandError(str(problem)) from problem
        verdict = self._checked(options["file"], trusted, ask=options["online"])
        self.stdout.write("\n".join((f"校验值（SHA-256） {verdict.digest}", f"数字签名 {verdict.integrity.label}")))
        wanted = "".join((options["digest"] or "").split()).lower()
        faults = [f"校验值应为 {wanted}"] if wanted and wanted != verdict.digest else []
        if verdict.integrity != Integrity.INTACT:
            faults.append(str(verdict.integrity.label))
        else:
            at = f"{verdict.signed_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if verdict.signed_at else "未查明"
            signed = (f"签名人 {verdict.signer}", f"签名时间 {at}（{verdict.time_words}）", f"签名证书 {verdict.certificate_words}")
            self.stdout.write("\n".join(signed))
            if verdict.certificate != CertificateState.GOOD:
                faults.append(f"签名证书{verdict.certificate.label}")
        if faults:
            raise CommandError("\n".join([f"不可信：{options['file'].name}", *(f"- {fault}" for fault in faults)]))
        self.stdout.write(f"可信：{options['file'].name}")

    def _checked(self, path: Path | None, trusted: list[Any], *, ask: bool) -> SignatureVerdict:
        if path is None:
            msg = "请给出要核验的文件"
            raise CommandError(msg)
        try:
            with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
                if is_pdf(content):
                    return checked(content, trusted=trusted, ask=ask)
        except (OSError, ValueError) as error:  # an empty file has nothing to map
            msg = f"读不到文件：{error}"
            raise CommandError(msg) from error
        msg = f"不是 PDF 文件：{path.name}"
        raise CommandError(msg)
