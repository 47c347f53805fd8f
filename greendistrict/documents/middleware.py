"""Files of a refused form come back with it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.models import User
from greendistrict.core.base_middleware import Middleware
from greendistrict.documents import kept_files

SENDING = "_kept_files"


class KeptFilesMiddleware(Middleware):
    """Puts files that were kept for a form back among its uploads, and deletes them once they were taken."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a refusal without a form leaves the kept file for the next try."""
        response = self.get_response(request)
        sending: kept_files.Sending | None = getattr(request, SENDING, None)
        if sending is not None and response.status_code < HTTPStatus.BAD_REQUEST:
            kept_files.finish(sending)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Stands behind what bounds and reads forms; looks at those with files alone."""
        if request.method == "POST" and isinstance(request.user, User) and request.content_type == "multipart/form-data":
            setattr(request, SENDING, kept_files.receive(request, request.user))
