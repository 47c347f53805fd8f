"""Middleware for every page: no caching of private pages, and 404 for areas closed to a role."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from greendistrict.accounts.enums import KEEPERS, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core.base_middleware import Middleware
from greendistrict.core.features import public_pages
from greendistrict.signin.stamps import asked

BUSINESS_ROOMS = frozenset(
    {
        "approvals",
        "assessments",
        "beautiful",
        "carbon",
        "districts",
        "indicators",
        "policy",
        "operation",
        "outreach",
        "obligations",
        "reports",
        "documents",
    }
)
# Lists and forms of the district's side and of the city: experts see what was assigned to them through the review.
NOT_FOR_EXPERTS = frozenset(
    {
        "approvals:case_export",
        "approvals:case_start",
        "approvals:change_start",
        "assessments:inspection_export",
        "assessments:inspection_list",
        "assessments:yearly_report_export",
        "assessments:yearly_report_list",
        "assessments:post_export",
        "assessments:post_list",
        "assessments:selfcheck_export",
        "assessments:selfcheck_list",
        "assessments:stage_export",
        "carbon:inventory_list",
        "districts:district_export",
        "districts:implementation_plan_list",
        "districts:indicator_portfolio",
        "districts:indicator_portfolio_export",
        "districts:omission_export",
        "districts:omission_list",
        "districts:plot_overview",
        "districts:plot_overview_export",
        "operation:ledger_export",
        "operation:ledger_list",
        "reports:report_center",
    }
)

# Acts of keepers, what gives somebody a right or a program a key, and exports of personal data: they ask for a recent proof of who is there
# (GD_REASK_MINUTES). Adverse decisions ask in ``greendistrict.workflow.pages``.
ASKING = frozenset(
    {
        "accounts:delegation_give",
        "accounts:invite",
        "accounts:link_decide",
        "accounts:organisation_change",
        "accounts:organisation_create",
        "accounts:password_reset",
        "accounts:post_end",
        "accounts:post_grant",
        "accounts:proposal_decide",
        "accounts:user_activity",
        "accounts:user_create",
        "approvals:objection_contact",
        "assessments:expert_export",
        "assessments:expert_fees_export",
        "audit:event_export",
        "carbon:meter_tokens",
        "obligations:feed_settings",
        "outreach:event_contact",
        "outreach:disclosure_identity",
        "outreach:opinion_contact",
        "portal:account_review_export",
        "portal:account_review_record",
        "portal:contact",
        "portal:enrolment_apply",
        "portal:enrolment_export",
        "portal:enrolment_import",
        "portal:leaving",
        "portal:personal_export",
        "portal:tokens",
        "portal:webhook",
        "portal:webhook_redeliver",
        "portal:webhook_remove",
        "portal:webhooks",
        "signin:factors_reset",
        "signin:identity_of",
    }
)


# Pages that keepers read often; what they send from them asks for the proof.
ASKING_TO_SEND = frozenset({"portal:all_given_up", "portal:given_up_message", "portal:outages", "portal:storage"})


class PrivateMiddleware(Middleware):
    """Adds ``Cache-Control: no-store`` to responses to requests with a session or token, unless the view set the header itself."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Process the request."""
        response = self.get_response(request)
        session = settings.SESSION_COOKIE_NAME
        if session in request.COOKIES or session in response.cookies or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class RoomsMiddleware(Middleware):
    """404 for account managers on pages of the programme, and for experts on pages not meant for them."""

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Raises ``Http404``."""
        del view, args, kwargs
        match = request.resolver_match
        if (
            match is None
            or match.namespace not in BUSINESS_ROOMS
            or match.view_name in public_pages()
            or not isinstance(request.user, User)
        ):
            return
        roles = posts_of(request.user).roles
        if roles and (roles <= KEEPERS or (roles == {Role.EXPERT} and match.view_name in NOT_FOR_EXPERTS)):
            raise Http404


class ReaskMiddleware(Middleware):
    """Asks users to prove their identity again before ``ASKING``, and forms of ``ASKING_TO_SEND``, if their last proof is too old."""

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Redirect to the page that asks for the proof; None if that is not needed."""
        del view, args, kwargs
        match = request.resolver_match
        if not settings.REASK_MINUTES or match is None or not isinstance(request.user, User):
            return None
        asks = match.view_name in ASKING or (request.method == "POST" and match.view_name in ASKING_TO_SEND)
        return asked(request) if asks else None
