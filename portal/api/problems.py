"""Exceptions of API views as problem details (RFC 9457), and their description in the schema.

The JSON of writes: what no row can hold is refused before any field is read.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from greendistrict.core import problems
from greendistrict.core.database_faults import refusal_of
from greendistrict.core.errors import Refused, Stale

MOST_TOLD = 5
GENERAL = ("detail", "non_field_errors")


def ignored_parameters(given: MultiValueDict[str, str], allowed: Collection[str]) -> dict[str, str]:
    """Query parameters that would be ignored, each with words: unknown ones, else those that stand there more than once."""
    if unknown := [name for name in given if name not in allowed]:
        told = f"可用的参数：{'、'.join(allowed)}" if allowed else "这个地址没有参数"
        return dict.fromkeys(unknown, f"参数不存在：{'、'.join(unknown)}。{told}")
    repeated = [name for name, values in given.lists() if len(values) > 1]
    return dict.fromkeys(repeated, f"参数只能写一次：{'、'.join(repeated)}")


class WrongParameters(APIException):
    """Unknown or invalid query parameters, each with its reason."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = tuple(errors.items())
        super().__init__("；".join(dict.fromkeys(errors.values())))


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Problem response for an exception; None for bugs, which Django turns into a 500."""
    error = refusal_of(error) or error
    if isinstance(error, Refused):
        set_rollback()
        told = [(one.field, one.text) for one in error.refusals]
        shown = told if any(field for field, _ in told) or len(told) > 1 else []
        return refusal(error.status, str(error), shown, **(_stored(error) if isinstance(error, Stale) else {}))
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    errors: Sequence[tuple[str, str]] = ()
    if isinstance(error, WrongParameters):
        detail, errors = str(error.detail), error.errors
    elif isinstance(error, ValidationError):
        errors = list(_flat(error.detail))
        detail = "；".join(f"{field}：{text}" if field else text for field, text in errors[:MOST_TOLD])
    else:
        detail = str(getattr(error, "detail", "")) or problems.kind_of(response.status_code).title
        if response.status_code == HTTPStatus.NOT_FOUND:
            detail = "没有找到，或者不在您的查看范围内"
    return refusal(
        response.status_code, detail, errors, headers={name: value for name, value in response.items() if name != "Content-Type"}
    )


def _stored(stale: Stale) -> dict[str, Any]:
    """Current state of a row that changed in the meantime: its version, and the value of a cell."""
    version = getattr(stale.current, "version", None)
    if version is None:
        return {}
    own = getattr(stale.current, "value", None)
    return {"current": {"version": version, **({"value": own} if own is not None else {})}}


def refusal(
    status: int, detail: str, errors: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Response for a refusal."""
    return Response(
        problems.content(status, detail, errors, **more), status=status, headers=dict(headers or {}), content_type=problems.MEDIA_TYPE
    )


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(field, reason) of each error; list positions count from 0, as in JSON pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _flat(inner, path if name in GENERAL else f"{path}.{name}".removeprefix("."))
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            deeper = isinstance(inner, Mapping) and bool(inner)
            yield from _flat(inner, f"{path}.{place}".removeprefix(".") if deeper else path)
    else:
        yield path, str(detail)


SHAPE = {
    "type": "object",
    "description": "RFC 9457 的错误说明",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "错误种类，指向本说明中的一段"},
        "title": {"type": "string", "description": "种类的名称"},
        "status": {"type": "integer", "description": "HTTP 状态"},
        "detail": {"type": "string", "description": "这一次的原因"},
        "errors": {
            "type": "array",
            "description": "逐项的字段和原因",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["field", "detail"],
            },
        },
        "current": {
            "type": "object",
            "description": "409时：他人已先修改的，现在的版本，单元格还有现在的值",
            "properties": {"version": {"type": "integer"}, "value": {}},
        },
        "request_id": {"type": "string", "description": "请求编号，500时有"},
    },
    "required": ["type", "title", "status", "detail"],
}
EXAMPLES = {
    400: problems.content(400, "参数不存在：stars。可用的参数：star、limit、cursor、ordering", [("stars", "参数不存在：stars")]),
    401: problems.content(401, "令牌已失效"),
    403: problems.content(403, "没有查看或办理的权限"),
    404: problems.content(404, "没有找到，或者不在您的查看范围内"),
    409: problems.content(409, "他人已先保存，请重新读取后再修改"),
    410: problems.content(410, "评分表已经提交，不能再改；刚才填写的内容没有保存，可以复制留用"),
    413: problems.content(413, "正文超过上限"),
    415: problems.content(415, "不支持的正文格式"),
    422: problems.content(422, "没有写入，请改正后重新发送", [("readings.0", "没有这个计量器具")]),
    429: problems.content(429, "请求过于频繁，请稍后再试"),
}
READ = (400, 401, 403, 404, 429)
WRITE = (*READ, 409, 410, 413, 415, 422)


def describe(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Schema hook: add the possible problem responses to every operation."""
    result["components"].setdefault("schemas", {})["Problem"] = SHAPE
    for methods in result["paths"].values():
        for method, described in methods.items():
            for status in READ if method == "get" else WRITE:
                described["responses"][str(status)] = {
                    "description": problems.BY_STATUS[status].title,
                    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": EXAMPLES[status]}},
                }
    return result
