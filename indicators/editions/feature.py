"""The feature of editions of the standard."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import BUSINESS
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct
from indicators.editions import views
from indicators.editions.selectors import tasks_for

FEATURE = Feature(
    pages={
        "standards#评价标准": (
            path("", views.edition_list, name="edition_list"),
            path("import/", views.edition_import, name="edition_import"),
            path("template/", views.edition_template, name="edition_template"),
            path("clauses/<int:pk>/", views.clause, name="clause"),
            path("<int:pk>/", views.edition_detail, name="edition_detail"),
            path("<int:pk>/step/", views.edition_action, name="edition_action"),
            path("<int:pk>/yaml/", views.edition_yaml, name="edition_yaml"),
            path("<int:pk>/workbook/", views.edition_workbook, name="edition_workbook"),
        ),
    },
    acts={
        "edition.import": RecordedAct("导入评价标准"),
    },
    recorded={"edition_yaml": "评价标准全文", "edition_workbook": "评价标准全文"},
    menu=(
        MenuEntry(
            "标准与政策",
            10,
            "评价标准",
            "indicators:edition_list",
            BUSINESS,
            daily=frozenset({Role.SECRETARIAT, Role.EXPERT, Role.VERIFIER}),
        ),
        MenuEntry(PALETTE, 70, "导入评价标准", "indicators:edition_import", frozenset({Role.CITY_OFFICER})),
    ),
    tasks=(tasks_for,),
)
