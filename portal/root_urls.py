"""URLs of all pages and of the API; composed here because the portal imports all apps."""

from django.urls import include, path

from districts import urls as districts
from greendistrict.accounts import urls as accounts
from greendistrict.signin import urls as signin
from portal.district_page.views import district

handler400 = "portal.frame.views.bad_request"
handler403 = "portal.frame.views.permission_denied"
handler404 = "portal.frame.views.page_not_found"
handler500 = "portal.frame.views.server_error"

# The district page combines tabs of five apps, so the portal has its view; URL and name belong to the districts (docs/adr/0004).
DISTRICTS = [*districts.urlpatterns, path("<slug:code>/", district, name="district_detail")]

# The sign-in views import the accounts app, but have URLs in its namespace, because its pages link to them.
ACCOUNTS = [*signin.WAY_IN, *accounts.urlpatterns]

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("greendistrict.core.urls")),
    path("accounts/", include((ACCOUNTS, accounts.app_name))),
    path("accounts/", include("greendistrict.signin.urls")),
    path("audit/", include("portal.audit_log.urls")),
    path("messages/", include("greendistrict.notifications.urls")),
    path("documents/", include("greendistrict.documents.urls")),
    path("policy/", include("portal.policy.urls")),
    path("standards/", include("indicators.urls")),
    path("districts/", include((DISTRICTS, districts.app_name))),
    path("assessments/", include("assessments.urls")),
    path("cases/", include("approvals.urls")),
    path("carbon/", include("carbon.urls")),
    path("operation/", include("operation.urls")),
    path("", include("outreach.urls")),
    path("beautiful/", include("beautiful.urls")),
    path("obligations/", include("obligations.urls")),
    path("reports/", include("reports.urls")),
    path("api/", include("portal.api.urls")),
]
