"""A form that was taken says so: whoever sends one and is led to another page finds a message there.

Stands in the tests' middleware next to the view, so that each test that sends a form asks for it.
"""

from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import urlsplit

LED_ON = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
# Neither names nor addresses of pages stand here whole: for ``make check`` all tests would refer to them.
# Words of the address of pages that say themselves what was done, or that come before it is done.
TELLING = {"receipt", "login", "proof", "jobs"}
# Forms that lead on without a message, by what is shown instead.
SILENT = {
    # who is signed in; the page without what was asked
    "accounts": ("login", "logout", "care", "introduced"),
    "signin": ("second", "proof"),
    "portal": ("privacy_notice",),
    "notifications": ("read_all",),
    # what a file holds; the volume, where it is there already
    "carbon": ("reading_upload", "reading_import"),
    "districts": ("plot_import", "plot_apply"),
    "reports": ("archive_open",),
    # the value; the draft, to be filled in
    "assessments": ("score_table", "score_row", "share_row", "review_clause", "review_current"),
    "approvals": ("change_start",),
}


class PromiseMiddleware:
    """Fails a request that leads on from a form and leaves no message."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        if request.method == "POST" and answer.status_code in LED_ON:
            words = PurePosixPath(urlsplit(answer["Location"]).path).parts
            match = request.resolver_match
            is_silent = not TELLING.isdisjoint(words) or match.url_name in SILENT.get(match.namespace, ())
            assert is_silent or request._messages._queued_messages, f"{match.view_name} leads on and says nothing of what was done"
        return answer
