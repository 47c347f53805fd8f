"""System check of the signing key, registered when the app is wired."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 -- Django's own name

HINT = "在生成报告的服务上设置 GD_SIGNING_P12（或 GD_SIGNING_PKCS11）和 GD_SIGNING_PASSWORD，见 docs/operations.md"


def signing_key(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.W002``: papers stay unsigned. ``gd.E013``: the configured key or the trusted certificates cannot be used."""
    if not (settings.SIGNING_P12 or settings.SIGNING_PKCS11):
        return [Warning("没有签名密钥，报告和文书的 PDF 不带数字签名", hint=HINT, id="gd.W002")]
    from reports.signing.keys import UnusableSigningKeyError, anchors, signer  # noqa: PLC0415 -- heavy; only where there is a key to check

    try:
        with signer():
            anchors()
    except UnusableSigningKeyError as problem:
        return [Error(str(problem), hint=HINT, id="gd.E013")]
    return []
