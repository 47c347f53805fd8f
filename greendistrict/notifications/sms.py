"""SMS by Alibaba Cloud: ``SendSms`` with the signature ACS3-HMAC-SHA256, as published; see docs/notifications.md.

The text gives only the number of things to do or to read and the URL of the inbox; nothing about people or matters. ``SendSms`` has no
request ids, but its signature has a nonce: an attempt without an answer is repeated with the same nonce, and refused if the first was
accepted.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from django.conf import settings

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.notifications import gateway
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import brief_of
from greendistrict.workflow.outbox import NotTaken, Undeliverable

ALGORITHM = "ACS3-HMAC-SHA256"
ACTION, VERSION = "SendSms", "2017-05-25"
NUMBER = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
NEVER = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT"})
REPEATED = "SignatureNonceUsed"


class Sms:
    """Transport of SMS."""

    def is_connected(self) -> bool:
        """Whether the settings name a gateway."""
        return bool(settings.SMS_URL)

    def address(self, user: User) -> str:
        """Mobile number in mainland China."""
        found = NUMBER.fullmatch(re.sub(r"[\s-]", "", user.phone))
        return found[1] if found else ""

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Send one SMS."""
        brief = brief_of(delivery)
        fields = {
            "PhoneNumbers": self.address(delivery.notification.receiver),
            "SignName": settings.SMS_SIGN_NAME,
            "TemplateCode": settings.SMS_NEWS_TEMPLATE if brief.informs else settings.SMS_TEMPLATE,
            "TemplateParam": json.dumps({"number": str(brief.number), "link": brief.link}, separators=(",", ":")),
            "OutId": str(delivery.pk),
        }
        nonce = hashlib.sha256(f"{settings.SECRET_KEY}:{delivery.pk}:{attempt.refused}".encode()).hexdigest()[:32]
        query = canonical_query(fields)
        headers = signed_headers(host=urlsplit(settings.SMS_URL).netloc, query=query, nonce=nonce)
        status, content = gateway.call("POST", f"{settings.SMS_URL.rstrip('/')}/?{query}", headers=headers)
        code = str(content.get("Code", ""))
        if code == "OK" or (code == REPEATED and attempt.repeated):
            return
        raise (Undeliverable if code in NEVER else NotTaken)(code or f"HTTP {status}")


def canonical_query(fields: Mapping[str, str]) -> str:
    """Parameters sorted by name, encoded as in RFC 3986."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(fields.items()))


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def signed_headers(*, host: str, query: str, nonce: str, moment: str = "", action: str = ACTION, version: str = VERSION) -> dict[str, str]:
    """Headers of a request without a body, including its signature."""
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": moment or clock.now().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{digest}"
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(settings.SMS_KEY_SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return headers | {"Authorization": f"{ALGORITHM} Credential={settings.SMS_KEY_ID},SignedHeaders={names},Signature={signature}"}
