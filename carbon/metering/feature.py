"""The feature of the meters of a district."""

from django.urls import path

from carbon.metering import views
from carbon.metering.models import KEEPERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    pages={
        "metering#计量用量": (
            path("districts/<slug:code>/metering/", views.metering_board, name="metering_board"),
            path("districts/<slug:code>/metering/export/", views.metering_export, name="metering_export"),
            path("districts/<slug:code>/meters/<int:pk>/", views.meter_page, name="meter"),
        ),
        "metering#系统接入": (path("districts/<slug:code>/metering/tokens/", views.meter_tokens, name="meter_tokens"),),
        "metering#上传读数": (
            path("districts/<slug:code>/metering/readings/", views.reading_upload, name="reading_upload"),
            path("districts/<slug:code>/metering/readings/template/", views.reading_template, name="reading_template"),
            path("districts/<slug:code>/metering/readings/<int:pk>/", views.reading_import, name="reading_import"),
        ),
        "metering#计量器具": (
            path("districts/<slug:code>/meters/", views.meters, name="meter_list"),
            path("districts/<slug:code>/meters/create/", views.meter_edit, name="meter_create"),
            path("districts/<slug:code>/meters/<int:pk>/edit/", views.meter_edit, name="meter_edit"),
            path("districts/<slug:code>/meters/<int:pk>/delete/", views.meter_delete, name="meter_delete"),
        ),
        "metering#估算": (path("districts/<slug:code>/meters/<int:pk>/estimate/", views.gap_fill, name="gap_fill"),),
    },
    acts={
        "carbon.delete_meter": RecordedAct("删除计量器具", KEEPERS),
        "carbon.estimate_readings": RecordedAct("补估算读数", KEEPERS),
        "carbon.export_consumption": RecordedAct("导出计量用量"),
        "carbon.import_readings": RecordedAct("导入读数", KEEPERS),
        "carbon.make_meter_token": RecordedAct("生成计量接入令牌", KEEPERS),
        "carbon.revoke_meter_token": RecordedAct("收回计量接入令牌", KEEPERS),
        "carbon.save_meter": RecordedAct("登记或修改计量器具", KEEPERS),
        "carbon.write_readings": RecordedAct("写入读数", KEEPERS),
    },
    proof=("meter_tokens",),
)
