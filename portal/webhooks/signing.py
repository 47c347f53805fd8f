"""Signature of what is sent, by Standard Webhooks 1.0.0: HMAC-SHA256 over message id, moment of the attempt and body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for at least 24


def new_secret() -> str:
    """A signing secret as its owner is shown it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    """Identifier of a message, the same for every attempt; without a full stop, which parts what is signed."""
    return f"msg_{secrets.token_hex(16)}"


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """Value of ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, b".".join((message_id.encode(), str(moment).encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secret: str, message_id: str, moment: int, body: bytes) -> Mapping[str, str]:
    """Headers of one attempt."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "GreenDistrict-Webhook/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message_id, moment, body),
    }
