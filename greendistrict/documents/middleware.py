"""Returns kept files with the form that is sent again; answers for stored files that cannot be opened."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from greendistrict.accounts.models import User
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.middleware import refusal
from greendistrict.documents import kept_files, lost_files

SENDING = "_kept_files"


class KeptFilesMiddleware(Middleware):
    """Restores kept files into the uploads of a form, and deletes them once they were accepted."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; a refusal without a form keeps the files for the next attempt."""
        response = self.get_response(request)
        sending: kept_files.Sending | None = getattr(request, SENDING, None)
        if sending is not None and response.status_code < HTTPStatus.BAD_REQUEST:
            kept_files.finish(sending)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Restore files; runs after the middleware that limits and reads forms, and only for forms with files."""
        if request.method == "POST" and isinstance(request.user, User) and request.content_type == "multipart/form-data":
            setattr(request, SENDING, kept_files.receive(request, request.user))


class LostFilesMiddleware(Middleware):
    """Turns a stored file that is missing, or a storage that is away, into a page in words with 404 or 503."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Response for such a file; other exceptions are left to the next middleware."""
        refused = lost_files.refusal_of(exception, request.path)
        return refusal(request, refused) if refused else None
