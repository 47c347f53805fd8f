"""The feature of losses of title."""

from django.urls import path

from approvals.losses import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "title-loss#条件": (
            path("losses/", views.loss_list, name="loss_list"),
            path("losses/revoke/<slug:code>/", views.loss_open_revoke, name="loss_open_revoke"),
            path("<int:pk>/cancel-title/", views.loss_open_cancel, name="loss_open_cancel"),
            path("<int:pk>/grounds/", views.loss_grounds, name="loss_grounds"),
        ),
        "stage-assessment#怎样办": (
            path("assessments/<slug:code>/", views.assessment_record, name="assessment_record"),
            path("recorded-assessments/<int:pk>/check/", views.recorded_check, name="recorded_check"),
            path("recorded-assessments/<int:pk>/return/", views.recorded_return, name="recorded_return"),
        ),
    },
)
