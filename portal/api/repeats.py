"""Idempotent writes: the response to an ``Idempotency-Key`` is stored with a digest of the request and returned again."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.locks import one_at_a_time
from portal.api.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = dt.timedelta(days=3)  # retention ``kept_answers`` of the personal-data inventory; the nightly job deletes older ones
ONCE = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, description="幂等键，1至100个字符。三天内以同一个键重发同一请求，只生效一次，返回当时的答复"
)
KEY = re.compile(r"[\x21-\x7e]{1,100}")


class OtherRequest(Refused):
    """The key was used before for a different request."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def once(request: Request, content: object, act: Callable[[], Response]) -> Response:
    """Response of ``act``, run atomically; for a repeated key the stored response.

    ``content`` is the parsed request. Only successful responses are stored: a refusal wrote nothing, so a repetition is tried again. Of two
    concurrent requests with the same key, the second waits. Raises ``ParseError``, ``OtherRequest`` and whatever ``act`` raises.
    """
    key = request.headers.get(HEADER, "").strip()
    if key and not KEY.fullmatch(key):
        msg = f"{HEADER} 应为1至100个不含空格的 ASCII 字符"
        raise ParseError(msg)
    with transaction.atomic():
        if not key:
            return act()
        # Owner of the keys: the person (who may get a new token meanwhile), or the token of a metering system.
        sender = f"user:{request.user.pk}" if isinstance(request.auth, Token) else f"meter:{request.auth.pk}"
        text = json.dumps([request.method, request.path, content], ensure_ascii=False, sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        one_at_a_time(f"api:{sender}:{key}")
        kept = KeptAnswer.objects.filter(sender=sender, key=key).first()
        if kept is not None and kept.at > clock.now() - KEPT_FOR:
            if kept.digest != digest:
                msg = f"这个 {HEADER} 已用于另一个请求，没有写入；新的请求请用新的键"
                raise OtherRequest(msg)
            return Response(kept.content, status=kept.status, headers={REPLAYED: "true"})
        answer = act()
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            transaction.set_rollback(True)
            return answer
        told = json.loads(JSONRenderer().render(answer.data))
        values = {"digest": digest, "status": answer.status_code, "content": told, "at": clock.now()}
        KeptAnswer.objects.update_or_create(sender=sender, key=key, defaults=values)
        return answer


def kept_before(before: dt.datetime) -> Any:
    """Responses stored before a moment, for the nightly clean-up."""
    return KeptAnswer.objects.filter(at__lt=before)
