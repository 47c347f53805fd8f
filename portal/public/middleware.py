"""Limits on files that visitors upload for checking, enforced before any byte is read."""

from http import HTTPStatus

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.models import User
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.integers import whole
from greendistrict.core.proxies import caller
from portal.public.selectors import may_check_file
from portal.public.views import refused_file

CHECK = "portal:verify"
ENVELOPE = 64 * 1024  # the form around the file


class CheckedFileMiddleware(Middleware):
    """Refuses a file that is too big, has no content length or exceeds the rate limit; others are streamed to a temporary file."""

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Handle uploads to the public check only; must come before any middleware that reads the form."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name != CHECK:
            return None
        size = whole(request.headers.get("Content-Length", ""), -1)
        if not 0 <= size <= settings.GD_UPLOAD_MAX_BYTES + ENVELOPE:
            return refused_file(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        # Account or address under which an upload is counted: an office behind one address is many accounts.
        if not may_check_file(f"account-{request.user.pk}" if isinstance(request.user, User) else caller(request)):
            return refused_file(request, HTTPStatus.TOO_MANY_REQUESTS)
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return None
