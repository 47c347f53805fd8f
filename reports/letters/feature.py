"""The feature of drafts of letters."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct
from reports.letters import views

FEATURE = Feature(
    pages={
        "reports#文书参考稿": (
            path("letters/<slug:slug>/<int:pk>/<slug:key>/", views.letter, name="letter"),
            path("letters/<slug:slug>/<int:pk>/<slug:key>/files/", views.letter_files, name="letter_files"),
            path("letters/<slug:slug>/<int:pk>/<slug:key>/addressed/", views.letter_addressed, name="letter_addressed"),
        ),
    },
    acts={"letters.address": RecordedAct("下载填有收件人姓名的文书", (Role.CITY_OFFICER,))},
)
