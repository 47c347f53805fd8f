"""The feature of consultations."""

from django.urls import path

from approvals.consultations import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "application#怎样办": (
            path("<int:pk>/consult/", views.case_consult, name="case_consult"),
            path("consultations/<int:pk>/", views.consultation, name="consultation"),
        ),
    },
    acts={
        "application.consult": RecordedAct("征询部门意见", (Role.CITY_OFFICER,)),
        "application.consultation_answer": RecordedAct("答复部门意见"),
    },
)
