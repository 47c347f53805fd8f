"""Former addresses of letters, which bookmarks may hold."""

from django.urls import path

from greendistrict.core.features import Feature
from portal.frame.views import moved_letter

FEATURE = Feature(
    pages={
        "application#怎样办": (path("cases/<int:pk>/letters/<slug:key>/", moved_letter, {"slug": "case"}, name="moved_case_letter"),),
        "publicity#怎样办": (
            path(
                "cases/announcements/<int:pk>/draft/",
                moved_letter,
                {"slug": "announcement", "key": "announcement"},
                name="moved_announcement",
            ),
        ),
        "application#结论": (
            path("cases/titles/<int:pk>/certificate/", moved_letter, {"slug": "title", "key": "certificate"}, name="moved_certificate"),
        ),
        "plot-control#征询意见": (
            path(
                "districts/<slug:code>/plots/opinions/<int:pk>/letter/",
                moved_letter,
                {"slug": "plotopinion", "key": "reply"},
                name="moved_opinion_letter",
            ),
        ),
    },
)
