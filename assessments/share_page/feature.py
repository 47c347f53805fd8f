"""The feature of shares: rows assigned to other bodies."""

from django.urls import path

from assessments.share_page import views as share_rows
from assessments.share_page import views as shares
from greendistrict.core.features import Feature

FEATURE = Feature(
    pages={
        "score-table#分工": (
            path("tables/<int:pk>/shares/", shares.share_list, name="share_list"),
            path("tables/<int:pk>/shares/by-department/", shares.share_by_department, name="share_by_department"),
            path("shares/<int:pk>/", shares.share, name="share"),
            path("shares/<int:pk>/action/", shares.share_action, name="share_action"),
            path("shares/<int:pk>/presence/", share_rows.share_presence, name="share_presence"),
            path("shares/<int:pk>/unchanged/", share_rows.share_unchanged, name="share_unchanged"),
            path("shares/<int:pk>/save/", share_rows.share_save, name="share_save"),
            path("shares/<int:pk>/rows/<str:item_id>/", share_rows.ShareRowView.as_view(), name="share_row"),
        ),
    },
)
