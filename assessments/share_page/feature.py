"""The feature of shares: rows assigned to other bodies."""

from django.urls import path

from assessments.share_page import views
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "score-table#分工": (
            path("tables/<int:pk>/shares/", views.share_list, name="share_list"),
            path("tables/<int:pk>/shares/by-department/", views.share_by_department, name="share_by_department"),
            path("shares/<int:pk>/", views.share, name="share"),
            path("shares/<int:pk>/action/", views.share_action, name="share_action"),
            path("shares/<int:pk>/presence/", views.share_presence, name="share_presence"),
            path("shares/<int:pk>/unchanged/", views.share_unchanged, name="share_unchanged"),
            path("shares/<int:pk>/save/", views.share_save, name="share_save"),
            path("shares/<int:pk>/rows/<str:item_id>/", views.ShareRowView.as_view(), name="share_row"),
        ),
    },
)
