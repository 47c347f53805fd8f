"""The feature of yearly implementation plans."""

from django.urls import path

from districts.yearly_plans import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "yearly-plan#怎样办": (
            path("yearly-plans/", views.implementation_plan_list, name="implementation_plan_list"),
            path("yearly-plans/new/", views.implementation_plan_create, name="implementation_plan_create"),
            path("yearly-plans/<int:pk>/", views.implementation_plan, name="implementation_plan_edit"),
            path("yearly-plans/<int:pk>/step/", views.implementation_plan_step, name="implementation_plan_step"),
            path("yearly-plans/<int:pk>/document/", views.implementation_plan_document, name="implementation_plan_document"),
            path("yearly-plans/<int:pk>/drop/", views.implementation_plan_drop, name="implementation_plan_drop"),
            path("yearly-plans/<int:pk>/works/new/", views.plan_item_edit, name="plan_item_create"),
            path("yearly-plans/<int:pk>/works/confirm/", views.plan_items_confirm, name="plan_items_confirm"),
            path("yearly-plans/<int:pk>/works/<int:item_pk>/", views.plan_item_edit, name="plan_item_edit"),
            path("yearly-plans/<int:pk>/works/<int:item_pk>/confirm/", views.plan_items_confirm, name="plan_item_confirm"),
            path("yearly-plans/<int:pk>/works/<int:item_pk>/drop/", views.plan_item_drop, name="plan_item_drop"),
        ),
    },
    acts={
        "districts.confirm_plan_items": RecordedAct("确认沿用上年的实施计划工作", (Role.AUTHORITY,)),
        "districts.drop_implementation_plan": RecordedAct("删除年度实施计划草稿", (Role.AUTHORITY,)),
        "districts.drop_plan_item": RecordedAct("删除实施计划工作", (Role.AUTHORITY,)),
        "districts.open_implementation_plan": RecordedAct("编制年度实施计划", (Role.AUTHORITY,)),
        "districts.plan_document": RecordedAct("上传年度实施计划文件", (Role.AUTHORITY,)),
        "districts.save_plan_item": RecordedAct("保存实施计划工作", (Role.AUTHORITY,)),
    },
    menu=(MenuEntry(PALETTE, 40, "登记年度实施计划", "districts:implementation_plan_create", frozenset({Role.AUTHORITY})),),
    closed_to_experts=("implementation_plan_list",),
)
