"""Open data and descriptions of interfaces can be read by programs and maps of other hosts; other methods are told so as a problem."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from greendistrict.core.base_middleware import Middleware
from greendistrict.core.problems import problem

OPEN = ("/ogc/", "/data/", "/api/schema/", "/api/docs/", "/api/client.py")
DOCUMENTS = "/ogc/"
MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
ALLOWED = ("GET", "HEAD", "OPTIONS")
DAY = 24 * 60 * 60


class OpenToAllMiddleware(Middleware):
    """CORS for any origin, without credentials. Stands before sessions and form tokens, so that a wrong method is not called forbidden."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a preflight or a wrong method; otherwise handle the request."""
        if not request.path_info.startswith(OPEN):
            return self.get_response(request)
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT)
            response["Access-Control-Allow-Methods"] = ", ".join(ALLOWED)
            response["Access-Control-Allow-Headers"] = "Accept, If-None-Match, If-Modified-Since"
            response["Access-Control-Max-Age"] = str(DAY)
        elif request.method not in ALLOWED:
            response = problem(HTTPStatus.METHOD_NOT_ALLOWED, f"这个地址只能读取，不接受{request.method}")
            response["Cache-Control"] = "no-store"
        else:
            response = self.get_response(request)
            if request.path_info.startswith(DOCUMENTS) and response.status_code in MISSING and not _is_document(response):
                response = problem(HTTPStatus.NOT_FOUND, "没有这个地址")  # programs read no pages
        if request.method not in {"GET", "HEAD"}:
            response["Allow"] = ", ".join(ALLOWED)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Content-Disposition, Retry-After"
        return response


def _is_document(response: HttpResponse) -> bool:
    return "json" in response.headers.get("Content-Type", "")
