"""The feature of inspections."""

from django.urls import path

from assessments.inspections import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "inspection#怎样办": (
            path("inspections/new/", views.inspection_register, name="inspection_register"),
            path("inspections/<int:pk>/", views.inspection, name="inspection"),
            path("inspections/<int:pk>/save/", views.inspection_save, name="inspection_save"),
            path("inspections/<int:pk>/action/", views.inspection_action, name="inspection_action"),
            path("inspections/<int:pk>/files/", views.inspection_file, name="inspection_file"),
            path("inspections/<int:pk>/findings/", views.inspection_finding_add, name="inspection_finding_add"),
            path("inspections/<int:pk>/findings/<int:key>/remove/", views.inspection_finding_remove, name="inspection_finding_remove"),
            path("inspections/<int:pk>/findings/<int:key>/reply/", views.inspection_reply, name="inspection_reply"),
            path("inspections/<int:pk>/findings/<int:key>/action/", views.inspection_finding_action, name="inspection_finding_action"),
            path("inspections/<int:pk>/findings/<int:key>/files/", views.inspection_finding_file, name="inspection_finding_file"),
        ),
    },
    acts={
        "inspection.add_finding": RecordedAct("登记检查问题", (Role.CITY_OFFICER,)),
        "inspection.plan": RecordedAct("调整检查计划日期", (Role.CITY_OFFICER,)),
        "inspection.register": RecordedAct("登记监督检查", (Role.CITY_OFFICER,)),
        "inspection.remove_finding": RecordedAct("删除检查问题", (Role.CITY_OFFICER,)),
    },
)
