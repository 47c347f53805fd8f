"""The feature of the archive."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from reports.archive import views
from reports.archive.selectors import tasks_for

FEATURE = Feature(
    pages={
        "closing#档案": (
            path("archive/", views.archive_list, name="archive_list"),
            path("archive/export/", views.archive_export, name="archive_export"),
            path("archive/open/", views.archive_open_many, name="archive_open_many"),
            path("archive/open/<slug:source>/<int:matter>/", views.archive_open, name="archive_open"),
            path("archive/<int:pk>/", views.archive_volume, name="archive_volume"),
            path("archive/<int:pk>/act/", views.archive_act, name="archive_act"),
            path("archive/<int:pk>/collect/", views.archive_collect, name="archive_collect"),
            path("archive/<int:pk>/edit/", views.archive_edit, name="archive_edit"),
            path("archive/<int:pk>/hand-over/", views.archive_hand_over, name="archive_hand_over"),
            path("archive/<int:pk>/items/<int:item>/", views.archive_item, name="archive_item"),
        ),
    },
    acts={
        "archive.change": RecordedAct("修改案卷"),
        "archive.change_item": RecordedAct("修改归档文件"),
        "archive.collect": RecordedAct("重新收集归档文件"),
        "archive.export": RecordedAct("导出案卷列表"),
        "archive.follow": RecordedAct("随材料提高密级"),
        "archive.open": RecordedAct("立卷"),
    },
    tasks=(tasks_for,),
)
