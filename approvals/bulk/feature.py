"""The feature of bulk actions and historical records."""

from django.urls import path

from approvals.bulk import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "application#怎样办": (
            path("bulk/", views.bulk_list, name="bulk_list"),
            path("bulk/runs/<int:pk>/", views.bulk_run, name="bulk_run"),
            path("bulk/runs/<int:pk>/undo/", views.bulk_undo, name="bulk_undo"),
            path("bulk/<slug:kind>/", views.bulk_cases, name="bulk_cases"),
        ),
        "glossary#补录": (
            path("bulk/history/<slug:kind>/", views.take_over_page, name="take_over"),
            path("bulk/history/<slug:kind>/blank/", views.take_over_blank, name="take_over_blank"),
            path("bulk/history/scan/<int:pk>/", views.historic_check_scan, name="historic_check_scan"),
        ),
    },
    acts={
        "bulk.carry_out": RecordedAct("批量办理", (Role.CITY_OFFICER,)),
        "bulk.undo": RecordedAct("撤销批量办理", (Role.CITY_OFFICER,)),
    },
)
