"""Meter readings written by systems, and writes that repeat without effect: a token for one district; all or nothing.

Also here: Idempotent writes: the response to an ``Idempotency-Key`` is stored with a digest of the request and returned again.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, ParseError, PermissionDenied, Throttled
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from carbon.metering.checks import NewReading
from carbon.metering.columns import METER
from carbon.metering.models import Meter, MeterReading, MeterToken, ReadingImport
from carbon.metering.reading_file import UnreadableTimeError, reading_of
from carbon.metering.rules import keeps_meters
from carbon.metering.selectors.meters import token_of
from carbon.metering.services.readings import take
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit.grouped import record_once_a_day
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.core import clock, limits, request_id
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.locks import one_at_a_time
from greendistrict.core.number_parsing import NumberError
from portal.api.auth import WRONG_SECONDS, WRONG_TOKENS
from portal.api.filters import refuse_unknown
from portal.api.models import KeptAnswer
from portal.api.problems import refusal
from portal.api.shapes import Shape

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


MOST = 20_000
KEYWORD = "Meter"
READING, IMPORT = Columns.of(MeterReading, "at", "value", "estimated"), Columns.of(ReadingImport, "reason")
UNPROCESSABLE = 422


class MeterTokenAuthentication(BaseAuthentication):
    """``Authorization: Meter …``: acts as the person who made the token, for one district. Only further wrong ones are told to wait."""

    def authenticate(self, request: Request) -> tuple[User, MeterToken] | None:
        """Person and token; None without the header. Raises ``AuthenticationFailed``, ``Throttled``."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.lower().encode():
            return None
        address = request_id.address()
        wrong = f"api:wrong-token:{limits.place_of(address)}"
        token = token_of(words[1].decode("ascii", "replace")) if len(words) == 2 else None  # noqa: PLR2004 -- keyword and secret
        if token is None or not keeps_meters(posts_of(token.made_by), token.district):
            if not limits.within(wrong, WRONG_TOKENS, seconds=WRONG_SECONDS):
                raise Throttled(WRONG_SECONDS)
            msg = "计量接入令牌不存在或已失效"
            raise AuthenticationFailed(msg)
        record_once_a_day(action="api.use", by=token.made_by, what=f"meter:{token.pk}:{address}", label=f"计量接入令牌 {token}", data={})
        return token.made_by, token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401."""
        del request
        return KEYWORD


class MeterTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's registry
    """OpenAPI description of the token."""

    target_class = MeterTokenAuthentication
    name = "meterToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Header with the prefix ``Meter``."""
        del auto_schema
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Meter 加一个空格再加计量接入令牌"}


class MeterReadingSerializer(Shape):
    """One reading."""

    example: ClassVar = {"meter": "E-1", "time": "2026-03-01 00:15", "value": "128.5", "unit": "kWh"}
    meter = serializers.CharField(max_length=40, help_text=f"{Meter._meta.verbose_name}{METER['code'].label}")
    time = serializers.CharField(max_length=40, help_text=f"{READING['at'].label}，北京时间，如 2026-03-01 00:15")
    value = serializers.CharField(max_length=40, help_text=f"{READING['value'].label}：累计示数，或者从该时刻开始的一个间隔的用量")
    unit = serializers.CharField(max_length=8, required=False, allow_blank=True, help_text=f"{METER['unit'].label}，与登记的不同时换算")
    estimated = api_field(READING["estimated"], help_text=f"{READING['estimated'].label}，实测的留空")


class MeterReadingBodySerializer(Shape):
    """Request body."""

    reason = api_field(IMPORT["reason"], help_text=f"{IMPORT['reason'].label}，改变已有的实测读数时必填")
    readings = MeterReadingSerializer(many=True, allow_empty=False, max_length=MOST, help_text="读数")  # type: ignore[call-arg]  # of the list


class MeterReadingResultSerializer(Shape):
    """Number of readings written."""

    example: ClassVar = {"corrected": 0, "unchanged": 0}
    added = serializers.IntegerField(help_text="新增的读数")
    corrected = serializers.IntegerField(help_text="更正的读数")
    unchanged = serializers.IntegerField(help_text="已有且相同的读数")
    notes = serializers.ListField(child=serializers.DictField(), help_text="提示：meter、kind、words")


class MeterReadings(GenericAPIView[Any]):
    """POST readings of meters in the token's district."""

    authentication_classes = (MeterTokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    serializer_class = MeterReadingBodySerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        operation_id="meter_readings",
        summary="写入计量读数",
        request=MeterReadingBodySerializer,
        responses=MeterReadingResultSerializer,
        parameters=[ONCE],
    )
    def post(self, request: Request) -> Response:
        """Check and write. Raises ``PermissionDenied`` if the token's maker may no longer edit; 422 lists refused readings."""
        token, user = request.auth, request.user
        if not isinstance(token, MeterToken) or not isinstance(user, User):
            raise PermissionDenied
        refuse_unknown(request, ())
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        readings = _readings(body.validated_data["readings"])

        def act() -> Response:
            return _taken(token, user, readings, body.validated_data.get("reason", "").strip())

        return once(request, body.validated_data, act)


def _taken(token: MeterToken, user: User, readings: dict[str, list[NewReading]], reason: str) -> Response:
    """Write the readings, or report which are refused and why."""
    try:
        done, faults = take(district=token.district, readings=readings, by=user, source=f"接口：{token}", reason=reason)
    except NotAllowed as refused:
        raise PermissionDenied(str(refused)) from refused
    except Refused as refused:
        places = [(int(one.field) if one.field else None, one.text) for one in refused.refusals]
        told = [{"place": place, "words": text} for place, text in places]
        errors = [(f"readings.{place - 1}" if place else "", text) for place, text in places]
        return refusal(UNPROCESSABLE, "没有写入，请改正后重新发送", errors, refused=told)
    notes = [{"meter": fault.meter, "kind": fault.kind.label, "words": fault.words} for fault in faults]
    return Response({"added": done.added, "corrected": done.corrected, "unchanged": done.unchanged, "notes": notes})


def _readings(rows: list[dict[str, Any]]) -> dict[str, list[NewReading]]:
    """Readings by meter, with their position in the list from 1. Raises ``ParseError`` naming each unreadable one."""
    readings: dict[str, list[NewReading]] = {}
    wrong = []
    for place, row in enumerate(rows, start=1):
        try:
            reading = reading_of(place, row["time"], row["value"], row.get("unit"), row.get("estimated"))
        except (UnreadableTimeError, NumberError) as error:
            wrong.append(f"第{place}个：{error}")
        else:
            readings.setdefault(row["meter"], []).append(reading)
    if wrong:
        raise ParseError("；".join(wrong[:20]))
    return readings
