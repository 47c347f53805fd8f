"""The feature of editions entered chapter by chapter."""

from django.urls import path

from greendistrict.accounts.enums import Role
from greendistrict.core.features import PALETTE, Feature, MenuEntry, RecordedAct
from indicators.entry import views

FEATURE = Feature(
    pages={
        "standards#逐章录入": (
            path("entry/", views.entry_list, name="entry_list"),
            path("entry/begin/", views.entry_begin, name="entry_begin"),
            path("entry/<int:pk>/", views.entry_draft, name="entry_draft"),
            path("entry/<int:pk>/frame/", views.entry_frame, name="entry_frame"),
            path("entry/<int:pk>/hand-over/", views.entry_hand_over, name="entry_hand_over"),
            path("entry/<int:pk>/drop/", views.entry_drop, name="entry_drop"),
            path("entry/<int:pk>/chapters/add/", views.entry_chapter_add, name="entry_chapter_add"),
            path("entry/<int:pk>/chapters/<int:chapter>/", views.entry_chapter, name="entry_chapter"),
            path("entry/<int:pk>/chapters/<int:chapter>/clause/", views.entry_clause, name="entry_clause"),
            path("entry/<int:pk>/chapters/<int:chapter>/data/", views.entry_chapter_data, name="entry_chapter_data"),
            path("entry/<int:pk>/chapters/<int:chapter>/workbook/", views.entry_chapter_workbook, name="entry_chapter_workbook"),
            path("entry/<int:pk>/chapters/<int:chapter>/drop/", views.entry_chapter_drop, name="entry_chapter_drop"),
        ),
    },
    acts={
        "edition.entry_begin": RecordedAct("开始逐章录入标准"),
        "edition.entry_frame": RecordedAct("改逐章录入的标准数据"),
        "edition.entry_chapter": RecordedAct("改逐章录入的章"),
        "edition.entry_write": RecordedAct("写入一章的条文"),
        "edition.entry_drop_chapter": RecordedAct("删除逐章录入的章"),
        "edition.entry_drop": RecordedAct("删除逐章录入"),
        "edition.entry_hand_over": RecordedAct("生成待核对版本"),
    },
    menu=(MenuEntry(PALETTE, 71, "逐章录入评价标准", "indicators:entry_list", frozenset({Role.CITY_OFFICER})),),
)
