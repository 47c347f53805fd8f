"""The feature of acceptances and site visits."""

from django.urls import path

from approvals.acceptances import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "acceptance#条件": (
            path("acceptance/ready/", views.acceptance_ready, name="acceptance_ready"),
            path("acceptance/<slug:code>/", views.acceptance_gates, name="acceptance_gates"),
        ),
        "acceptance#怎样办": (
            path("<int:pk>/visit/", views.case_visit, name="case_visit"),
            path("<int:pk>/visit/<int:row>/", views.visit_row, name="visit_row"),
            path("<int:pk>/visit/<int:row>/photo/", views.visit_photo, name="visit_photo"),
            path("<int:pk>/visit/close/", views.visit_close, name="visit_close"),
        ),
    },
    acts={
        "acceptance.close_visit": RecordedAct("完成现场核查"),
        "acceptance.start": RecordedAct("建立终期验收", (Role.CITY_OFFICER,)),
    },
    decisive=(
        "acceptance.decide",
        "acceptance.decide_failed",
        "acceptance.open_notice",
    ),
)
