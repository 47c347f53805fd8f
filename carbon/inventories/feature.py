"""The feature of carbon inventories."""

from django.urls import path

from carbon.inventories import views
from carbon.inventories.selectors import tasks_for
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import DISTRICT_SIDE, FILING
from greendistrict.core.features import Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "carbon#怎样办": (
            path("inventories/", views.inventory_list, name="inventory_list"),
            path("inventories/new/", views.inventory_open, name="inventory_open"),
            path("inventories/<int:pk>/", views.inventory, name="inventory"),
            path("inventories/<int:pk>/save/", views.inventory_save, name="inventory_save"),
            path("inventories/<int:pk>/result/", views.inventory_result, name="inventory_result"),
            path("inventories/<int:pk>/action/", views.inventory_action, name="inventory_action"),
        ),
        "carbon#带入和导出": (
            path("inventories/<int:pk>/paste/", views.inventory_paste, name="inventory_paste"),
            path("inventories/<int:pk>/last-year/", views.inventory_as_last, name="inventory_as_last"),
            path("inventories/<int:pk>/confirm/", views.inventory_confirm, name="inventory_confirm"),
            path("inventories/<int:pk>/metered/", views.inventory_metered, name="inventory_metered"),
            path("inventories/<int:pk>/upload/", views.inventory_upload, name="inventory_upload"),
            path("inventories/<int:pk>/file/", views.inventory_file, name="inventory_file"),
            path("inventories/<int:pk>/export/", views.inventory_export, name="inventory_export"),
            path("inventories/<int:pk>/import/", views.inventory_import, name="inventory_import"),
            path("inventories/<int:pk>/apply/", views.inventory_apply, name="inventory_apply"),
        ),
        "carbon#更正": (
            path("inventories/<int:pk>/explain/", views.inventory_explain, name="inventory_explain"),
            path("inventories/<int:pk>/correct/", views.inventory_correct, name="inventory_correct"),
            path("inventories/<int:pk>/drop/", views.inventory_drop, name="inventory_drop"),
        ),
    },
    acts={
        "carbon.confirm_carried": RecordedAct("确认碳排放清单沿用上年的内容", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.correct": RecordedAct("更正碳排放清单", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.drop": RecordedAct("删除碳排放清单草稿", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.explain_figures": RecordedAct("说明碳排放清单的数值", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.export": RecordedAct("导出碳排放清单"),
        "carbon.import": RecordedAct("带入碳排放清单的行", (Role.PREPARER, Role.CONSULTANT)),
        "carbon.open": RecordedAct("建立碳排放清单", (Role.PREPARER, Role.CONSULTANT)),
    },
    menu=(MenuEntry("碳排放与运营", 20, "碳排放清单", "carbon:inventory_list", FILING - {Role.BUREAU}, daily=DISTRICT_SIDE),),
    tasks=(tasks_for,),
    closed_to_experts=("inventory_list",),
)
