"""URLs of the portal and of the limits; used by ``tools.bench_settings`` only."""

from django.urls import include, path

from tools.bench import case_limits, duty_limits, limits, metering, readers

handler400 = "portal.frame.views.bad_request"
handler403 = "portal.frame.views.permission_denied"
handler404 = "portal.frame.views.page_not_found"
handler500 = "portal.frame.views.server_error"

urlpatterns = [
    path("limit/districts/", limits.districts),
    path("limit/search/", limits.search),
    path("limit/plot-list/<int:pk>/", limits.plot_list),
    path("limit/plot-board/<int:pk>/", limits.plot_board),
    path("limit/plot-map/<int:pk>/", limits.plot_map),
    path("limit/boundary-map/<int:pk>/", limits.boundary_map),
    path("limit/metering/<int:pk>/", metering.limit_board),
    path("limit/tables/<int:pk>/", limits.table),
    path("limit/cell/<int:pk>/", limits.cell),
    path("limit/chapter/<int:pk>/", limits.chapter),
    path("limit/cases/", case_limits.cases),
    path("limit/reviews/", case_limits.reviews),
    path("limit/scores/<int:pk>/", case_limits.scores),
    path("limit/score/<int:pk>/", case_limits.score),
    path("limit/desk/", case_limits.desk),
    path("limit/calendar/", duty_limits.month),
    path("limit/api/", limits.api),
    path("limit/static/<slug:name>/", readers.static_page),
    path("limit/login/", limits.login),
    path("", include("portal.root_urls")),
]
