"""The feature of boundaries and key areas."""

from django.urls import path

from districts.boundaries import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#范围": (
            path("key-areas/", views.key_area_list, name="key_area_list"),
            path("key-areas/<int:pk>/", views.key_area_version, name="key_area_version"),
            path("<slug:code>/boundaries/", views.boundary_list, name="boundary_list"),
            path("<slug:code>/boundaries/<int:pk>/", views.boundary_version, name="boundary_version"),
            path("<slug:code>/boundaries/<int:pk>/map-number/", views.map_number, name="boundary_map_number"),
        ),
    },
    acts={
        "districts.keep_boundary": RecordedAct("登记范围", (Role.PREPARER, Role.CONSULTANT)),
        "districts.save_key_area": RecordedAct("登记重点区域范围", (Role.CITY_OFFICER,)),
        "districts.set_map_number": RecordedAct("登记审图号", (Role.PREPARER, Role.CONSULTANT)),
    },
)
