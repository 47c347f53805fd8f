"""The feature of a key project and its plan, and of a municipal work's green content."""

from django.urls import path

from districts.projects import views
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "plot-control#重点项目": (
            path("<slug:code>/key-projects/plan/", views.project_plan, name="project_plan"),
            path("<slug:code>/key-projects/<int:pk>/view/", views.project_page, name="key_project"),
            path("<slug:code>/key-projects/<int:pk>/use/", views.project_use, name="key_project_use"),
        ),
        "plot-control#市政设施": (
            path("<slug:code>/works/<int:pk>/view/", views.work_page, name="work"),
            path("<slug:code>/works/<int:pk>/values/", views.work_value, name="work_value_add"),
            path("<slug:code>/works/<int:pk>/values/<int:row>/", views.work_value, name="work_value"),
            path("<slug:code>/works/<int:pk>/values/<int:row>/drop/", views.work_value_drop, name="work_value_drop"),
            path("<slug:code>/works/<int:pk>/checks/", views.work_check, name="work_check"),
            path("<slug:code>/works/<int:pk>/accept/", views.work_accept, name="work_accept"),
            path("<slug:code>/works/<int:pk>/withdraw/", views.work_withdraw, name="work_withdraw"),
        ),
    },
    acts={
        "districts.key_project_links": RecordedAct("保存重点项目的地块和条文"),
        "districts.key_project_plan": RecordedAct("登记重点项目实施计划", (Role.PREPARER, Role.CONSULTANT)),
        "districts.project_use": RecordedAct("登记重点项目投用", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.work_accept": RecordedAct("登记市政设施竣工验收", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.work_indicator": RecordedAct("填写市政设施绿色生态要求", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
        "districts.work_indicator_drop": RecordedAct(
            "删除市政设施绿色生态要求", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)
        ),
        "districts.work_withdraw": RecordedAct("撤回市政设施竣工登记", (Role.PREPARER, Role.CONSULTANT, Role.BUREAU, Role.AUTHORITY)),
    },
)
