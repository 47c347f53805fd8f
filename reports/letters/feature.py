"""The feature of drafts of letters."""

from django.urls import path

from greendistrict.core.features import Feature
from reports.letters import views

FEATURE = Feature(
    pages={
        "reports#文书参考稿": (
            path("letters/<slug:slug>/<int:pk>/<slug:key>/", views.letter, name="letter"),
            path("letters/<slug:slug>/<int:pk>/<slug:key>/files/", views.letter_files, name="letter_files"),
        ),
    },
)
