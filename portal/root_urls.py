"""URLs of all pages and of the API: where the pages of each app begin; the features declare them (``feature.py``)."""

from django.urls import include, path

from greendistrict.core.features import pages_of

handler400 = "portal.frame.views.bad_request"
handler403 = "portal.frame.views.permission_denied"
handler404 = "portal.frame.views.page_not_found"
handler500 = "portal.frame.views.server_error"

urlpatterns = [
    path("", include(pages_of("portal"))),
    path("", include(pages_of("core"))),
    path("accounts/", include(pages_of("accounts"))),
    path("accounts/", include(pages_of("signin"))),
    path("audit/", include(pages_of("audit"))),
    path("messages/", include(pages_of("notifications"))),
    path("documents/", include(pages_of("documents"))),
    path("policy/", include(pages_of("policy"))),
    path("standards/", include(pages_of("indicators"))),
    path("districts/", include(pages_of("districts"))),
    path("assessments/", include(pages_of("assessments"))),
    path("cases/", include(pages_of("approvals"))),
    path("carbon/", include(pages_of("carbon"))),
    path("operation/", include(pages_of("operation"))),
    path("", include(pages_of("outreach"))),
    path("beautiful/", include(pages_of("beautiful"))),
    path("obligations/", include(pages_of("obligations"))),
    path("reports/", include(pages_of("reports"))),
    path("api/", include(pages_of("api"))),
]
