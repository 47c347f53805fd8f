"""URLs of all pages and of the API: where the pages of each app begin; the features declare them (``feature.py``)."""

from django.urls import include, path

from greendistrict.core.features import routes_of

handler400 = "portal.frame.views.bad_request"
handler403 = "portal.frame.views.permission_denied"
handler404 = "portal.frame.views.page_not_found"
handler500 = "portal.frame.views.server_error"

urlpatterns = [
    path("", include(routes_of("portal"))),
    path("", include(routes_of("core"))),
    path("accounts/", include(routes_of("accounts"))),
    path("accounts/", include(routes_of("signin"))),
    path("audit/", include(routes_of("audit"))),
    path("messages/", include(routes_of("notifications"))),
    path("documents/", include(routes_of("documents"))),
    path("policy/", include(routes_of("policy"))),
    path("standards/", include(routes_of("indicators"))),
    path("districts/", include(routes_of("districts"))),
    path("assessments/", include(routes_of("assessments"))),
    path("cases/", include(routes_of("approvals"))),
    path("carbon/", include(routes_of("carbon"))),
    path("operation/", include(routes_of("operation"))),
    path("", include(routes_of("outreach"))),
    path("beautiful/", include(routes_of("beautiful"))),
    path("obligations/", include(routes_of("obligations"))),
    path("reports/", include(routes_of("reports"))),
    path("api/", include(routes_of("api"))),
]
