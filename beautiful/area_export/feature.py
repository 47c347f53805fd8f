"""The feature of the workbook of areas."""

from django.urls import path

from beautiful.area_export import views
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "beautiful#重点领域指标": (
            path("areas/export/", views.area_export, name="areas_export"),
            path("areas/<slug:key>/export/", views.area_export, name="area_export"),
        ),
    },
    acts={
        "beautiful.export_areas": RecordedAct("导出重点领域"),
    },
)
