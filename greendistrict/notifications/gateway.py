"""Channels run by providers, SMS and 政务微信, and their HTTP client: whether the provider accepted a request, refused it, or left it open.

URLs and responses may contain keys and phone numbers, so requests are not logged, and errors contain the provider's code only.
"""

import datetime as dt
import hashlib
import hmac
import http.client
import json
import re
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import Brief, absolute, brief_of
from greendistrict.workflow.outbox import NotTaken, Undeliverable

LARGEST_ANSWER = 100_000
FAILED = frozenset({429, 500, 503})  # the provider states that it did nothing
SERVER_ERROR = 500  # other codes may come from a proxy, which does not know the outcome


class NoAnswerError(Exception):
    """The provider was reached but did not say whether it accepted the message."""


def call(method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, Any]]:
    """Status and decoded JSON of the answer to one request, without redirects.

    Raises ``NotTaken`` if the provider was not reached, ``NoAnswerError`` if no response came.
    """
    address = urlsplit(url)
    connection = (
        http.client.HTTPSConnection(address.netloc, timeout=settings.EMAIL_TIMEOUT, context=ssl.create_default_context())
        if address.scheme == "https"
        else http.client.HTTPConnection(address.netloc, timeout=settings.EMAIL_TIMEOUT)
    )
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NotTaken(_words(address.hostname, type(error).__name__)) from error
        target = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(_words(address.hostname, type(error).__name__)) from None
    finally:
        connection.close()
    return _read(answer.status, content, address.hostname or "")


def _read(status: int, content: bytes, host: str) -> tuple[int, Mapping[str, Any]]:
    if status in FAILED:
        raise NotTaken(_words(host, f"HTTP {status}"))
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if status >= SERVER_ERROR or not isinstance(found, dict):
        raise NoAnswerError(_words(host, f"HTTP {status}"))
    return status, found


def _words(host: str | None, what: str) -> str:
    return f"{host}: {what}"


ALGORITHM = "ACS3-HMAC-SHA256"
ACTION, VERSION = "SendSms", "2017-05-25"
NUMBER = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
NEVER = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT"})
REPEATED = "SignatureNonceUsed"


class Sms:
    """SMS by Alibaba Cloud: ``SendSms`` with the signature ACS3-HMAC-SHA256, as published; see docs/notifications.md.

    The text gives only the number of things to do or to read and the URL of the inbox; nothing about people or matters. ``SendSms`` has no
    request ids, but its signature has a nonce: an attempt without an answer is repeated with the same nonce, and refused if the first was
    accepted.
    """

    def is_connected(self) -> bool:
        """Whether the settings name a gateway."""
        return bool(settings.SMS_URL)

    def address(self, user: User) -> str:
        """Mobile number in mainland China."""
        found = NUMBER.fullmatch(re.sub(r"[\s-]", "", user.phone))
        return found[1] if found else ""

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Send one SMS."""
        nonce = _nonce(f"{delivery.pk}:{attempt.refused}")
        code = self._ask(delivery.notification.receiver, brief_of(delivery), str(delivery.pk), nonce)
        if code == "OK" or (code == REPEATED and attempt.repeated):
            return
        raise (Undeliverable if code in NEVER else NotTaken)(code)

    def send_trial(self, user: User) -> None:
        """Send somebody an SMS that tries the gateway. Raises ``NotTaken``, ``NoAnswerError``."""
        mark = f"trial-{user.pk}-{clock.now():%Y%m%d%H%M%S}"
        code = self._ask(user, Brief(1, "", absolute(reverse("notifications:inbox")), informs=True), mark, _nonce(mark))
        if code != "OK":
            raise NotTaken(code)

    def _ask(self, user: User, brief: Brief, mark: str, nonce: str) -> str:
        """The gateway's code for one request; ``mark`` is our number of it."""
        fields = {
            "PhoneNumbers": self.address(user),
            "SignName": settings.SMS_SIGN_NAME,
            "TemplateCode": settings.SMS_NEWS_TEMPLATE if brief.informs else settings.SMS_TEMPLATE,
            "TemplateParam": json.dumps({"number": str(brief.number), "link": brief.link}, separators=(",", ":")),
            "OutId": mark,
        }
        query = canonical_query(fields)
        headers = signed_headers(host=urlsplit(settings.SMS_URL).netloc, query=query, nonce=nonce)
        status, content = call("POST", f"{settings.SMS_URL.rstrip('/')}/?{query}", headers=headers)
        return str(content.get("Code", "")) or f"HTTP {status}"


def _nonce(text: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{text}".encode()).hexdigest()[:32]


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


REPEATS_SECONDS = 4 * 3600  # the longest period the provider supports
EARLIER_SECONDS = 300
TOKEN_OVER = frozenset({40014, 42001})
NOBODY = 81013
_token: dict[str, tuple[str, float]] = {}  # per process and application


class Wecom:
    """政务微信 (a private installation of 企业微信): ``gettoken`` and ``message/send``, as published; see docs/notifications.md.

    The text gives only the number of things to do and the URL of the inbox. It contains a number of its own, because the provider drops
    messages with the same content within four hours: only a repeated message is dropped.
    """

    def is_connected(self) -> bool:
        """Whether the settings name an installation."""
        return bool(settings.WECOM_URL)

    def address(self, user: User) -> str:
        """Account name, which is the same in 政务微信."""
        return user.username

    def send(self, delivery: Delivery, attempt: Attempt) -> None:
        """Send one message; an expired token is renewed once."""
        del attempt  # the provider detects repetitions by content
        brief = brief_of(delivery)
        body = {
            "touser": self.address(delivery.notification.receiver),
            "msgtype": "text",
            "agentid": settings.WECOM_AGENT,
            "text": {"content": f"{brief.words}：{brief.link}（消息{delivery.pk}）"},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": REPEATS_SECONDS,
        }
        found = self._post(body)
        if found.get("errcode") in TOKEN_OVER:
            _token.clear()
            found = self._post(body)
        if found.get("errcode") == NOBODY or found.get("invaliduser"):
            msg = "政务微信没有这个成员，或成员不在应用的可见范围"
            raise Undeliverable(msg)
        _refuse_unless_done(found, "message/send")

    def _post(self, body: dict[str, Any]) -> Any:
        url = f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/message/send?{urlencode({'access_token': _access_token()})}"
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return call("POST", url, body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)[1]


def _access_token() -> str:
    """Access token of the application, cached until shortly before it expires. Raises ``NotTaken``."""
    kept, until = _token.get(settings.WECOM_CORP, ("", 0.0))
    if time.monotonic() < until:
        return kept
    query = urlencode({"corpid": settings.WECOM_CORP, "corpsecret": settings.WECOM_SECRET})
    try:
        found = call("GET", f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/gettoken?{query}")[1]
    except NoAnswerError as error:
        raise NotTaken(str(error)) from error
    _refuse_unless_done(found, "gettoken")
    token = str(found["access_token"])
    _token[settings.WECOM_CORP] = token, time.monotonic() + int(found["expires_in"]) - EARLIER_SECONDS
    return token


def _refuse_unless_done(answer: Mapping[str, Any], what: str) -> None:
    if (code := answer.get("errcode")) != 0:
        msg = f"{what}: errcode {code}"
        raise NotTaken(msg)
