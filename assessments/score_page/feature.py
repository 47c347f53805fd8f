"""The feature of the page of a score table, its cells and the what-if calculation."""

from django.urls import path

from assessments.score_page.views import cells, tables
from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import FILING, FILLING
from greendistrict.core.features import Feature, MenuEntry

FEATURE = Feature(
    pages={
        "score-table#打开": (
            path("tables/", tables.score_table_list, name="score_table_list"),
            path("tables/<int:pk>/", tables.ScoreTablePage.as_view(), name="score_table"),
            path("tables/<int:pk>/presence/", cells.presence, name="score_presence"),
            path("tables/<int:pk>/print/", tables.score_print, name="score_print"),
        ),
        "workbooks#导入": (path("tables/<int:pk>/paste/", tables.paste_check, name="paste_check"),),
        "score-table#提交前核对": (path("tables/<int:pk>/check/", tables.score_check, name="score_check"),),
        "score-table#试算": (path("tables/<int:pk>/what-if/", tables.score_trial, name="score_trial"),),
        "score-table#提交版本": (path("tables/<int:pk>/versions/<int:number>/", tables.table_version, name="table_version"),),
        "score-table#基础数据": (path("tables/<int:pk>/rows/base-<str:key>/", cells.BaseView.as_view(), name="score_base"),),
        "score-table#填写": (
            path("tables/<int:pk>/rows/<str:item_id>/", cells.ScoreRowView.as_view(), name="score_row"),
            path("tables/<int:pk>/follow/", cells.follow, name="follow"),
            path("tables/<int:pk>/begun/", cells.begin_rest, name="begin_rest"),
        ),
        "score-table#带入和待确认": (
            path("tables/<int:pk>/unchanged/", cells.unchanged, name="unchanged"),
            path("tables/<int:pk>/bring-in/", cells.bring_in, name="bring_in"),
            path("tables/<int:pk>/rows/<str:item_id>/reason/", cells.override_reason, name="override_reason"),
        ),
    },
    menu=(MenuEntry("自查与评估", 50, "评分表", "assessments:score_table_list", FILING, daily=FILLING | {Role.REVIEWER, Role.BUREAU}),),
    recorded={"score_table": "评分表"},
)
