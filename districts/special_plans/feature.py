"""The feature of specialised plans."""

from django.urls import path

from districts.special_plans import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "special-plan#专业规划": (
            path("<slug:code>/plan/", views.plan_edit, name="plan_edit"),
            path("<slug:code>/plan/sections/<slug:section>/", views.plan_section, name="plan_section"),
            path("<slug:code>/plan/sections/<slug:section>/files/<int:pk>/remove/", views.plan_file_remove, name="plan_file_remove"),
            path("<slug:code>/plan/approve/", views.plan_approve, name="plan_approve"),
            path("<slug:code>/plan/renew/", views.plan_renew, name="plan_renew"),
        ),
    },
    acts={
        "districts.approve_plan": RecordedAct("登记专业规划批准", (Role.PREPARER, Role.CONSULTANT)),
        "districts.remove_plan_file": RecordedAct("移除专业规划内容的附件", (Role.PREPARER, Role.CONSULTANT)),
        "districts.save_plan": RecordedAct("保存专业规划", (Role.PREPARER, Role.CONSULTANT)),
        "districts.save_plan_section": RecordedAct("保存专业规划内容", (Role.PREPARER, Role.CONSULTANT)),
        "districts.start_plan_version": RecordedAct("建立专业规划新版", (Role.PREPARER, Role.CONSULTANT)),
    },
)
