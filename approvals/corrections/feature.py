"""The feature of corrections of recorded titles."""

from django.urls import path

from approvals.corrections import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "publicity#更正补录的称号": (
            path("titles/<int:pk>/correction/", views.title_correction, name="title_correction"),
            path("titles/corrections/<int:pk>/check/", views.title_correction_check, name="title_correction_check"),
            path("titles/corrections/<int:pk>/return/", views.title_correction_return, name="title_correction_return"),
        ),
    },
    acts={
        "title.check_correction": RecordedAct("审定补录称号的更正", (Role.CITY_DIRECTOR,)),
        "title.correct": RecordedAct("更正补录的称号", (Role.CITY_DIRECTOR,)),
        "title.propose_correction": RecordedAct("提出更正补录的称号", (Role.CITY_OFFICER,)),
        "title.return_correction": RecordedAct("退回补录称号的更正", (Role.CITY_DIRECTOR,)),
    },
)
