"""The feature of remedies against decisions."""

from django.urls import path

from approvals.remedies import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "title-loss#复议和诉讼": (
            path("<int:pk>/remedies/", views.case_remedies, name="case_remedies"),
            path("remedies/<int:pk>/", views.remedy, name="remedy"),
            path("remedies/<int:pk>/act/", views.remedy_act, name="remedy_act"),
        ),
    },
    acts={
        "remedy.record": RecordedAct("登记行政复议、行政诉讼", (Role.CITY_OFFICER,)),
    },
    decisive=(
        "remedy.confirm",
        "remedy.confirm_redo",
    ),
)
