"""The feature of the map of plots and its files."""

from django.urls import path

from districts.plot_map import history_views, views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#地块清单": (
            path("<slug:code>/plots/map/", views.plot_map, name="plot_map"),
            path("<slug:code>/plots/map/history/", history_views.shape_history, name="shape_history"),
            path("<slug:code>/plots/map/history/<int:pk>/", history_views.former_shape, name="former_shape"),
            path("<slug:code>/plots/map/export/<slug:kind>/", views.plot_map_export, name="plot_map_export"),
        ),
    },
    acts={
        "districts.map_export": RecordedAct("导出范围和地块图形"),
        "districts.restore_plot_shape": RecordedAct("恢复地块的原图形", (Role.PREPARER, Role.CONSULTANT)),
        "districts.upload_plot_shapes": RecordedAct("上传地块图形", (Role.PREPARER, Role.CONSULTANT)),
    },
)
