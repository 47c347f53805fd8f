"""A form that was taken says so: whoever sends one and is led to another page finds a message there.

Stands in the tests' middleware next to the view, so that each test that sends a form asks for it.
"""

from http import HTTPStatus

LED_ON = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
# Pages that say themselves what was done, or that come before it is done.
TELLING = ("/receipt/", "/accounts/login/?next=", "/accounts/proof/", "/reports/jobs/")
# Forms that lead on without a message, by what is shown instead.
SILENT = {
    *("accounts:login", "accounts:logout", "signin:second", "signin:proof"),  # who is signed in
    *("accounts:care", "accounts:introduced", "portal:privacy_notice", "notifications:read_all"),  # the page without what was asked
    *("carbon:reading_upload", "carbon:reading_import", "districts:plot_import", "districts:plot_apply"),  # what a file holds
    "reports:archive_open",  # the volume, where it is there already
    *("assessments:score_table", "assessments:score_row", "assessments:review_clause", "assessments:review_current"),  # the value
    "approvals:change_start",  # the draft, to be filled in
}


class PromiseMiddleware:
    """Fails a request that leads on from a form and leaves no message."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        if request.method == "POST" and answer.status_code in LED_ON and not any(page in answer["Location"] for page in TELLING):
            route = request.resolver_match.view_name
            assert route in SILENT or request._messages._queued_messages, f"{route} leads on and says nothing of what was done"
        return answer
