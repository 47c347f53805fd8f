"""The feature of carbon figures that are released to the public."""

from django.urls import path

from carbon.releases import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#公开": (
            path("inventories/<int:pk>/release/", views.inventory_release, name="inventory_release"),
            path("inventories/<int:pk>/release/withdraw/", views.inventory_release_withdraw, name="inventory_release_withdraw"),
        ),
    },
    acts={
        "carbon.release": RecordedAct("公开碳排放数字", (Role.AUTHORITY,)),
        "carbon.withdraw_release": RecordedAct("撤回公开的碳排放数字", (Role.AUTHORITY,)),
    },
    decisive=("carbon.release",),
)
