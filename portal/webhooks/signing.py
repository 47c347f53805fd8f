"""Message signatures by Standard Webhooks 1.0.0: HMAC-SHA256 over message ID, timestamp of the attempt and body."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32  # the specification asks for at least 24


def new_secret() -> str:
    """A new signing secret in the form shown to the owner."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    """A new message ID, shared by all attempts; contains no full stop, because that separates the signed parts."""
    return f"msg_{secrets.token_hex(16)}"


def signature(secret: str, message_id: str, moment: int, body: bytes) -> str:
    """Value of the header ``webhook-signature``."""
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
