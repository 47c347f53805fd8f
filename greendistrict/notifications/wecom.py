"""政务微信 (a private installation of 企业微信): ``gettoken`` and ``message/send``, as published; see docs/notifications.md.

The text gives only the number of things to do and the URL of the inbox. It contains a number of its own, because the provider drops
messages with the same content within four hours: only a repeated message is dropped.
"""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from greendistrict.accounts.models import User
from greendistrict.notifications import gateway
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.models import Delivery
from greendistrict.notifications.texts import brief_of
from greendistrict.workflow.outbox import NotTaken, Undeliverable

REPEATS_SECONDS = 4 * 3600  # the longest period the provider supports
EARLIER_SECONDS = 300
TOKEN_OVER = frozenset({40014, 42001})
NOBODY = 81013
_token: dict[str, tuple[str, float]] = {}  # per process and application


class Wecom:
    """Transport of messages of 政务微信."""

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
        return gateway.call("POST", url, body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)[1]


def _access_token() -> str:
    """Access token of the application, cached until shortly before it expires. Raises ``NotTaken``."""
    kept, until = _token.get(settings.WECOM_CORP, ("", 0.0))
    if time.monotonic() < until:
        return kept
    query = urlencode({"corpid": settings.WECOM_CORP, "corpsecret": settings.WECOM_SECRET})
    try:
        found = gateway.call("GET", f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/gettoken?{query}")[1]
    except gateway.NoAnswerError as error:
        raise NotTaken(str(error)) from error
    _refuse_unless_done(found, "gettoken")
    token = str(found["access_token"])
    _token[settings.WECOM_CORP] = token, time.monotonic() + int(found["expires_in"]) - EARLIER_SECONDS
    return token


def _refuse_unless_done(answer: Mapping[str, Any], call: str) -> None:
    if (code := answer.get("errcode")) != 0:
        msg = f"{call}: errcode {code}"
        raise NotTaken(msg)
