"""The feature of files."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from greendistrict.documents import views

FEATURE = Feature(
    pages={
        "evidence#上传": (
            path("uploads/", views.upload_start, name="upload_start"),
            path("uploads/<uuid:key>/", views.upload_piece, name="upload"),
        ),
        "evidence#下载": (path("<uuid:key>/", views.download, name="download"),),
        "evidence#在页面里看": (
            path("<uuid:key>/reading/", views.reading, name="reading"),
            path("<uuid:key>/converted/", views.converted, name="converted"),
            path("<uuid:key>/pdf/", views.as_pdf, name="as_pdf"),
        ),
        "evidence#密级": (path("<uuid:key>/confidentiality/", views.confidentiality, name="confidentiality"),),
    },
    acts={
        "documents.allowance": RecordedAct("调整材料上限"),
        "documents.confidentiality": RecordedAct("变更材料密级"),
        "documents.download": RecordedAct("下载文件"),
        "documents.infected": RecordedAct("材料中发现病毒"),
        "documents.missing": RecordedAct("材料不在存储中"),
        "documents.released": RecordedAct("材料解除隔离"),
        "documents.store": RecordedAct("上传文件"),
    },
)
