"""Refuses request encodings other than UTF-8 before Django parses the request.

``Content-Type`` may name any Python codec (``hex``, ``idna``, ``unicode_escape``). Django decodes the query string with it when creating
the request, before any middleware: that crashes without an error page, or returns text that cannot be stored.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READ = frozenset({"utf-8", "utf8"})
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
WORDS = "平台只接受UTF-8编码的内容"


def in_utf_8(application: "WSGIApplication") -> Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]:
    """WSGI application that answers 415 to a request body in an encoding other than UTF-8; without a body the header is removed."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if _is_strange(str(environ.get("CONTENT_TYPE", ""))):
            if environ.get("REQUEST_METHOD") not in WITHOUT_BODY:
                start_response("415 Unsupported Media Type", [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
                return [WORDS.encode()]
            del environ["CONTENT_TYPE"]
        return application(environ, start_response)

    return answer


def _is_strange(content_type: str) -> bool:
    try:
        named = parse_header_parameters(content_type)[1].get("charset")
    except (ValueError, LookupError):
        return True
    return named is not None and named.strip().lower() not in READ
