"""The feature of consultations."""

from django.urls import path

from approvals.consultations import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "application#怎样办": (
            path("<int:pk>/consult/", views.case_consult, name="case_consult"),
            path("consultations/<int:pk>/", views.consultation, name="consultation"),
        ),
    },
)
