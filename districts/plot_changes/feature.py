"""The feature of changes of plots."""

from django.urls import path

from districts.plot_changes import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#地块变更": (
            path("<slug:code>/plots/changes/", views.plot_change_list, name="plot_change_list"),
            path("<slug:code>/plots/changes/<int:pk>/revoke/", views.plot_change_revoke, name="plot_change_revoke"),
            path("<slug:code>/plots/<int:pk>/changes/<slug:kind>/", views.plot_change, name="plot_change"),
        ),
    },
    acts={
        "districts.plot_change": RecordedAct("登记地块变更", (Role.PREPARER, Role.CONSULTANT)),
        "districts.plot_change_revoke": RecordedAct("撤回地块变更", (Role.PREPARER, Role.CONSULTANT)),
        "districts.plot_changed": RecordedAct("由地块变更写入地块", (Role.PREPARER, Role.CONSULTANT)),
    },
)
