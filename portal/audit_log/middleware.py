"""Records refused requests of signed-in people and the opening of watched pages.

Also here: Pages whose opening is recorded once a day per person and page: confidential content, data about people, and lists of the API.
Reads of the API with a token are recorded where the token is checked (``portal/api/auth.py``).
"""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.models import User
from greendistrict.audit.grouped import record_once_a_day, record_refusal
from greendistrict.core.base_middleware import Middleware

WATCHED = {
    "accounts:user_list": "账号清单",
    "accounts:link_list": "密码链接清单",
    "assessments:expert_list": "专家库",
    "assessments:expert": "专家信息",
    "assessments:review_pool": "专家抽取名单",
    "assessments:review_workspace": "专家评分",
    "assessments:review_meeting": "评审会评分",
    "assessments:score_table": "评分表",
    "api:announcements": "接口",
    "api:assessments": "接口",
    "api:beautiful_areas": "接口",
    "api:beautiful_evaluations": "接口",
    "api:beautiful_indicators": "接口",
    "api:beautiful_progress": "接口",
    "api:beautiful_reserves": "接口",
    "api:beautiful_tasks": "接口",
    "api:districts": "接口",
    "api:editions": "接口",
    "api:obligations": "接口",
    "api:plot": "接口",
    "api:plots": "接口",
    "api:plot_check": "接口",
    "api:plot_checks": "接口",
    "api:plot_opinion": "接口",
    "api:plot_opinions": "接口",
    "api:project": "接口",
    "api:projects": "接口",
    "api:work": "接口",
    "api:work_checks": "接口",
    "api:works": "接口",
    "api:score_row": "接口",
    "api:score_rows": "接口",
    "api:titles": "接口",
    "api:volumes": "接口",
    "approvals:objection_answer": "公示意见",
    "outreach:opinion": "公众意见",
    "outreach:disclosure": "政府信息公开申请",
}


REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
SHOWN = 200
API = "api:"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class AccessRecordMiddleware(Middleware):
    """Runs after the view's transaction, so that a refusal is recorded even if the view was rolled back."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Process the request, then record a refusal or the opening of a watched page."""
        response = self.get_response(request)
        match = request.resolver_match
        page = match.view_name if match else ""
        path = CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", request.path)  # PostgreSQL stores no NUL
        if response.status_code in REFUSED and (user := _person(request)):
            data = {"path": path[:SHOWN], "method": request.method, "status": response.status_code, "page": page}
            record_refusal(action="access.denied", by=user, label=path, data=data)
        elif _is_watched(request, page) and response.status_code == HTTPStatus.OK and (user := _person(request)):
            data = {"path": path[:SHOWN], "page": page}
            record_once_a_day(action="access.read", by=user, what=path, label=f"{WATCHED[page]} {path}", data=data)
        return response


def _is_watched(request: HttpRequest, page: str) -> bool:
    return page in WATCHED and request.method == "GET" and not (page.startswith(API) and "Authorization" in request.headers)


def _person(request: HttpRequest) -> User | None:
    """Person signed in by session or token; a request without either is not looked up."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and "Authorization" not in request.headers:
        return None
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
