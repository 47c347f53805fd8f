"""The feature of the map of plots and its files."""

from django.urls import path

from districts.plot_map import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#地块清单": (
            path("<slug:code>/plots/map/", views.plot_map, name="plot_map"),
            path("<slug:code>/plots/map/export/<slug:kind>/", views.plot_map_export, name="plot_map_export"),
        ),
    },
    acts={
        "districts.map_export": RecordedAct("导出范围和地块图形"),
        "districts.upload_plot_shapes": RecordedAct("上传地块图形", (Role.PREPARER, Role.CONSULTANT)),
    },
)
