"""The feature of the expert pool."""

from django.urls import path

from assessments.experts import views
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct

FEATURE = Feature(
    pages={
        "review#专家库": (
            path("experts/", views.expert_list, name="expert_list"),
            path("experts/new/", views.expert_add, name="expert_add"),
            path("experts/me/", views.expert_me, name="expert_me"),
            path("experts/<int:pk>/", views.expert, name="expert"),
            path("experts/<int:pk>/save/", views.expert_save, name="expert_save"),
            path("experts/<int:pk>/action/", views.expert_action, name="expert_action"),
            path("experts/<int:pk>/confirm/", views.expert_confirm, name="expert_confirm"),
            path("experts/<int:pk>/rows/<slug:kind>/", views.expert_row_add, name="expert_row_add"),
            path("experts/<int:pk>/rows/<slug:kind>/<int:key>/remove/", views.expert_row_remove, name="expert_row_remove"),
            path("experts/<int:pk>/employments/<int:key>/end/", views.expert_employment_end, name="expert_employment_end"),
        ),
        "workbooks#导出": (
            path("experts/export/", views.expert_export, name="expert_export"),
            path("experts/template/", views.expert_template, name="expert_template"),
        ),
        "workbooks#导入": (
            path("experts/import/", views.expert_import, name="expert_import"),
            path("experts/import/apply/", views.expert_apply, name="expert_apply"),
        ),
    },
    acts={
        "expert.add_row": RecordedAct("登记专家任职、关系、时段或培训", (Role.CITY_OFFICER,)),
        "expert.confirm": RecordedAct("确认年度专家信息"),
        "expert.end_employment": RecordedAct("登记专家离任", (Role.CITY_OFFICER,)),
        "expert.enter": RecordedAct("登记专家", (Role.CITY_OFFICER,)),
        "expert.import": RecordedAct("导入专家", (Role.CITY_OFFICER,)),
        "expert.remove_row": RecordedAct("删除专家任职、关系、时段或培训", (Role.CITY_OFFICER,)),
        "expert.save": RecordedAct("修改专家信息"),
        "experts.export": RecordedAct("导出专家库"),
    },
    menu=(
        MenuEntry("专家评审", 20, "专家库", "assessments:expert_list", CITY | {Role.SECRETARIAT}, daily=frozenset({Role.SECRETARIAT})),
        MenuEntry("专家评审", 30, "我的专家信息", "assessments:expert_me", frozenset({Role.EXPERT}), daily=frozenset({Role.EXPERT})),
        MenuEntry(PALETTE, 50, "登记专家", "assessments:expert_add", frozenset({Role.CITY_OFFICER, Role.SECRETARIAT})),
        MenuEntry(PALETTE, 60, "批量导入专家", "assessments:expert_import", frozenset({Role.CITY_OFFICER, Role.SECRETARIAT})),
    ),
    proof=("expert_export",),
    recorded={"expert_list": "专家库", "expert": "专家信息"},
)
