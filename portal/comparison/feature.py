"""The feature of the comparison of districts."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import WATCHING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct
from portal.comparison import views

FEATURE = Feature(
    pages={
        "comparison#怎样看": (
            path("compare/", views.comparison, name="comparison"),
            path("compare/export/", views.comparison_export, name="comparison_export"),
            path("compare/dimensions/", views.dimensions, name="comparison_dimensions"),
            path("compare/dimensions/export/", views.dimensions_export, name="comparison_dimensions_export"),
        ),
    },
    acts={
        "portal.export_comparison": RecordedAct("导出横向比较"),
    },
    menu=(MenuEntry("自查与评估", 60, "横向比较", "portal:comparison", WATCHING - {Role.BUREAU}),),
)
