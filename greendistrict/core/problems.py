"""Refusals for programs: ``application/problem+json`` (RFC 9457) in Chinese, used by views, middleware and error handlers.

``type`` is the URL of the paragraph of the public API page that explains the kind; programs distinguish kinds by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"
PAGE = "/api/docs/"  # a test compares it with the URL of the page; the kernel cannot import the app that serves it


@dataclass(frozen=True)
class ProblemKind:
    """One kind of problem: key in the URL, status, title, and what the caller should do."""

    key: str
    status: int
    title: str
    about: str

    @property
    def uri(self) -> str:
        """Value of ``type``: URL of the paragraph that explains the kind."""
        return f"{PAGE}#problem-{self.key}"


KINDS = (
    ProblemKind("invalid", 400, "请求不合规定", "参数、正文或游标不合规定。errors 逐项说明字段和原因，改正后重新发送。"),
    ProblemKind("unauthenticated", 401, "没有有效的令牌", "令牌缺失、错误、已失效或已收回。在“接口令牌”页面重新生成后再发送。"),
    ProblemKind("not-allowed", 403, "没有权限", "令牌的用途或持有人的岗位不能读取、写入。范围与持有人在页面上看到的相同。"),
    ProblemKind("not-found", 404, "没有找到", "没有这个地址，或者内容不在您的查看范围内。两种情形不作区分。"),
    ProblemKind("wrong-method", 405, "不支持这种方法", "地址存在，但不接受这种请求方法；回应的 Allow 头列出可用的方法。"),
    ProblemKind("not-acceptable", 406, "不能以要求的格式回应", "接口只以 JSON 回应。Accept 头请用 application/json 或 */*。"),
    ProblemKind("refused", 409, "现在不能办理", "内容符合格式，但现在的状态不允许，或者他人已先保存。重新读取后再决定是否发送。"),
    ProblemKind("closed", 410, "已不能修改", "事项已经办结或锁定，不再接受修改。"),
    ProblemKind("too-large", 413, "内容过大", "正文或文件超过上限，请分次发送。"),
    ProblemKind("wrong-media-type", 415, "不支持这种正文格式", "正文请用说明中列出的格式，并写明 Content-Type。"),
    ProblemKind("unprocessable", 422, "没有写入", "内容不能写入，没有保存任何一项。errors 逐项说明原因。"),
    ProblemKind("too-many", 429, "请求过于频繁", "超过了频次上限。等待 Retry-After 头所说的秒数后再发送。"),
    ProblemKind("failed", 500, "系统没有完成这一步", "错误已经记录。向维护人员说明 request_id，稍后再试。"),
    ProblemKind("unavailable", 503, "暂时不能使用", "系统暂时停运或者过忙，稍后再试。"),
    ProblemKind("storage", 507, "存储空间不足", "没有保存任何内容，请联系维护人员后再试。"),
)
BY_STATUS = {kind.status: kind for kind in KINDS}


def kind_of(status: int) -> ProblemKind:
    """Kind of a status code; a code without its own kind has that of its hundred."""
    return BY_STATUS.get(status) or BY_STATUS[500 if status >= 500 else 400]  # noqa: PLR2004 -- faults of the server


def content(status: int, detail: str, errors: Iterable[tuple[str, str]] = (), **more: Any) -> dict[str, Any]:
    """Members of a problem; ``errors`` are (field, reason), with an empty field for the request as a whole."""
    kind = kind_of(status)
    told = [{"field": field, "detail": text} for field, text in errors]
    return {"type": kind.uri, "title": kind.title, "status": status, "detail": detail, **({"errors": told} if told else {}), **more}


def problem(status: int, detail: str, errors: Iterable[tuple[str, str]] = (), **more: Any) -> JsonResponse:
    """The response, for code outside the API views."""
    return JsonResponse(
        content(status, detail, errors, **more), status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
